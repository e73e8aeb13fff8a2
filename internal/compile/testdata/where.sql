-- exclude
NOT ("notes"."title" = $1)
-- string(x)

-- exclude over a nullable column
NOT ("notes"."body" = $1 AND "notes"."body" IS NOT NULL)
-- string(x)

-- exclude null
NOT ("notes"."body" IS NULL)

-- exclude not null
NOT ("notes"."body" IS NOT NULL)

-- exclude over a relation
FROM "notes" LEFT JOIN "shops" ON ("notes"."shop_id" = "shops"."id") WHERE NOT ("shops"."name" = $1 AND "shops"."name" IS NOT NULL)
-- string(x)
-- id:integer reads notes

-- exclude over a relation that is never missing
FROM "shops" LEFT JOIN "geo"."areas" "geo.areas" ON ("shops"."area_id" = "geo.areas"."id" AND "geo.areas"."deleted" IS NULL) WHERE NOT ("geo.areas"."name" = $1 AND "geo.areas"."name" IS NOT NULL)
-- string(x)
-- id:integer reads shops

-- exclude with a nullable column on the right
NOT ("notes"."size" = "notes"."pages" AND "notes"."pages" IS NOT NULL)

-- exclude twice
"notes"."body" = $1
-- string(x)

-- exclude JSON's null
NOT ("notes"."data" = $1::jsonb)
-- string(null)

-- exclude over a relation to many
FROM "shops" WHERE NOT ((EXISTS(SELECT 1 FROM "notes" "U1" WHERE "U1"."title" = $1 AND "U1"."shop_id" = "shops"."id" LIMIT 1)))
-- string(x)
-- id:integer reads shops

-- exclude over rows that may be hidden
FROM "shops" WHERE NOT ((EXISTS(SELECT 1 FROM "visits" "U1" WHERE "U1"."name" = $1 AND "U1"."deleted" IS NULL AND "U1"."shop_id" = "shops"."id" LIMIT 1)))
-- string(x)
-- id:integer reads shops

-- exclude two of a relation to many
NOT ((EXISTS(SELECT 1 FROM "notes" "U1" WHERE "U1"."title" = $1 AND "U1"."shop_id" = "shops"."id" LIMIT 1)) AND (EXISTS(SELECT 1 FROM "notes" "U1" WHERE "U1"."size" = $2 AND "U1"."shop_id" = "shops"."id" LIMIT 1)))
-- string(x) int64(1)

-- exclude over a relation to many behind one
FROM "notes" WHERE NOT ((EXISTS(SELECT 1 FROM "notes" "U2" WHERE "U2"."title" = $1 AND "U2"."shop_id" = "notes"."shop_id" LIMIT 1)))
-- string(x)
-- id:integer reads notes

-- exclude over many-to-many
FROM "shops" WHERE NOT ((EXISTS(SELECT 1 FROM "shop_goods" "U1" INNER JOIN "goods" "U2" ON ("U1"."good_a" = "U2"."a" AND "U1"."good_b" = "U2"."b") WHERE "U2"."name" = $1 AND "U1"."shop_id" = "shops"."id" LIMIT 1)))
-- string(x)
-- id:integer reads shops

-- exclude over a key of two columns
FROM "goods" WHERE NOT ((EXISTS(SELECT 1 FROM "marks" "U1" WHERE "U1"."owner_id" = $1 AND "U1"."good_a" = "goods"."a" AND "U1"."good_b" = "goods"."b" LIMIT 1)))
-- int64(1)
-- a:integer reads goods

-- exclude over a polymorphic relation
FROM "notes" WHERE NOT ((EXISTS(SELECT 1 FROM "marks" "U1" WHERE "U1"."good_a" = $1 AND "U1"."owner_type" = 'notes' AND "U1"."owner_id" = "notes"."id" LIMIT 1)))
-- int64(1)
-- id:integer reads notes

-- exclude over a filtered relation
FROM "shops" WHERE NOT ((EXISTS(SELECT 1 FROM "shops" "U0" INNER JOIN "notes" "U1" ON ("U0"."id" = "U1"."shop_id" AND "U1"."size" = $1) WHERE "U1"."title" = $2 AND "U0"."id" = "shops"."id" LIMIT 1)))
-- int64(1) string(x)
-- id:integer reads shops

-- exclude missing rows of a relation to many
FROM "shops" WHERE NOT ((EXISTS(SELECT 1 FROM "shops" "U0" LEFT JOIN "notes" "U1" ON ("U0"."id" = "U1"."shop_id") WHERE "U1"."id" IS NULL AND "U0"."id" = "shops"."id" LIMIT 1)))
-- id:integer reads shops

-- exclude over a relation to many by or
FROM "shops" WHERE NOT ((EXISTS(SELECT 1 FROM "notes" "U1" WHERE "U1"."title" = $1 AND "U1"."shop_id" = "shops"."id" LIMIT 1)) OR "shops"."name" = $2)
-- string(x) string(y)
-- id:integer reads shops

-- exclude with a column on the right
FROM "shops" WHERE NOT ((EXISTS(SELECT 1 FROM "notes" "U1" WHERE "U1"."title" = "shops"."name" AND "U1"."shop_id" = "shops"."id" LIMIT 1)))
-- id:integer reads shops

-- exclude with an operation on the right
FROM "shops" WHERE NOT ((EXISTS(SELECT 1 FROM "shops" "U0" INNER JOIN "notes" "U1" ON ("U0"."id" = "U1"."shop_id") WHERE "U1"."size" = ("U0"."id" + $1::integer) AND "U1"."shop_id" = "shops"."id" LIMIT 1)))
-- int64(1)
-- id:integer reads shops

-- exclude what a filter joined
FROM "shops" INNER JOIN "notes" ON ("shops"."id" = "notes"."shop_id") WHERE ("notes"."title" = $1 AND NOT ((EXISTS(SELECT 1 FROM "notes" "U1" WHERE "U1"."size" = $2 AND "U1"."id" = "notes"."id" LIMIT 1))))
-- string(x) int64(1)
-- id:integer reads shops

-- a value that is a subquery
"notes"."size" = (SELECT "U0"."size" FROM "notes" "U0" WHERE "U0"."id" = "notes"."parent_id")

-- a range with expressions
FROM "notes" INNER JOIN "notes" "T2" ON ("notes"."parent_id" = "T2"."id") INNER JOIN "shops" ON ("notes"."shop_id" = "shops"."id") WHERE "notes"."size" BETWEEN "T2"."size" AND "shops"."area_id"
-- id:integer reads notes

-- an in with expressions
FROM "notes" INNER JOIN "notes" "T2" ON ("notes"."parent_id" = "T2"."id") WHERE "notes"."size" IN ($1, "T2"."size")
-- int64(1)
-- id:integer reads notes

-- a condition that is a value joins loosely
FROM "notes" LEFT JOIN "shops" ON ("notes"."shop_id" = "shops"."id") WHERE "shops"."name" = $1
-- string(x)
-- id:integer reads notes

-- a transform over a relation
FROM "notes" INNER JOIN "notes" "T2" ON ("notes"."parent_id" = "T2"."id") WHERE EXTRACT(YEAR FROM "T2"."at" AT TIME ZONE 'Europe/Berlin') > "notes"."size"
-- id:integer reads notes

-- an annotation on the left
("notes"."size" * $1::integer) > $2
-- int64(2) int64(3)

