-- a condition
DELETE FROM "shops" WHERE "shops"."name" = $1
-- string(x)

-- every row
DELETE FROM "goods"
-- unconditional

-- every row that is not hidden
DELETE FROM "geo"."areas" WHERE "geo"."areas"."deleted" IS NULL
-- unconditional

-- a condition on what is not hidden
DELETE FROM "geo"."areas" WHERE "geo"."areas"."deleted" IS NULL AND "geo"."areas"."name" = $1
-- string(x)

-- a condition that always holds
DELETE FROM "geo"."areas" WHERE "geo"."areas"."deleted" IS NULL
-- unconditional

-- a condition that never holds
none

-- a condition on another table
DELETE FROM "shops" WHERE "shops"."id" IN (SELECT "shops"."id" FROM "shops" INNER JOIN "geo"."areas" "geo.areas" ON ("shops"."area_id" = "geo.areas"."id" AND "geo.areas"."deleted" IS NULL) WHERE "geo.areas"."name" = $1)
-- string(x)

-- a key of two columns
DELETE FROM "goods" WHERE ("goods"."a", "goods"."b") IN (SELECT "goods"."a", "goods"."b" FROM "goods" INNER JOIN "shop_goods" ON ("goods"."a" = "shop_goods"."good_a" AND "goods"."b" = "shop_goods"."good_b") INNER JOIN "shops" ON ("shop_goods"."shop_id" = "shops"."id") WHERE "shops"."name" = $1)
-- string(x)

-- no key
DELETE FROM "logs" WHERE EXISTS(SELECT 1 FROM "shops" "U0" WHERE "U0"."name" = "logs"."text" LIMIT 1)

-- no key, by another table
DELETE FROM "logs" WHERE "logs".ctid IN (SELECT "logs".ctid FROM "logs" GROUP BY "logs".ctid HAVING COUNT(*) = $1)
-- int64(1)

-- a condition on an aggregate
DELETE FROM "shops" WHERE "shops"."id" IN (SELECT "shops"."id" FROM "shops" LEFT JOIN "notes" ON ("shops"."id" = "notes"."shop_id") GROUP BY "shops"."id" HAVING COUNT("notes"."id") > $1)
-- int64(1)

-- a condition on a window
DELETE FROM "notes" WHERE "notes"."id" IN (SELECT "q1" FROM (SELECT "notes"."id" AS "q1", RANK() OVER (PARTITION BY "notes"."shop_id") AS "q2" FROM "notes") "qualify" WHERE ("q2") = $1)
-- int(1)

-- an error
error: Note: OuterRef("x") belongs into a subquery, and this query stands alone

