-- many-to-many
SELECT "goods"."a", "goods"."b", "goods"."name", "shop_goods"."shop_id" FROM "goods" INNER JOIN "shop_goods" ON ("goods"."a" = "shop_goods"."good_a" AND "goods"."b" = "shop_goods"."good_b") WHERE "shop_goods"."shop_id" = ANY($1)
-- []int64([1 2])
-- Good:3@-1 owner:integer reads goods

-- many-to-many, the key of two columns
SELECT "shops"."id", "shops"."name", "shops"."area_id", "owners"."n" AS "owner" FROM "shops" INNER JOIN "shop_goods" ON ("shops"."id" = "shop_goods"."shop_id") INNER JOIN unnest($1::bigint[], $2::bigint[]) WITH ORDINALITY AS "owners"(c1, c2, n) ON ("shop_goods"."good_a" = "owners".c1 AND "shop_goods"."good_b" = "owners".c2) ORDER BY "shops"."name" ASC
-- []int64([1]) []int64([2])
-- Shop:3@-1 owner:integer reads shops

-- to many, the foreign key is loaded
SELECT "notes"."id", "notes"."title", "notes"."shop_id" FROM "notes" WHERE "notes"."shop_id" = ANY($1)
-- []int64([1 2])
-- Note:3@-1 reads notes

-- to many, by a key of two columns
SELECT "marks"."id", "marks"."good_a", "marks"."good_b", "marks"."owner_id", "marks"."owner_type", "owners"."n" AS "owner" FROM "marks" INNER JOIN unnest($1::bigint[], $2::bigint[]) WITH ORDINALITY AS "owners"(c1, c2, n) ON ("marks"."good_a" = "owners".c1 AND "marks"."good_b" = "owners".c2)
-- []int64([1]) []int64([2])
-- Mark:5@-1 owner:integer reads marks

-- to one
SELECT "shops"."id", "shops"."name", "shops"."area_id" FROM "shops" WHERE "shops"."id" = ANY($1) ORDER BY "shops"."name" ASC
-- []int64([1 2])
-- Shop:3@-1 reads shops

-- polymorphic
SELECT "marks"."id", "marks"."good_a", "marks"."good_b", "marks"."owner_id", "marks"."owner_type" FROM "marks" WHERE "marks"."owner_id" = ANY($1) AND "marks"."owner_type" = 'notes'
-- []int64([1 2])
-- Mark:5@-1 reads marks

-- a slice for each owner
SELECT "q1", "q2", "q3" FROM (SELECT "notes"."id" AS "q1", "notes"."title" AS "q2", "notes"."shop_id" AS "q3", ROW_NUMBER() OVER (PARTITION BY "notes"."shop_id" ORDER BY "notes"."at" DESC) AS "q4", "notes"."at" AS "q5" FROM "notes" WHERE "notes"."shop_id" = ANY($1)) "qualify" WHERE ("q4") > $2 AND ("q4") <= $3 ORDER BY "q5" DESC
-- []int64([1 2]) int64(1) int64(3)
-- Note:3@-1 reads notes

-- a slice from its start
SELECT "q1", "q2", "q3", "q4" AS "owner" FROM (SELECT "goods"."a" AS "q1", "goods"."b" AS "q2", "goods"."name" AS "q3", "shop_goods"."shop_id" AS "q4", ROW_NUMBER() OVER (PARTITION BY "shop_goods"."shop_id") AS "q5" FROM "goods" INNER JOIN "shop_goods" ON ("goods"."a" = "shop_goods"."good_a" AND "goods"."b" = "shop_goods"."good_b") WHERE "shop_goods"."shop_id" = ANY($1)) "qualify" WHERE ("q5") > $2 AND ("q5") <= $3
-- []int64([1 2]) int64(0) int64(2)
-- Good:3@-1 owner:integer reads goods

-- a slice without an end
SELECT "q1", "q2", "q3" FROM (SELECT "notes"."id" AS "q1", "notes"."title" AS "q2", "notes"."shop_id" AS "q3", ROW_NUMBER() OVER (PARTITION BY "notes"."shop_id") AS "q4" FROM "notes" WHERE "notes"."shop_id" = ANY($1)) "qualify" WHERE ("q4") > $2
-- []int64([1 2]) int64(2)
-- Note:3@-1 reads notes

-- a random slice
SELECT "q1", "q2", "q3" FROM (SELECT "notes"."id" AS "q1", "notes"."title" AS "q2", "notes"."shop_id" AS "q3", ROW_NUMBER() OVER (PARTITION BY "notes"."shop_id" ORDER BY RANDOM() ASC) AS "q4" FROM "notes" WHERE "notes"."shop_id" = ANY($1)) "qualify" WHERE ("q4") > $2 AND ("q4") <= $3 ORDER BY RANDOM() ASC
-- []int64([1 2]) int64(0) int64(1)
-- Note:3@-1 reads notes

-- groups have the owner too
SELECT "shops"."id", "shops"."name", "shops"."area_id", "owners"."n" AS "owner", COUNT("notes"."id") AS "n" FROM "shops" LEFT JOIN "notes" ON ("shops"."id" = "notes"."shop_id") INNER JOIN "shop_goods" ON ("shops"."id" = "shop_goods"."shop_id") INNER JOIN unnest($1::bigint[], $2::bigint[]) WITH ORDINALITY AS "owners"(c1, c2, n) ON ("shop_goods"."good_a" = "owners".c1 AND "shop_goods"."good_b" = "owners".c2) GROUP BY "shops"."id", "owners"."n"
-- []int64([1]) []int64([2])
-- Shop:3@-1 owner:integer n:integer reads shops

-- an order by an annotation behind the owner
SELECT "goods"."a", "goods"."b", "goods"."name", "shop_goods"."shop_id", "goods"."a" + $1::integer AS "x" FROM "goods" INNER JOIN "shop_goods" ON ("goods"."a" = "shop_goods"."good_a" AND "goods"."b" = "shop_goods"."good_b") WHERE "shop_goods"."shop_id" = ANY($2) ORDER BY 5 ASC
-- int64(1) []int64([1 2])
-- Good:3@-1 owner:integer x:integer reads goods

-- rows that are distinct
SELECT DISTINCT "goods"."a", "goods"."b", "goods"."name", "shop_goods"."shop_id", RANDOM() FROM "goods" INNER JOIN "shop_goods" ON ("goods"."a" = "shop_goods"."good_a" AND "goods"."b" = "shop_goods"."good_b") WHERE "shop_goods"."shop_id" = ANY($1) ORDER BY 3 ASC, 5 ASC
-- []int64([1 2])
-- Good:3@-1 owner:integer reads goods extra 1

-- nothing
none
-- Note:20@-1 reads notes

-- an error
error: Note: OuterRef("x") belongs into a subquery, and this query stands alone

