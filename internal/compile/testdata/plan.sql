-- some columns of objects
SELECT "notes"."id", "notes"."title" FROM "notes"
-- Note:2@-1 reads notes

-- some columns of a related object
SELECT "shops"."id", "shops"."name", "shops"."area_id", "geo.areas"."id", "geo.areas"."name" FROM "shops" LEFT JOIN "geo"."areas" "geo.areas" ON ("shops"."area_id" = "geo.areas"."id" AND "geo.areas"."deleted" IS NULL) ORDER BY "shops"."name" ASC
-- Shop:3@-1 Area:2@0 reads shops

-- a related object whose key is deferred
error: Shop.area cannot be both deferred and joined by SelectRelated

-- related objects of related objects
SELECT "notes"."id", "notes"."shop_id", "shops"."id", "shops"."area_id", "geo.areas"."id", "geo.areas"."name", "geo.areas"."deleted" FROM "notes" LEFT JOIN "shops" ON ("notes"."shop_id" = "shops"."id") LEFT JOIN "geo"."areas" "geo.areas" ON ("shops"."area_id" = "geo.areas"."id" AND "geo.areas"."deleted" IS NULL)
-- Note:2@-1 Shop:2@0 Area:3@1 reads notes

-- no columns, the key of two
SELECT "goods"."a", "goods"."b", "goods"."name" FROM "goods"
-- Good:3@-1 reads goods

-- an order by a column that is selected
SELECT "notes"."title" FROM "notes" ORDER BY "notes"."title" ASC
-- title:text reads notes

-- an order by an annotation
SELECT "notes"."title", "notes"."size" * $1::integer AS "double" FROM "notes" ORDER BY 2 ASC
-- int64(2)
-- title:text double:integer reads notes

-- an order by the same expression
SELECT EXTRACT(YEAR FROM "notes"."at" AT TIME ZONE 'Europe/Berlin') AS "at__year" FROM "notes" ORDER BY EXTRACT(YEAR FROM "notes"."at" AT TIME ZONE 'Europe/Berlin') ASC
-- at__year:integer reads notes

-- an order that names a column twice
SELECT "notes"."id" FROM "notes" ORDER BY "notes"."title" ASC, "notes"."size" ASC
-- id:integer reads notes

-- a distinct order by an expression that is selected
SELECT DISTINCT EXTRACT(YEAR FROM "notes"."at" AT TIME ZONE 'Europe/Berlin') AS "at__year", RANDOM() FROM "notes" ORDER BY 1 ASC, 2 ASC
-- at__year:integer reads notes extra 1

-- groups and an order
SELECT "notes"."shop_id", COUNT(*) AS "n" FROM "notes" LEFT JOIN "shops" ON ("notes"."shop_id" = "shops"."id") GROUP BY "notes"."shop_id", "shops"."name" ORDER BY 2 DESC, "shops"."name" ASC
-- shop:integer n:integer reads notes

-- groups and the model's own order
SELECT "shops"."area_id", COUNT(*) AS "n" FROM "shops" GROUP BY "shops"."area_id"
-- area:integer n:integer reads shops

-- an order that is the model's own and an aggregate
SELECT "shops"."area_id", COUNT(*) AS "n" FROM "shops" GROUP BY "shops"."area_id"
-- area:integer n:integer reads shops

-- groups by an expression in the order
SELECT EXTRACT(YEAR FROM "notes"."at" AT TIME ZONE 'Europe/Berlin') AS "at__year", COUNT(*) AS "n" FROM "notes" GROUP BY 1 ORDER BY 1 ASC
-- at__year:integer n:integer reads notes

-- columns that depend on the key are no groups
SELECT "shops"."name", COUNT("notes"."id") AS "n" FROM "shops" LEFT JOIN "notes" ON ("shops"."id" = "notes"."shop_id") GROUP BY "shops"."id"
-- name:text n:integer reads shops

-- columns of a related object that depend on its key
SELECT "shops"."id", "shops"."name", "shops"."area_id", "geo.areas"."id", "geo.areas"."name", "geo.areas"."deleted", COUNT("notes"."id") AS "n" FROM "shops" LEFT JOIN "notes" ON ("shops"."id" = "notes"."shop_id") LEFT JOIN "geo"."areas" "geo.areas" ON ("shops"."area_id" = "geo.areas"."id" AND "geo.areas"."deleted" IS NULL) GROUP BY "shops"."id", "geo.areas"."id"
-- Shop:3@-1 Area:3@0 n:integer reads shops

-- having adds groups
SELECT "shops"."id" FROM "shops" LEFT JOIN "notes" ON ("shops"."id" = "notes"."shop_id") LEFT JOIN "geo"."areas" "geo.areas" ON ("shops"."area_id" = "geo.areas"."id" AND "geo.areas"."deleted" IS NULL) GROUP BY "shops"."id", "geo.areas"."name" HAVING (COUNT("notes"."id") > $1 OR "geo.areas"."name" = $2)
-- int64(1) string(x)
-- id:integer reads shops

-- equal groups are one
SELECT "notes"."size", "notes"."size", COUNT(*) AS "n" FROM "notes" GROUP BY "notes"."size"
-- size:integer a:integer n:integer reads notes

-- a type of a subquery's column
SELECT (SELECT "U0"."title" FROM "notes" "U0" WHERE "U0"."shop_id" = "shops"."id") AS "s" FROM "shops" ORDER BY "shops"."name" ASC
-- s:text reads shops

-- counted groups
SELECT COUNT(*) FROM (SELECT "shops"."name" AS "col1" FROM "shops" LEFT JOIN "notes" ON ("shops"."id" = "notes"."shop_id") GROUP BY "shops"."id") "subquery"
-- reads shops

-- counted columns with annotations
SELECT COUNT(*) FROM (SELECT DISTINCT "notes"."title" AS "col1", "notes"."size" * $1::integer AS "double" FROM "notes") "subquery"
-- int64(2)
-- reads notes

-- counted objects with an aggregate
SELECT COUNT(*) FROM (SELECT 1 FROM "shops" LEFT JOIN "notes" ON ("shops"."id" = "notes"."shop_id") GROUP BY "shops"."id" LIMIT 3) "subquery"
-- reads shops

