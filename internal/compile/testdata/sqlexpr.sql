-- null
NULL AS "x" FROM "notes"
-- x:value reads notes

-- null with a type
NULL::integer AS "x" FROM "notes"
-- x:integer reads notes

-- an integer
$1::integer AS "x" FROM "notes"
-- int64(1)
-- x:integer reads notes

-- a large integer
$1::bigint AS "x" FROM "notes"
-- int64(1099511627776)
-- x:integer reads notes

-- a float
$1::double precision AS "x" FROM "notes"
-- float64(1.5)
-- x:float reads notes

-- text
$1::text AS "x" FROM "notes"
-- string(x)
-- x:text reads notes

-- a bool
$1::boolean AS "x" FROM "notes"
-- bool(true)
-- x:bool reads notes

-- a decimal
$1::numeric AS "x" FROM "notes"
-- decimal.Decimal(1.5)
-- x:decimal reads notes

-- a duration
$1::interval AS "x" FROM "notes"
-- time.Duration(1h0m0s)
-- x:duration reads notes

-- a slice
$1::bigint[] AS "x" FROM "notes"
-- []int([1])
-- x:array reads notes

-- a typed constant
$1::xml AS "x" FROM "notes"
-- string(1)
-- x:value reads notes

-- constants whose types nobody set
f("notes"."size") IN ($1, $2, $3, $4, $5, $6)
-- int64(1) float64(1.5) decimal.Decimal(1) time.Duration(1h0m0s) string(x) []uint8([120])

-- an operation
"notes"."size" + $1::integer AS "x" FROM "notes"
-- int64(1)
-- x:integer reads notes

-- nested operations
("notes"."size" + $1::integer) * "notes"."pages" AS "x" FROM "notes"
-- int64(1)
-- x:integer reads notes

-- a remainder of floats
error: Note: the type of decimal % float is not known (say it with WithType)

-- days between dates
interval '1 day' * ("notes"."day" - "notes"."day") AS "x" FROM "notes"
-- x:duration reads notes

-- a time and a duration
"notes"."at" + $1::interval AS "x" FROM "notes"
-- time.Duration(1h0m0s)
-- x:time reads notes

-- a negation
-1 * "notes"."size" AS "x" FROM "notes"
-- x:integer reads notes

-- a cast
("notes"."size")::text AS "x" FROM "notes"
-- x:text reads notes

-- a call
COALESCE("notes"."body", $1::text) AS "x" FROM "notes"
-- string(x)
-- x:text reads notes

-- a pattern
OVERLAY("notes"."title" PLACING ("notes"."title" || $1::text) FROM 1) AS "x" FROM "notes"
-- string(x)
-- x:text reads notes

-- a raw expression
a ? $1 + $2 AS "x" FROM "notes"
-- int(1) int(2)
-- x:integer reads notes

-- an aggregate
SUM("notes"."price") AS "x" FROM "notes" GROUP BY "notes"."id"
-- x:decimal reads notes

-- a distinct aggregate
SUM(DISTINCT "notes"."price") AS "x" FROM "notes" GROUP BY "notes"."id"
-- x:decimal reads notes

-- an aggregate with a default
COALESCE(SUM("notes"."price"), $1::numeric) AS "x" FROM "notes" GROUP BY "notes"."id"
-- decimal.Decimal(0)
-- x:decimal reads notes

-- a filter
SUM("notes"."price") FILTER (WHERE "notes"."sold" = $1) AS "x" FROM "notes" GROUP BY "notes"."id"
-- bool(true)
-- x:decimal reads notes

-- a filter that never holds
SUM("notes"."price") FILTER (WHERE FALSE) AS "x" FROM "notes" GROUP BY "notes"."id"
-- x:decimal reads notes

-- a filter that always holds
SUM("notes"."price") AS "x" FROM "notes" GROUP BY "notes"."id"
-- x:decimal reads notes

-- an aggregate in order
ARRAY_AGG("notes"."size" ORDER BY "notes"."at" DESC) AS "x" FROM "notes" GROUP BY "notes"."id"
-- x:array reads notes

-- an order of no aggregate
f("notes"."size") AS "x" FROM "notes"
-- x:integer reads notes

-- case
CASE WHEN "notes"."sold" = $1 THEN $2::integer WHEN "notes"."size" = $3 THEN $4::integer ELSE $5::integer END AS "x" FROM "notes"
-- bool(true) int64(0) int64(1) int64(1) int64(9)
-- x:integer reads notes

-- case without else
CASE WHEN "notes"."sold" = $1 THEN $2::integer ELSE NULL END AS "x" FROM "notes"
-- bool(true) int64(0)
-- x:integer reads notes

-- case that never holds
$1::integer AS "x" FROM "notes"
-- int64(9)
-- x:integer reads notes

-- case that never holds, without else
NULL AS "x" FROM "notes"
-- x:integer reads notes

-- case that always holds
$1::integer AS "x" FROM "notes"
-- int64(0)
-- x:integer reads notes

-- case that always holds at last
CASE WHEN "notes"."sold" = $1 THEN $2::integer ELSE $3::integer END AS "x" FROM "notes"
-- bool(true) int64(0) int64(1)
-- x:integer reads notes

-- a condition
"notes"."size" = $1 AS "x" FROM "notes"
-- int64(1)
-- x:bool reads notes

-- a condition that never holds
FALSE AS "x" FROM "notes"
-- x:bool reads notes

-- a condition that always holds
TRUE AS "x" FROM "notes"
-- x:bool reads notes

-- exists
EXISTS(SELECT 1 FROM "shops" "U0" LIMIT 1) AS "x" FROM "notes"
-- x:bool reads notes

-- exists of nothing
FALSE AS "x" FROM "notes"
-- x:bool reads notes

-- a subquery
(SELECT "U0"."size" FROM "notes" "U0" LIMIT 1) AS "x" FROM "notes"
-- x:integer reads notes

-- a subquery of nothing
NULL::smallint AS "x" FROM "notes"
-- x:integer reads notes

-- an array of rows
ARRAY(SELECT "U0"."size" FROM "notes" "U0") AS "x" FROM "notes"
-- x:array reads notes

-- an array of nothing
'{}'::smallint[] AS "x" FROM "notes"
-- x:array reads notes

-- a window with a default
COALESCE(SUM("notes"."price") OVER (PARTITION BY "notes"."shop_id"), $1::numeric) AS "x" FROM "notes"
-- decimal.Decimal(0)
-- x:decimal reads notes

