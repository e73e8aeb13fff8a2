-- at__year
EXTRACT(YEAR FROM "notes"."at" AT TIME ZONE 'Europe/Berlin') AS "x" FROM "notes"
-- x:integer reads notes

-- at__iso_year
EXTRACT(ISOYEAR FROM "notes"."at" AT TIME ZONE 'Europe/Berlin') AS "x" FROM "notes"
-- x:integer reads notes

-- at__month
EXTRACT(MONTH FROM "notes"."at" AT TIME ZONE 'Europe/Berlin') AS "x" FROM "notes"
-- x:integer reads notes

-- at__day
EXTRACT(DAY FROM "notes"."at" AT TIME ZONE 'Europe/Berlin') AS "x" FROM "notes"
-- x:integer reads notes

-- at__week
EXTRACT(WEEK FROM "notes"."at" AT TIME ZONE 'Europe/Berlin') AS "x" FROM "notes"
-- x:integer reads notes

-- at__iso_week_day
EXTRACT(ISODOW FROM "notes"."at" AT TIME ZONE 'Europe/Berlin') AS "x" FROM "notes"
-- x:integer reads notes

-- at__week_day
EXTRACT(DOW FROM "notes"."at" AT TIME ZONE 'Europe/Berlin') + 1 AS "x" FROM "notes"
-- x:integer reads notes

-- at__quarter
EXTRACT(QUARTER FROM "notes"."at" AT TIME ZONE 'Europe/Berlin') AS "x" FROM "notes"
-- x:integer reads notes

-- at__hour
EXTRACT(HOUR FROM "notes"."at" AT TIME ZONE 'Europe/Berlin') AS "x" FROM "notes"
-- x:integer reads notes

-- at__minute
EXTRACT(MINUTE FROM "notes"."at" AT TIME ZONE 'Europe/Berlin') AS "x" FROM "notes"
-- x:integer reads notes

-- at__second
EXTRACT(SECOND FROM DATE_TRUNC('second', "notes"."at" AT TIME ZONE 'Europe/Berlin')) AS "x" FROM "notes"
-- x:integer reads notes

-- at__date
("notes"."at" AT TIME ZONE 'Europe/Berlin')::date AS "x" FROM "notes"
-- x:date reads notes

-- at__time
("notes"."at" AT TIME ZONE 'Europe/Berlin')::time AS "x" FROM "notes"
-- x:time of day reads notes

-- day__month
EXTRACT(MONTH FROM "notes"."day") AS "x" FROM "notes"
-- x:integer reads notes

-- clock__hour
EXTRACT(HOUR FROM "notes"."clock") AS "x" FROM "notes"
-- x:integer reads notes

-- title__unaccent
UNACCENT("notes"."title") AS "x" FROM "notes"
-- x:text reads notes

-- tags__len
CASE WHEN "notes"."tags" IS NULL THEN NULL ELSE COALESCE(ARRAY_LENGTH("notes"."tags", 1), 0) END AS "x" FROM "notes"
-- x:integer reads notes

-- tags__1
("notes"."tags")[2] AS "x" FROM "notes"
-- x:text reads notes

-- tags__1_3
("notes"."tags")[2:3] AS "x" FROM "notes"
-- x:array reads notes

-- attrs__keys
akeys("notes"."attrs") AS "x" FROM "notes"
-- x:array reads notes

-- attrs__values
avals("notes"."attrs") AS "x" FROM "notes"
-- x:array reads notes

-- attrs__a
"notes"."attrs" -> $1::text AS "x" FROM "notes"
-- string(a)
-- x:text reads notes

-- attrs__keys__0
(akeys("notes"."attrs"))[1] AS "x" FROM "notes"
-- x:text reads notes

-- span__startswith
lower("notes"."span") AS "x" FROM "notes"
-- x:integer reads notes

-- span__endswith
upper("notes"."span") AS "x" FROM "notes"
-- x:integer reads notes

-- span__isempty
isempty("notes"."span") AS "x" FROM "notes"
-- x:bool reads notes

-- span__lower_inc
lower_inc("notes"."span") AS "x" FROM "notes"
-- x:bool reads notes

-- span__lower_inf
lower_inf("notes"."span") AS "x" FROM "notes"
-- x:bool reads notes

-- span__upper_inc
upper_inc("notes"."span") AS "x" FROM "notes"
-- x:bool reads notes

-- span__upper_inf
upper_inf("notes"."span") AS "x" FROM "notes"
-- x:bool reads notes

-- data__a
"notes"."data" -> $1::text AS "x" FROM "notes"
-- string(a)
-- x:json reads notes

-- data__0
"notes"."data" -> $1::int AS "x" FROM "notes"
-- int(0)
-- x:json reads notes

-- data__a__b__1
"notes"."data" #> $1::text[] AS "x" FROM "notes"
-- []string([a b 1])
-- x:json reads notes

-- a part
TRUNC(EXTRACT(EPOCH FROM "notes"."at" AT TIME ZONE 'Europe/Berlin')) AS "x" FROM "notes"
-- x:integer reads notes

-- an element of an element
("notes"."tags")[1][2] AS "x" FROM "notes"
-- x:text reads notes

-- a key as text
"notes"."data" ->> $1::text AS "x" FROM "notes"
-- string(a)
-- x:text reads notes

-- a path as text
"notes"."data" #>> $1::text[] AS "x" FROM "notes"
-- []string([a b])
-- x:text reads notes

-- text without a key
error: the text of a JSON key needs a key (fn.KT takes a name such as data__key)

-- an operation's element
("notes"."tags" || "notes"."tags")[1] AS "x" FROM "notes"
-- x:text reads notes

