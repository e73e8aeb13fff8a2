-- at month  time
DATE_TRUNC('month', "notes"."at", 'Europe/Berlin') AS "x" FROM "notes"
-- x:time reads notes

-- at hour Asia/Tokyo time
DATE_TRUNC('hour', "notes"."at", 'Asia/Tokyo') AS "x" FROM "notes"
-- x:time reads notes

-- at day  date
(DATE_TRUNC('day', "notes"."at" AT TIME ZONE 'Europe/Berlin')::date) AS "x" FROM "notes"
-- x:date reads notes

-- at minute Asia/Tokyo time of day
(DATE_TRUNC('minute', "notes"."at" AT TIME ZONE 'Asia/Tokyo')::time) AS "x" FROM "notes"
-- x:time of day reads notes

-- day month  date
(DATE_TRUNC('month', "notes"."day"::timestamp)::date) AS "x" FROM "notes"
-- x:date reads notes

-- clock hour  time of day
(DATE_TRUNC('hour', "notes"."clock")::time) AS "x" FROM "notes"
-- x:time of day reads notes

-- a part in another zone
TRUNC(EXTRACT(EPOCH FROM "notes"."at" AT TIME ZONE 'Asia/O''Tokyo')) AS "x" FROM "notes"
-- x:integer reads notes

-- clocks
DATE_TRUNC('hour', ("notes"."at")::timestamp) AS "x" FROM "notes"
-- x:time reads notes

-- clocks of the database's zone
DATE_TRUNC('hour', ("notes"."at")::timestamp) AS "x" FROM "notes"
-- x:time reads notes

-- clocks, cut in another zone
(DATE_TRUNC('hour', ("notes"."at")::timestamp AT TIME ZONE 'Europe/Berlin', 'Asia/Tokyo') AT TIME ZONE 'Europe/Berlin') AS "x" FROM "notes"
-- x:time reads notes

-- the day of clocks in another zone
(DATE_TRUNC('day', ("notes"."at")::timestamp AT TIME ZONE 'Europe/Berlin' AT TIME ZONE 'Asia/Tokyo')::date) AS "x" FROM "notes"
-- x:date reads notes

-- a part of clocks in another zone
EXTRACT(HOUR FROM ("notes"."at")::timestamp AT TIME ZONE 'Europe/Berlin' AT TIME ZONE 'Asia/Tokyo') AS "x" FROM "notes"
-- x:integer reads notes

