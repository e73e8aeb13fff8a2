-- calls join rows to many each for itself
"notes"."title" = $1 AND "T3"."title" = $2
-- string(a) string(b)

-- one call shares its joins
("notes"."title" = $1 AND "notes"."size" = $2)
-- string(a) int64(1)

-- a tied call shares them too
"notes"."title" = $1 AND "notes"."size" = $2
-- string(a) int64(1)

-- an aggregate groups by the object
SELECT "shops"."id", "shops"."name", "shops"."area_id", COUNT("notes"."id") AS "n" FROM "shops" LEFT JOIN "notes" ON ("shops"."id" = "notes"."shop_id") GROUP BY "shops"."id"
-- Shop:3@-1 n:integer reads shops

-- columns before an aggregate group
SELECT "shops"."name", COUNT(*) AS "n" FROM "notes" LEFT JOIN "shops" ON ("notes"."shop_id" = "shops"."id") GROUP BY "shops"."name"
-- shop__name:text n:integer reads notes

-- columns after an aggregate leave the groups
SELECT "shops"."name", COUNT("notes"."id") AS "n" FROM "shops" LEFT JOIN "notes" ON ("shops"."id" = "notes"."shop_id") GROUP BY "shops"."id"
-- name:text n:integer reads shops

-- a later annotation replaces one of its name
SELECT "notes"."id", "notes"."size", "notes"."pages" FROM "notes"
-- id:integer x:integer x:integer reads notes

-- an alias is not selected
SELECT "notes"."id" FROM "notes" WHERE "notes"."size" = $1
-- int64(1)
-- id:integer reads notes

-- groups without an aggregate
SELECT "shops"."name" FROM "notes" LEFT JOIN "shops" ON ("notes"."shop_id" = "shops"."id") GROUP BY "shops"."name"
-- shop__name:text reads notes

-- groups by an annotation
SELECT EXTRACT(YEAR FROM "notes"."at" AT TIME ZONE 'Europe/Berlin') AS "y", COUNT(*) AS "n" FROM "notes" GROUP BY 1
-- y:integer n:integer reads notes

-- groups by a condition
SELECT "notes"."size" = $1 AS "y", COUNT(*) AS "n" FROM "notes" GROUP BY 1
-- int64(1)
-- y:bool n:integer reads notes

-- combined by and
"notes"."title" = $1 AND "T3"."title" = $2
-- string(a) string(b)

-- combined by or
("notes"."title" = $1 OR "notes"."title" = $2)
-- string(a) string(b)

-- combined by or with a bare query
("notes"."title" = $1 OR "shops"."name" = $2)
-- string(a) string(x)

-- combined by or, a foreign key
("shops"."name" = $1 OR "geo.areas"."name" = $2)
-- string(x) string(y)

-- combined twice
(("notes"."title" = $1 OR "notes"."title" = $2) OR "geo.areas"."name" = $3)
-- string(a) string(b) string(y)

-- a query in a query in a query
"notes"."shop_id" IN (SELECT "U0"."id" FROM "shops" "U0" WHERE ("U0"."area_id" IN (SELECT "V0"."id" FROM "geo"."areas" "V0" WHERE "V0"."deleted" IS NULL AND "V0"."name" = $1)))
-- string(x)

