-- a path
FROM "notes" INNER JOIN "shops" ON ("notes"."shop_id" = "shops"."id") INNER JOIN "geo"."areas" "geo.areas" ON ("shops"."area_id" = "geo.areas"."id" AND "geo.areas"."deleted" IS NULL) WHERE "geo.areas"."name" = $1
-- string(x)
-- id:integer reads notes

-- a key at the end is the foreign key
FROM "notes" WHERE "notes"."shop_id" = $1
-- int64(1)
-- id:integer reads notes

-- a key that may be hidden is not
FROM "shops" LEFT JOIN "geo"."areas" "geo.areas" ON ("shops"."area_id" = "geo.areas"."id" AND "geo.areas"."deleted" IS NULL) WHERE "geo.areas"."name" IS NULL
-- id:integer reads shops

-- a hidden row's key is
FROM "shops" WHERE "shops"."area_id" = $1
-- int64(1)
-- id:integer reads shops

-- hidden rows are joined too
FROM "shops" INNER JOIN "geo"."areas" "geo.areas" ON ("shops"."area_id" = "geo.areas"."id") WHERE "geo.areas"."name" = $1
-- string(x)
-- id:integer reads shops

-- a table twice
FROM "notes" INNER JOIN "notes" "T2" ON ("notes"."parent_id" = "T2"."id") WHERE "T2"."title" = $1
-- string(x)
-- id:integer reads notes

-- a table three times
FROM "notes" INNER JOIN "notes" "T2" ON ("notes"."parent_id" = "T2"."id") INNER JOIN "notes" "T3" ON ("T2"."parent_id" = "T3"."id") INNER JOIN "notes" "T4" ON ("notes"."id" = "T4"."parent_id") WHERE ("T3"."title" = $1 AND "T4"."title" = $2)
-- string(x) string(y)
-- id:integer reads notes

-- a many-to-many
FROM "shops" INNER JOIN "shop_goods" ON ("shops"."id" = "shop_goods"."shop_id") INNER JOIN "goods" ON ("shop_goods"."good_a" = "goods"."a" AND "shop_goods"."good_b" = "goods"."b") WHERE "goods"."name" = $1
-- string(x)
-- id:integer reads shops

-- a key of two columns
FROM "goods" INNER JOIN "marks" ON ("goods"."a" = "marks"."good_a" AND "goods"."b" = "marks"."good_b") WHERE "marks"."owner_id" = $1
-- int64(1)
-- a:integer reads goods

-- a polymorphic relation
FROM "notes" INNER JOIN "marks" ON ("notes"."id" = "marks"."owner_id" AND "marks"."owner_type" = 'notes') WHERE "marks"."good_a" = $1
-- int64(1)
-- id:integer reads notes

-- missing rows are wanted
FROM "notes" LEFT JOIN "shops" ON ("notes"."shop_id" = "shops"."id") WHERE "shops"."name" IS NULL
-- id:integer reads notes

-- or wants missing rows
FROM "notes" LEFT JOIN "shops" ON ("notes"."shop_id" = "shops"."id") LEFT JOIN "notes" "T3" ON ("notes"."parent_id" = "T3"."id") WHERE ("shops"."name" = $1 OR "T3"."title" = $2)
-- string(x) string(y)
-- id:integer reads notes

-- or over one relation does not
FROM "notes" INNER JOIN "shops" ON ("notes"."shop_id" = "shops"."id") WHERE ("shops"."name" = $1 OR "shops"."name" = $2)
-- string(x) string(y)
-- id:integer reads notes

-- or beside and
FROM "notes" INNER JOIN "shops" ON ("notes"."shop_id" = "shops"."id") LEFT JOIN "notes" "T3" ON ("notes"."parent_id" = "T3"."id") WHERE "shops"."name" = $1 AND ("shops"."name" = $2 OR "T3"."title" = $3)
-- string(z) string(x) string(y)
-- id:integer reads notes

-- or behind a missing row
FROM "notes" LEFT JOIN "shops" ON ("notes"."shop_id" = "shops"."id") LEFT JOIN "geo"."areas" "geo.areas" ON ("shops"."area_id" = "geo.areas"."id" AND "geo.areas"."deleted" IS NULL) WHERE ("geo.areas"."name" = $1 OR "notes"."title" = $2)
-- string(x) string(y)
-- id:integer reads notes

-- an order does not drop rows
SELECT "notes"."id" FROM "notes" LEFT JOIN "shops" ON ("notes"."shop_id" = "shops"."id") ORDER BY "shops"."name" ASC
-- id:integer reads notes

-- a filtered relation
FROM "shops" INNER JOIN "notes" "long" ON ("shops"."id" = "long"."shop_id" AND "long"."size" > $1) WHERE "long"."title" = $2
-- int64(9) string(x)
-- id:integer reads shops

-- a filtered relation by its key
FROM "shops" LEFT JOIN "notes" "long" ON ("shops"."id" = "long"."shop_id" AND "long"."size" > $1) WHERE "long"."id" IS NULL
-- int64(9)
-- id:integer reads shops

-- a filtered relation that never holds
FROM "shops" INNER JOIN "notes" "none" ON ("shops"."id" = "none"."shop_id" AND FALSE) WHERE "none"."title" = $1
-- string(x)
-- id:integer reads shops

-- a filtered relation that always holds
FROM "shops" INNER JOIN "notes" "all" ON ("shops"."id" = "all"."shop_id") WHERE "all"."title" = $1
-- string(x)
-- id:integer reads shops

-- a filtered relation by or
FROM "shops" INNER JOIN "notes" "some" ON ("shops"."id" = "some"."shop_id" AND ("some"."size" = $1 OR "some"."size" = $2)) WHERE "some"."title" = $3
-- int64(1) int64(2) string(x)
-- id:integer reads shops

-- a filtered relation beside the relation
FROM "shops" INNER JOIN "notes" "long" ON ("shops"."id" = "long"."shop_id" AND "long"."size" > $1) INNER JOIN "notes" ON ("shops"."id" = "notes"."shop_id") WHERE "long"."title" = $2 AND "notes"."title" = $3
-- int64(9) string(x) string(y)
-- id:integer reads shops

-- a filtered relation through another
FROM "geo"."areas" WHERE "geo"."areas"."deleted" IS NULL AND "geo"."areas"."id" = $1 AND (EXISTS(SELECT 1 FROM "shops" "U0" INNER JOIN "notes" "U2" ON ("U0"."id" = "U2"."shop_id" AND "U2"."size" = $2) WHERE "U0"."area_id" = "geo"."areas"."id" AND "U2"."title" = $3 LIMIT 1))
-- int64(1) int64(1) string(x)
-- id:integer reads geo.areas

