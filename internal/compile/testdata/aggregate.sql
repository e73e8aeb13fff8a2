-- over rows
SELECT COUNT(*) AS "a1", SUM("notes"."size") AS "a2" FROM "notes" WHERE "notes"."sold" = $1
-- bool(true)
-- a1:integer a2:integer reads notes

-- over joined columns
SELECT MAX("geo.areas"."name") AS "a1" FROM "notes" LEFT JOIN "shops" ON ("notes"."shop_id" = "shops"."id") LEFT JOIN "geo"."areas" "geo.areas" ON ("shops"."area_id" = "geo.areas"."id" AND "geo.areas"."deleted" IS NULL)
-- a1:text reads notes

-- with a default
SELECT COALESCE(SUM("notes"."size"), $1::bigint) AS "a1" FROM "notes"
-- int64(0)
-- a1:integer reads notes

-- no rows, known
none
-- a1:integer a2:integer a3:integer reads notes values [0 0 <nil>]

-- no rows, computed
SELECT $1::bigint + $2::integer AS "a1"
-- int64(0) int64(1)
-- a1:integer reads notes

-- an impossible condition
none
-- a1:integer reads notes values [0]

-- over a slice
SELECT SUM("subquery"."c1") AS "a1", COUNT(*) AS "a2" FROM (SELECT "notes"."size" AS "col1" FROM "notes" ORDER BY "notes"."at" ASC LIMIT 5) "subquery" ("c1")
-- a1:integer a2:integer reads notes

-- over distinct rows
SELECT SUM("subquery"."c2") AS "a1" FROM (SELECT DISTINCT "notes"."title" AS "col1", "notes"."size" AS "col2" FROM "notes") "subquery" ("c1", "c2")
-- a1:integer reads notes

-- over groups
SELECT MAX("subquery"."c2") AS "a1" FROM (SELECT "notes"."shop_id" AS "col1", COUNT(*) AS "gormango_1" FROM "notes" GROUP BY "notes"."shop_id") "subquery" ("c1", "c2")
-- a1:integer reads notes

-- behind an aggregate
SELECT MAX("subquery"."c1") AS "a1", COUNT(*) AS "a2" FROM (SELECT COUNT("notes"."id") AS "gormango_1" FROM "shops" LEFT JOIN "notes" ON ("shops"."id" = "notes"."shop_id") GROUP BY "shops"."id") "subquery" ("c1")
-- a1:integer a2:integer reads shops

-- behind a condition on an aggregate
SELECT COUNT(*) AS "a1" FROM (SELECT 1 FROM "shops" LEFT JOIN "notes" ON ("shops"."id" = "notes"."shop_id") GROUP BY "shops"."id" HAVING COUNT("notes"."id") > $1) "subquery"
-- int64(1)
-- a1:integer reads shops

-- of an annotation
SELECT SUM("notes"."size" * $1::integer) AS "a1" FROM "notes"
-- int64(2)
-- a1:integer reads notes

-- of a window
SELECT MAX("subquery"."c1") AS "a1" FROM (SELECT ROW_NUMBER() OVER (PARTITION BY "notes"."shop_id") AS "r" FROM "notes") "subquery" ("c1")
-- a1:value reads notes

-- of a subquery
SELECT MAX("subquery"."c1") AS "a1" FROM (SELECT (SELECT "U0"."size" FROM "notes" "U0" WHERE "U0"."shop_id" = "shops"."id" LIMIT 1) AS "s" FROM "shops") "subquery" ("c1")
-- a1:integer reads shops

-- of an alias over a slice
SELECT MAX("subquery"."c1") AS "a1" FROM (SELECT "notes"."size" * $1::integer AS "double" FROM "notes" LIMIT 3) "subquery" ("c1")
-- int64(2)
-- a1:integer reads notes

-- over a set
SELECT MAX("subquery"."c1") AS "a1" FROM ((SELECT "notes"."size" AS "col1" FROM "notes") UNION ALL (SELECT "notes"."size" AS "col1" FROM "notes")) "subquery" ("c1")
-- a1:integer reads notes

-- over a set, of another column
error: an aggregate after Union is about the columns that it selects

-- the order moves behind added columns
SELECT SUM("subquery"."c2") AS "a1" FROM (SELECT "subquery"."c1", "subquery"."c2" FROM (SELECT DISTINCT "notes"."title" AS "c1", "notes"."size" AS "c2", "notes"."at" FROM "notes" ORDER BY 3 ASC LIMIT 3) "subquery") "subquery" ("c1", "c2")
-- a1:integer reads notes

-- a subquery over a slice
error: a subquery in an aggregate cannot name columns of rows that are sliced, grouped or combined (Annotate it first)

