-- a lookup
("notes"."title" <> $1::text)
-- string(x)

-- a lookup negated
NOT (("notes"."title" <> $1::text))
-- string(x)

-- a lookup over a list
("notes"."title" = ANY($1::text[]))
-- []string([x y])

-- a lookup with a column
("notes"."title" <> "notes"."body")

-- a transform
LENGTH("notes"."title") > $1
-- int64(3)

-- a transform of both sides
LOWER("notes"."title") = LOWER($1::text)
-- string(X)

-- a transform of both sides and a list
LOWER("notes"."title") IN (LOWER($1::text), LOWER($2::text))
-- string(X) string(Y)

-- a function
my.f("notes"."title", $1::text) AS "x" FROM "notes"
-- string(x)
-- x:text reads notes

-- arguments beside an operator
"notes"."title" || ("notes"."body" || '!') AS "x" FROM "notes"
-- x:text reads notes

-- an operator in an argument
(("notes"."size" + $1::integer))::text AS "x" FROM "notes"
-- int64(1)
-- x:text reads notes

-- a subscript
("notes"."tags")[1] AS "x" FROM "notes"
-- x:text reads notes

-- the rest of the arguments
f("notes"."title", $1::text, $2::text) AS "x" FROM "notes"
-- string(a) string(b)
-- x:text reads notes

-- beside an operator, closed
f("notes"."size") + $1::integer AS "x" FROM "notes"
-- int64(1)
-- x:integer reads notes

-- beside an operator, open
("notes"."size" % $1::integer) + $2::integer AS "x" FROM "notes"
-- int64(2) int64(1)
-- x:integer reads notes

-- an aggregate
SUM("notes"."size") AS "x" FROM "notes" GROUP BY "notes"."id"
-- x:integer reads notes

-- an aggregate, distinct and in order
ARRAY_AGG(DISTINCT "notes"."size" ORDER BY "notes"."size" DESC) AS "x" FROM "notes" GROUP BY "notes"."id"
-- x:integer reads notes

-- an aggregate within a group
MODE() WITHIN GROUP (ORDER BY "notes"."size") AS "x" FROM "notes" GROUP BY "notes"."id"
-- x:integer reads notes

-- an aggregate with a filter and a default
COALESCE(SUM("notes"."size") FILTER (WHERE "notes"."sold" = $1), $2::integer) AS "x" FROM "notes" GROUP BY "notes"."id"
-- bool(true) int64(0)
-- x:integer reads notes

-- an operation of an operation
("notes"."size" + $1::integer) * ("notes"."pages" - $2::integer) AS "x" FROM "notes"
-- int64(1) int64(2)
-- x:integer reads notes

-- a negated operation
-1 * ("notes"."size" + $1::integer) AS "x" FROM "notes"
-- int64(1)
-- x:integer reads notes

-- a raw operand
(1 ? $1) + $2::integer AS "x" FROM "notes"
-- int(7) int64(2)
-- x:integer reads notes

-- a transform beside an operator
(EXTRACT(DOW FROM "notes"."at" AT TIME ZONE 'Europe/Berlin') + 1) = "notes"."size"

-- a key beside an operator
("notes"."data" #> $1::text[]) = ("notes"."data" -> $2::text)
-- []string([a b]) string(c)

