-- a filter
SELECT "q1" AS "title" FROM (SELECT "notes"."title" AS "q1", RANK() OVER (PARTITION BY "notes"."shop_id" ORDER BY "notes"."size" DESC) AS "q2" FROM "notes") "qualify" WHERE ("q2") <= $1
-- int(3)
-- title:text reads notes

-- a filter and an order
SELECT "q1" AS "title", "q2" AS "r" FROM (SELECT "notes"."title" AS "q1", RANK() OVER (PARTITION BY "notes"."shop_id" ORDER BY "notes"."size" DESC) AS "q2", "notes"."size" AS "q3" FROM "notes") "qualify" WHERE ("q2") <= $1 ORDER BY "q2" ASC, "q3" DESC, RANDOM() ASC
-- int(3)
-- title:text r:value reads notes

-- a slice
SELECT "q1" AS "title" FROM (SELECT "notes"."title" AS "q1", RANK() OVER (PARTITION BY "notes"."shop_id" ORDER BY "notes"."size" DESC) AS "q2" FROM "notes") "qualify" WHERE ("q2") <= $1 LIMIT 3 OFFSET 2
-- int(3)
-- title:text reads notes

-- distinct
SELECT DISTINCT "q1" AS "title" FROM (SELECT "notes"."title" AS "q1", RANK() OVER (PARTITION BY "notes"."shop_id" ORDER BY "notes"."size" DESC) AS "q2" FROM "notes") "qualify" WHERE ("q2") <= $1
-- int(3)
-- title:text reads notes

-- groups, having
SELECT "q1" AS "name" FROM (SELECT "shops"."name" AS "q1", RANK() OVER (ORDER BY COUNT("notes"."id") DESC) AS "q2" FROM "shops" LEFT JOIN "notes" ON ("shops"."id" = "notes"."shop_id") WHERE "shops"."name" = $1 GROUP BY "shops"."id" HAVING COUNT("notes"."id") > $2) "qualify" WHERE ("q2") = $3
-- string(x) int64(1) int(1)
-- name:text reads shops

-- an impossible condition
none
-- title:text reads notes

-- an impossible window
none
-- title:text reads notes

-- an impossible group
none
-- name:text reads shops

-- a window compared with a column
SELECT "q1" AS "title" FROM (SELECT "notes"."title" AS "q1", RANK() OVER (PARTITION BY "notes"."shop_id" ORDER BY "notes"."size" DESC) AS "q2", "notes"."pages" AS "q3" FROM "notes") "qualify" WHERE ("q2") > ("q3")
-- title:text reads notes

-- a window among some
SELECT "q1" AS "title" FROM (SELECT "notes"."title" AS "q1", RANK() OVER (PARTITION BY "notes"."shop_id" ORDER BY "notes"."size" DESC) AS "q2", "notes"."pages" AS "q3" FROM "notes") "qualify" WHERE ("q2") IN ($1, "q3")
-- int(1)
-- title:text reads notes

-- exists
SELECT 1 FROM (SELECT RANK() OVER (PARTITION BY "notes"."shop_id" ORDER BY "notes"."size" DESC) AS "q1" FROM "notes") "qualify" WHERE ("q1") <= $1 LIMIT 1
-- int(3)
-- reads notes

