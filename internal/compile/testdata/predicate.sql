-- no size gt
none

-- no size in
none

-- no size in (2)
none

-- no title icontains
none

-- no size isnull
none

-- no size range
none

-- pages
"notes"."pages" = $1
-- int64(1)

-- pages (2)
"notes"."pages" IS NULL

-- pages__isnull
"notes"."pages" IS NULL

-- pages__isnull (2)
"notes"."pages" IS NOT NULL

-- pages__gt
"notes"."pages" > $1
-- int64(1)

-- pages__gte
"notes"."pages" >= $1
-- int64(1)

-- pages__lt
"notes"."pages" < $1
-- int64(1)

-- pages__lte
"notes"."pages" <= $1
-- int64(1)

-- pages__in
"notes"."pages" = ANY($1)
-- []int64([1 2])

-- pages__in (2)
none

-- pages__range
"notes"."pages" BETWEEN $1 AND $2
-- int64(1) int64(2)

-- pages__range (2)
"notes"."pages" BETWEEN "notes"."size" AND $1
-- int64(2)

-- size
none

-- size__lt
SELECT "notes"."id" FROM "notes"

-- size__gt
SELECT "notes"."id" FROM "notes"

-- size__gt (2)
none

-- size__lte
none

-- size__gte
none

-- size__lt (2)
none

-- title__contains
"notes"."title" LIKE $1
-- string(%a\%\_\\%)

-- title__icontains
UPPER("notes"."title") LIKE UPPER($1)
-- string(%a%)

-- title__startswith
"notes"."title" LIKE $1
-- string(a%)

-- title__istartswith
UPPER("notes"."title") LIKE UPPER($1)
-- string(a%)

-- title__endswith
"notes"."title" LIKE $1
-- string(%a)

-- title__iendswith
UPPER("notes"."title") LIKE UPPER($1)
-- string(%a)

-- title__iexact
UPPER("notes"."title") = UPPER($1)
-- string(a)

-- title__regex
"notes"."title" ~ $1
-- string(a)

-- title__iregex
"notes"."title" ~* $1
-- string(a)

-- size__contains
"notes"."size"::text LIKE $1
-- string(%1%)

-- title__contains (2)
"notes"."title" LIKE '%' || REPLACE(REPLACE(REPLACE(("notes"."body")::text, E'\\', E'\\\\'), '%', E'\\%'), '_', E'\\_') || '%'

-- title__iendswith (2)
UPPER("notes"."title") LIKE UPPER('%' || REPLACE(REPLACE(REPLACE(("notes"."body")::text, E'\\', E'\\\\'), '%', E'\\%'), '_', E'\\_'))

-- title__istartswith (2)
UPPER("notes"."title") LIKE UPPER(REPLACE(REPLACE(REPLACE(("notes"."size")::text, E'\\', E'\\\\'), '%', E'\\%'), '_', E'\\_') || '%')

-- title__iexact (2)
UPPER("notes"."title") = UPPER("notes"."body")

-- title__regex (2)
"notes"."title" ~ "notes"."size"::text

-- title
"notes"."title" = "notes"."body"

-- pages__gt (2)
"notes"."pages" > ("notes"."size" + $1::integer)
-- int64(1)

-- title__in
"notes"."title" IN ($1, "notes"."body")
-- string(a)

-- title__in (2)
"notes"."title" IN (SELECT "U0"."body" FROM "notes" "U0")

-- pages__gt (3)
"notes"."pages" > (SELECT "U0"."size" FROM "notes" "U0" LIMIT 1)

-- title__in (3)
none

-- pages (3)
"notes"."pages" = (SELECT "U0"."size" FROM "notes" "U0" LIMIT 1)

-- at__year
"notes"."at" BETWEEN $1 AND $2
-- string(2026-01-01T00:00:00+01:00) string(2026-12-31T23:59:59.999999+01:00)

-- at__year__gt
"notes"."at" > $1
-- string(2026-12-31T23:59:59.999999+01:00)

-- at__year__gte
"notes"."at" >= $1
-- string(2026-01-01T00:00:00+01:00)

-- at__year__lt
"notes"."at" < $1
-- string(2026-01-01T00:00:00+01:00)

-- at__year__lte
"notes"."at" <= $1
-- string(2026-12-31T23:59:59.999999+01:00)

-- at__year__in
("notes"."at" BETWEEN $1 AND $2 OR "notes"."at" BETWEEN $3 AND $4)
-- string(2026-01-01T00:00:00+01:00) string(2026-12-31T23:59:59.999999+01:00) string(2027-01-01T00:00:00+01:00) string(2027-12-31T23:59:59.999999+01:00)

-- at__year__range
"notes"."at" BETWEEN $1 AND $2
-- string(2026-01-01T00:00:00+01:00) string(2028-12-31T23:59:59.999999+01:00)

-- at__year (2)
EXTRACT(YEAR FROM "notes"."at" AT TIME ZONE 'Europe/Berlin') = "notes"."size"

-- day__year
"notes"."day" BETWEEN $1 AND $2
-- string(2026-01-01T00:00:00Z) string(2026-12-31T00:00:00Z)

-- at__year (3)
"notes"."at" BETWEEN $1 AND $2
-- string(290000-01-01T00:00:00+01:00) string(290000-12-31T23:59:59.999999+01:00)

-- day__year__lt
"notes"."day" < $1
-- string(-4000-01-01T00:00:00Z)

-- at__lt
"notes"."at" < $1
-- string(2026-01-02T03:04:05Z)

-- an in of tuples
("notes"."size", "notes"."pages") IN (SELECT * FROM unnest($1::smallint[], $2::bigint[]))
-- []int64([1 3]) []int64([2 4])

-- a long in with an expression
("notes"."title" IN ("notes"."body") OR "notes"."title" = ANY($1))
-- []string([

-- a long in of what both sides transform
LOWER("notes"."title") IN (SELECT LOWER(("u"."v")) FROM unnest($1::text[]) AS "u"("v"))
--

-- a left side that is an expression
UPPER("notes"."title") LIKE $1
-- string(A%)

-- a left side that never holds
none

