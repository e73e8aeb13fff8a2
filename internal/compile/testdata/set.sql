-- union
(SELECT "notes"."title" AS "col1" FROM "notes") UNION (SELECT "notes"."title" AS "col1" FROM "notes" WHERE "notes"."size" = $1)
-- int64(1)
-- title:text reads notes

-- union all
(SELECT "notes"."title" AS "col1" FROM "notes") UNION ALL (SELECT "notes"."title" AS "col1" FROM "notes" WHERE "notes"."size" = $1)
-- int64(1)
-- title:text reads notes

-- intersection
(SELECT "notes"."title" AS "col1" FROM "notes") INTERSECT (SELECT "notes"."title" AS "col1" FROM "notes" WHERE "notes"."size" = $1)
-- int64(1)
-- title:text reads notes

-- difference
(SELECT "notes"."title" AS "col1" FROM "notes") EXCEPT (SELECT "notes"."title" AS "col1" FROM "notes" WHERE "notes"."size" = $1)
-- int64(1)
-- title:text reads notes

-- of three
(SELECT "notes"."title" AS "col1" FROM "notes") UNION (SELECT "notes"."title" AS "col1" FROM "notes" WHERE "notes"."size" = $1) UNION (SELECT "notes"."title" AS "col1" FROM "notes" WHERE "notes"."size" = $2)
-- int64(1) int64(1)
-- title:text reads notes

-- of objects
(SELECT "notes"."id" AS "col1", "notes"."title" AS "col2" FROM "notes") UNION (SELECT "notes"."id" AS "col1", "notes"."title" AS "col2" FROM "notes")
-- Note:2@-1 reads notes

-- a part with an order and a slice
(SELECT "notes"."title" AS "col1" FROM "notes" ORDER BY "notes"."size" ASC LIMIT 3) UNION (SELECT "notes"."title" AS "col1" FROM "notes" WHERE "notes"."size" = $1)
-- int64(1)
-- title:text reads notes

-- an empty part of a union
SELECT * FROM ((SELECT "notes"."title" AS "col1" FROM "notes")) "set"
-- title:text reads notes

-- an empty part of a union in a slice
SELECT DISTINCT * FROM ((SELECT "notes"."title" AS "col1" FROM "notes")) "set" LIMIT 2
-- title:text reads notes

-- an empty part of a difference
SELECT * FROM ((SELECT "notes"."title" AS "col1" FROM "notes")) "set"
-- title:text reads notes

-- an empty first part of a difference
none
-- title:text reads notes

-- an empty part of an intersection
none
-- title:text reads notes

-- of empty parts
none
-- title:text reads notes

-- an order by a column
(SELECT "notes"."title" AS "col1" FROM "notes") UNION (SELECT "notes"."title" AS "col1" FROM "notes" WHERE "notes"."size" = $1) ORDER BY 1 DESC LIMIT 3 OFFSET 1
-- int64(1)
-- title:text reads notes

-- an order by another column
(SELECT "notes"."id" AS "col1", "notes"."title" AS "col2", "notes"."size" AS "col3" FROM "notes") UNION (SELECT "notes"."id" AS "col1", "notes"."title" AS "col2", "notes"."size" AS "col3" FROM "notes") ORDER BY 3 ASC
-- Note:2@-1 reads notes extra 1

-- an order by a column that is not selected
error: the order of a set operation names a column that its parts do not select

-- a random order
(SELECT "notes"."title" AS "col1" FROM "notes") UNION (SELECT "notes"."title" AS "col1" FROM "notes" WHERE "notes"."size" = $1) ORDER BY RANDOM() ASC
-- int64(1)
-- title:text reads notes

-- columns of a set
(SELECT "notes"."title" AS "col1" FROM "notes") UNION (SELECT "notes"."title" AS "col1" FROM "notes" WHERE "notes"."size" = $1)
-- int64(1)
-- title:text reads notes

-- an error in a part
error: Note: OuterRef("x") belongs into a subquery, and this query stands alone

-- a subquery
"notes"."size" IN ((SELECT "U0"."size" AS "col1" FROM "notes" "U0") UNION (SELECT "U0"."size" AS "col1" FROM "notes" "U0" WHERE "U0"."sold" = $1))
-- bool(true)

