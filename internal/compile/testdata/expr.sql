-- a column behind relations
"geo.areas"."name" FROM "notes" LEFT JOIN "shops" ON ("notes"."shop_id" = "shops"."id") LEFT JOIN "geo"."areas" "geo.areas" ON ("shops"."area_id" = "geo.areas"."id" AND "geo.areas"."deleted" IS NULL)
-- x:text reads notes

-- a relation to many
"notes"."title" FROM "shops" LEFT JOIN "notes" ON ("shops"."id" = "notes"."shop_id")
-- x:text reads shops

-- a foreign key
"notes"."shop_id" FROM "notes"
-- x:integer reads notes

-- an annotation
SELECT "notes"."size" + $1::integer AS "b" FROM "notes"
-- int64(1)
-- b:integer reads notes

-- a name of the query around
SELECT EXISTS(SELECT 1 FROM "notes" "U0" WHERE "U0"."shop_id" = "shops"."id" LIMIT 1) AS "x" FROM "shops" ORDER BY "shops"."name" ASC
-- x:bool reads shops

-- a name two queries around
"geo"."areas"."deleted" IS NULL AND EXISTS(SELECT 1 FROM "shops" "U0" INNER JOIN "notes" "U2" ON ("U0"."id" = "U2"."shop_id") WHERE ("U0"."area_id" = "geo"."areas"."id" AND "U2"."id" IN (SELECT "V0"."id" FROM "notes" "V0" WHERE "V0"."title" = "geo"."areas"."name")) LIMIT 1)

-- a name of no query around
error: Note: OuterRef("pk") belongs into a subquery, and this query stands alone

-- a name that the query around does not have
error: Shop has no field "nme" (did you mean "name"?); choices are area, area_id, goods, id, name, notes, visits

-- some row
(EXISTS(SELECT 1 FROM "notes" "U0" WHERE "U0"."shop_id" = "shops"."id" AND "U0"."title" = $1 LIMIT 1))
-- string(x)

-- some row at all
EXISTS(SELECT 1 FROM "notes" "U0" WHERE "U0"."shop_id" = "shops"."id" LIMIT 1)

-- no row
NOT (EXISTS(SELECT 1 FROM "notes" "U0" WHERE "U0"."shop_id" = "shops"."id" AND ("U0"."title" = $1 AND "U0"."size" = $2) LIMIT 1))
-- string(x) int64(1)

-- every row
NOT (EXISTS(SELECT 1 FROM "notes" "U0" WHERE "U0"."shop_id" = "shops"."id" AND NOT ("U0"."title" = $1) LIMIT 1))
-- string(x)

-- some row behind two relations
(EXISTS(SELECT 1 FROM "notes" "U0" INNER JOIN "shops" "U1" ON ("U0"."shop_id" = "U1"."id") INNER JOIN "shop_goods" "U2" ON ("U1"."id" = "U2"."shop_id") WHERE "U2"."good_a" = "goods"."a" AND "U2"."good_b" = "goods"."b" AND "U0"."title" = $1 LIMIT 1))
-- string(x)

-- some row of a table between
(EXISTS(SELECT 1 FROM "shops" "U0" INNER JOIN "shop_goods" "U1" ON ("U0"."id" = "U1"."shop_id") WHERE "U1"."good_a" = "goods"."a" AND "U1"."good_b" = "goods"."b" AND "U0"."name" = $1 LIMIT 1))
-- string(x)

-- some row of a polymorphic relation
(EXISTS(SELECT 1 FROM "marks" "U0" WHERE "U0"."owner_id" = "notes"."id" AND "U0"."owner_type" = 'notes' AND "U0"."good_a" = $1 LIMIT 1))
-- int64(1)

-- groups by a column
SELECT "notes"."size", COUNT(*) AS "n" FROM "notes" GROUP BY "notes"."size"
-- x:integer n:integer reads notes

-- groups by a constant
SELECT $1::integer AS "x", COUNT(*) AS "n" FROM "notes"
-- int64(1)
-- x:integer n:integer reads notes

-- groups by an operation
SELECT "notes"."size" + "notes"."pages" AS "x", COUNT(*) AS "n" FROM "notes" GROUP BY 1
-- x:integer n:integer reads notes

-- groups by raw SQL
SELECT now() AS "x", COUNT(*) AS "n" FROM "notes" GROUP BY 1
-- x:time n:integer reads notes

-- groups by a condition
SELECT "notes"."size" = $1 AND "notes"."pages" = $2 AS "x", COUNT(*) AS "n" FROM "notes" GROUP BY 1
-- int64(1) int64(2)
-- x:bool n:integer reads notes

-- groups by a subquery
SELECT (SELECT "U0"."title" FROM "notes" "U0" WHERE "U0"."shop_id" = "shops"."id") AS "x", COUNT(*) AS "n" FROM "shops" GROUP BY 1
-- x:text n:integer reads shops

-- groups by a subquery of a relation to many
SELECT (SELECT "U0"."title" FROM "notes" "U0" WHERE "U0"."id" = "notes"."id") AS "x", COUNT(*) AS "n" FROM "shops" LEFT JOIN "notes" ON ("shops"."id" = "notes"."shop_id") GROUP BY 1
-- x:text n:integer reads shops

-- groups by a window
SELECT COUNT("notes"."id") AS "n", RANK() OVER (PARTITION BY "shops"."area_id") AS "r" FROM "shops" LEFT JOIN "notes" ON ("shops"."id" = "notes"."shop_id") GROUP BY "shops"."id"
-- n:integer r:value reads shops

-- groups by a window's order
SELECT "shops"."area_id", COUNT("notes"."id") AS "n", RANK() OVER (ORDER BY "shops"."name" DESC) AS "r" FROM "shops" LEFT JOIN "notes" ON ("shops"."id" = "notes"."shop_id") GROUP BY "shops"."area_id", "shops"."name"
-- area:integer n:integer r:value reads shops

-- groups by what stands beside an aggregate
SELECT "shops"."area_id", COUNT("notes"."id") + "shops"."area_id" AS "x" FROM "shops" LEFT JOIN "notes" ON ("shops"."id" = "notes"."shop_id") GROUP BY "shops"."area_id"
-- area:integer x:integer reads shops

-- groups by an aggregate's case
SELECT "shops"."area_id", CASE WHEN "shops"."name" = $1 THEN COUNT("notes"."id") ELSE $2::integer END AS "x" FROM "shops" LEFT JOIN "notes" ON ("shops"."id" = "notes"."shop_id") GROUP BY "shops"."area_id", "shops"."name"
-- string(x) int64(0)
-- area:integer x:integer reads shops

