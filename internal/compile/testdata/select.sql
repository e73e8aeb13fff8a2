-- objects
SELECT "shops"."id", "shops"."name", "shops"."area_id", "geo.areas"."id", "geo.areas"."name", "geo.areas"."deleted" FROM "shops" LEFT JOIN "geo"."areas" "geo.areas" ON ("shops"."area_id" = "geo.areas"."id" AND "geo.areas"."deleted" IS NULL) WHERE "shops"."name" = $1 ORDER BY "shops"."name" ASC LIMIT 3 OFFSET 2
-- string(x)
-- Shop:3@-1 Area:3@0 reads shops

-- the schema is no part of an alias
SELECT "geo"."areas"."id", "geo"."areas"."name", "geo"."areas"."deleted" FROM "geo"."areas" WHERE "geo"."areas"."deleted" IS NULL AND "geo"."areas"."name" = $1
-- string(x)
-- Area:3@-1 reads geo.areas

-- deleted rows too
SELECT "geo"."areas"."id", "geo"."areas"."name", "geo"."areas"."deleted" FROM "geo"."areas"
-- Area:3@-1 reads geo.areas

-- deleted rows only
SELECT "geo"."areas"."id", "geo"."areas"."name", "geo"."areas"."deleted" FROM "geo"."areas" WHERE "geo"."areas"."deleted" IS NOT NULL
-- Area:3@-1 reads geo.areas

-- columns
SELECT "notes"."title", "shops"."name", EXTRACT(YEAR FROM "notes"."at" AT TIME ZONE 'Europe/Berlin') AS "at__year" FROM "notes" LEFT JOIN "shops" ON ("notes"."shop_id" = "shops"."id")
-- title:text shop__name:text at__year:integer reads notes

-- distinct
SELECT DISTINCT "notes"."title", "notes"."size" FROM "notes" ORDER BY 2 ASC, 1 ASC
-- title:text reads notes extra 1

-- distinct on
SELECT DISTINCT ON ("notes"."shop_id") "notes"."id" FROM "notes" LEFT JOIN "shops" ON ("notes"."shop_id" = "shops"."id") ORDER BY "shops"."name" ASC, "notes"."at" DESC
-- id:integer reads notes

-- distinct on groups
error: Distinct with names does not go together with aggregates

-- random
SELECT "notes"."title" FROM "notes" ORDER BY RANDOM() ASC
-- title:text reads notes

-- an order over nulls
SELECT "notes"."id" FROM "notes" ORDER BY "notes"."pages" DESC NULLS LAST, "notes"."body" ASC NULLS FIRST
-- id:integer reads notes

-- a model's own order
SELECT "shops"."id" FROM "shops" ORDER BY "shops"."name" ASC
-- id:integer reads shops

-- offset alone
SELECT "notes"."id" FROM "notes" OFFSET 3
-- id:integer reads notes

-- nothing
none
-- Shop:3@-1 reads shops

-- locked
SELECT "geo"."areas"."id" FROM "geo"."areas" WHERE "geo"."areas"."deleted" IS NULL FOR NO KEY UPDATE OF "areas" NOWAIT
-- id:integer

-- locked, skipping
SELECT "shops"."id", "shops"."name", "shops"."area_id", "geo.areas"."id", "geo.areas"."name", "geo.areas"."deleted" FROM "shops" LEFT JOIN "geo"."areas" "geo.areas" ON ("shops"."area_id" = "geo.areas"."id" AND "geo.areas"."deleted" IS NULL) ORDER BY "shops"."name" ASC FOR UPDATE OF "shops" SKIP LOCKED
-- Shop:3@-1 Area:3@0

-- locked by a function
SELECT "shops"."id", "shops"."name", "shops"."area_id" FROM "shops" ORDER BY "shops"."name" ASC FOR UPDATE OF "shops"
-- Shop:3@-1

-- on the primary
SELECT "shops"."id", "shops"."name", "shops"."area_id" FROM "shops" ORDER BY "shops"."name" ASC
-- Shop:3@-1

-- a set is not locked
error: the rows of a set operation cannot be locked (lock those of its parts)

-- count
SELECT COUNT(*) FROM "notes" INNER JOIN "shops" ON ("notes"."shop_id" = "shops"."id") WHERE "shops"."name" = $1
-- string(x)
-- reads notes

-- count of a slice
SELECT COUNT(*) FROM (SELECT 1 FROM "shops" WHERE "shops"."name" = $1 LIMIT 3 OFFSET 2) "subquery"
-- string(x)
-- reads shops

-- count of none
none
-- reads shops

-- count of groups
SELECT COUNT(*) FROM (SELECT "notes"."shop_id" AS "col1" FROM "notes" GROUP BY "notes"."shop_id") "subquery"
-- reads notes

-- count of distinct rows
SELECT COUNT(*) FROM (SELECT DISTINCT "notes"."title" AS "col1" FROM "notes") "subquery"
-- reads notes

-- count behind an aggregate
SELECT COUNT(*) FROM (SELECT 1 FROM "shops" LEFT JOIN "notes" ON ("shops"."id" = "notes"."shop_id") GROUP BY "shops"."id" HAVING COUNT("notes"."id") > $1) "subquery"
-- int64(1)
-- reads shops

-- count over a window
SELECT COUNT(*) FROM (SELECT "q1" AS "id", "q2" AS "r" FROM (SELECT "notes"."id" AS "q1", ROW_NUMBER() OVER (PARTITION BY "notes"."shop_id") AS "q2" FROM "notes") "qualify" WHERE ("q2") = $1) "subquery"
-- int(1)
-- reads notes

-- count of a set
SELECT COUNT(*) FROM ((SELECT "notes"."id" AS "col1" FROM "notes") UNION (SELECT "notes"."id" AS "col1" FROM "notes" WHERE "notes"."size" = $1)) "subquery"
-- int64(1)
-- reads notes

-- exists
SELECT 1 FROM "notes" WHERE "notes"."size" = $1 LIMIT 1
-- int64(1)
-- reads notes

-- exists within a slice
SELECT 1 FROM "shops" WHERE "shops"."name" = $1 LIMIT 1 OFFSET 2
-- string(x)
-- reads shops

-- exists in a wide slice
SELECT 1 FROM "notes" LIMIT 1
-- reads notes

-- exists of none
none
-- reads shops

-- exists of groups
SELECT 1 FROM "shops" LEFT JOIN "notes" ON ("shops"."id" = "notes"."shop_id") GROUP BY "shops"."id" HAVING COUNT("notes"."id") > $1 LIMIT 1
-- int64(1)
-- reads shops

-- exists of distinct rows in a slice
SELECT 1 FROM (SELECT DISTINCT "notes"."title" AS "col1" FROM "notes" LIMIT 3) "subquery" LIMIT 1
-- reads notes

-- exists in a set
SELECT 1 FROM ((SELECT "notes"."id" AS "col1" FROM "notes") INTERSECT (SELECT "notes"."id" AS "col1" FROM "notes" WHERE "notes"."size" = $1)) "set" LIMIT 1
-- int64(1)
-- reads notes

-- rows stand for their key
"notes"."shop_id" IN (SELECT "U0"."id" FROM "shops" "U0" WHERE "U0"."name" = $1)
-- string(x)

-- an order that a subquery does not select
"notes"."title" IN (SELECT "subquery"."c1" FROM (SELECT DISTINCT "U0"."title" AS "c1", "U0"."size" FROM "notes" "U0" ORDER BY 2 ASC LIMIT 3) "subquery")

