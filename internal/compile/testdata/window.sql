-- all rows
SUM("notes"."size") OVER () AS "x" FROM "notes"
-- x:integer reads notes

-- a partition
SUM("notes"."size") OVER (PARTITION BY "notes"."shop_id", "notes"."sold") AS "x" FROM "notes"
-- x:integer reads notes

-- an order
SUM("notes"."size") OVER (ORDER BY "notes"."at" DESC) AS "x" FROM "notes"
-- x:integer reads notes

-- a partition and an order
SUM("notes"."size") OVER (PARTITION BY "notes"."shop_id" ORDER BY "notes"."at" ASC NULLS FIRST, "notes"."size" DESC NULLS LAST) AS "x" FROM "notes"
-- x:integer reads notes

-- rows up to the current
SUM("notes"."size") OVER (ORDER BY "notes"."at" DESC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS "x" FROM "notes"
-- x:integer reads notes

-- rows around
SUM("notes"."size") OVER (PARTITION BY "notes"."shop_id" ORDER BY "notes"."at" DESC ROWS BETWEEN 3 PRECEDING AND 2 FOLLOWING) AS "x" FROM "notes"
-- x:integer reads notes

-- a range
SUM("notes"."size") OVER (ORDER BY "notes"."at" DESC RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS "x" FROM "notes"
-- x:integer reads notes

-- a frame alone
SUM("notes"."size") OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE CURRENT ROW) AS "x" FROM "notes"
-- x:integer reads notes

-- a column as a function
SUM("notes"."size") OVER (PARTITION BY "notes"."shop_id") AS "x" FROM "notes" GROUP BY "notes"."id"
-- x:integer reads notes

-- of an aggregate
SELECT "shops"."area_id", COUNT("notes"."id") AS "n", RANK() OVER (ORDER BY COUNT("notes"."id") DESC) AS "r" FROM "shops" LEFT JOIN "notes" ON ("shops"."id" = "notes"."shop_id") GROUP BY "shops"."area_id"
-- area:integer n:integer r:value reads shops

