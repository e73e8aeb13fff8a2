-- a term that is never null
"notes"."title" > $1
-- string(x)

-- at the place
("notes"."title" < $1 OR "notes"."title" = $1)
-- string(x)

-- a row of terms
ROW("notes"."title", "notes"."size") > ROW($1, $2)
-- string(x) string(7)

-- terms of two directions
("notes"."title" >= $1 AND ("notes"."title" > $1 OR ("notes"."title" = $1 AND "notes"."id" < $2)))
-- string(x) string(7)

-- a term that may be null
(("notes"."pages" > $1 OR "notes"."pages" IS NULL) OR ("notes"."pages" = $1 AND "notes"."title" > $2))
-- string(7) string(x)

-- at null
("notes"."pages" IS NOT NULL OR ("notes"."pages" IS NULL AND "notes"."title" > $1))
-- string(x)

-- behind the last null
none

-- null
"notes"."pages" IS NULL

-- not null
"notes"."pages" IS NOT NULL

-- a condition that needs no database
((FALSE > $1 OR FALSE IS NULL) OR (FALSE = $1 AND "notes"."id" > $2))
-- string(x) string(7)

