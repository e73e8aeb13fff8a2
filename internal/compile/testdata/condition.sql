-- and
("notes"."size" = $1 AND "notes"."title" = $2)
-- int64(1) string(x)

-- or in and
(("notes"."size" = $1 OR "notes"."title" = $2) AND "notes"."sold" = $3)
-- int64(1) string(x) bool(true)

-- and in or
(("notes"."size" = $1 AND "notes"."title" = $2) OR "notes"."sold" = $3)
-- int64(1) string(x) bool(true)

-- not
NOT ("notes"."size" = $1 OR "notes"."title" = $2)
-- int64(1) string(x)

-- not of a nested or
NOT ("notes"."size" = $1 OR "notes"."title" = $2)
-- int64(1) string(x)

-- not of two nested
NOT (("notes"."size" = $1 OR "notes"."title" = $2) AND ("notes"."title" = $3 OR ("notes"."sold" = $4 AND "notes"."sold" IS NOT NULL)))
-- int64(1) string(x) string(x) bool(true)

-- xor of two
(("notes"."size" = $1 OR "notes"."title" = $2) AND 1 = (CASE WHEN "notes"."size" = $1 THEN 1 ELSE 0 END + CASE WHEN "notes"."title" = $2 THEN 1 ELSE 0 END))
-- int64(1) string(x)

-- xor of three
(("notes"."size" = $1 OR "notes"."title" = $2 OR "notes"."sold" = $3) AND 1 = MOD((CASE WHEN "notes"."size" = $1 THEN 1 ELSE 0 END + CASE WHEN "notes"."title" = $2 THEN 1 ELSE 0 END + CASE WHEN "notes"."sold" = $3 THEN 1 ELSE 0 END), 2))
-- int64(1) string(x) bool(true)

-- xor negated
NOT (("notes"."size" = $1 OR "notes"."title" = $2) AND 1 = (CASE WHEN "notes"."size" = $1 THEN 1 ELSE 0 END + CASE WHEN "notes"."title" = $2 THEN 1 ELSE 0 END))
-- int64(1) string(x)

-- xor with what never holds
("notes"."size" = $1 AND 1 = (CASE WHEN "notes"."size" = $1 THEN 1 ELSE 0 END + 0))
-- int64(1)

-- xor with what always holds
(1 = (CASE WHEN "notes"."size" = $1 THEN 1 ELSE 0 END + 1))
-- int64(1)

-- xor of what never holds
none

-- not xor of what never holds
SELECT "notes"."id" FROM "notes"

-- or with what never holds
"notes"."size" = $1
-- int64(1)

-- or with what always holds
SELECT "notes"."id" FROM "notes"

-- and with what never holds
none

-- and with what always holds
"notes"."size" = $1
-- int64(1)

-- an expression
"notes"."sold"

-- a constant
"notes"."size" = $1
-- int64(1)

-- a constant that is false
none

-- a condition as an expression
("notes"."size" = $1 AND "notes"."title" = $2)
-- int64(1) string(x)

-- exists
EXISTS(SELECT 1 FROM "notes" "U0" WHERE "U0"."shop_id" = "shops"."id" LIMIT 1)

-- exists of none
(NOT (FALSE) AND "shops"."name" = $1)
-- string(x)

-- having
SELECT "shops"."id" FROM "shops" LEFT JOIN "notes" ON ("shops"."id" = "notes"."shop_id") WHERE "shops"."name" = $1 GROUP BY "shops"."id" HAVING COUNT("notes"."id") > $2
-- string(x) int64(1)
-- id:integer reads shops

-- having joined by or
SELECT "shops"."id" FROM "shops" LEFT JOIN "notes" ON ("shops"."id" = "notes"."shop_id") GROUP BY "shops"."id", "shops"."name" HAVING (COUNT("notes"."id") > $1 OR "shops"."name" = $2)
-- int64(1) string(x)
-- id:integer reads shops

-- a window among conditions
SELECT "q1" AS "id" FROM (SELECT "notes"."id" AS "q1", ROW_NUMBER() OVER (PARTITION BY "notes"."shop_id") AS "q2" FROM "notes" WHERE "notes"."size" = $1) "qualify" WHERE ("q2") = $2
-- int64(1) int(1)
-- id:integer reads notes

-- a window joined by or
SELECT "q1" AS "id" FROM (SELECT "notes"."id" AS "q1", "notes"."size" AS "q2", ROW_NUMBER() OVER (PARTITION BY "notes"."shop_id") AS "q3" FROM "notes") "qualify" WHERE (("q2") = $1 OR ("q3") = $2)
-- int64(1) int(1)
-- id:integer reads notes

-- a window and groups joined by or
error: a condition on a window function cannot be joined by OR with others where rows are grouped

