-- no size contained_by
none

-- no span contains
none

-- span
"notes"."span" = int4range($1::integer, $2::integer)
-- int64(1) int64(5)

-- span (2)
"notes"."span" = $1::text::int4range
-- string([1,5))

-- span__contains
"notes"."span" @> int4range($1::integer, $2::integer)
-- int64(1) int64(5)

-- span__contains (2)
"notes"."span" @> $1::integer
-- int64(3)

-- span__contained_by
"notes"."span" <@ int4range($1::integer, $2::integer)
-- int64(1) int64(5)

-- span__overlap
"notes"."span" && int4range($1::integer, $2::integer)
-- int64(1) int64(5)

-- span__fully_lt
"notes"."span" << int4range($1::integer, $2::integer)
-- int64(1) int64(5)

-- span__fully_gt
"notes"."span" >> int4range($1::integer, $2::integer)
-- int64(1) int64(5)

-- span__not_lt
"notes"."span" &> int4range($1::integer, $2::integer)
-- int64(1) int64(5)

-- span__not_gt
"notes"."span" &< int4range($1::integer, $2::integer)
-- int64(1) int64(5)

-- span__adjacent_to
"notes"."span" -|- int4range($1::integer, $2::integer)
-- int64(1) int64(5)

-- span__gt
"notes"."span" > int4range($1::integer, $2::integer)
-- int64(1) int64(5)

-- span__gte
"notes"."span" >= int4range($1::integer, $2::integer)
-- int64(1) int64(5)

-- span__lt
"notes"."span" < int4range($1::integer, $2::integer)
-- int64(1) int64(5)

-- span__lte
"notes"."span" <= int4range($1::integer, $2::integer)
-- int64(1) int64(5)

-- span (3)
"notes"."span" = int4range(NULL::integer, $1::integer)
-- int64(5)

-- span__isnull
"notes"."span" IS NULL

-- span__contains (3)
"notes"."span" @> ("notes"."size")::integer

-- span__contains (4)
"notes"."span" @> ("notes"."pages")::integer

-- span__contains (5)
"notes"."span" @> "notes"."span"

-- span__contains (6)
"notes"."span" @> (("notes"."pages" + $1::integer))::integer
-- int64(1)

-- span (4)
"notes"."span" = "notes"."span"

-- span__startswith
lower("notes"."span") = $1
-- int64(1)

-- span__endswith__gt
upper("notes"."span") > $1
-- int64(2)

-- span__isempty
isempty("notes"."span") = $1
-- bool(true)

-- span__lower_inc
lower_inc("notes"."span") = $1
-- bool(true)

-- span__upper_inf
upper_inf("notes"."span") = $1
-- bool(true)

-- size__contained_by
("notes"."size")::integer <@ int4range($1::integer, $2::integer)
-- int64(1) int64(5)

-- pages__contained_by
"notes"."pages" <@ int8range($1::bigint, $2::bigint)
-- int64(1) int64(5)

-- rate__contained_by
"notes"."rate" <@ numrange($1::decimal, $2::decimal)
-- decimal.Decimal(1) decimal.Decimal(2)

-- day__contained_by
"notes"."day" <@ $1::text::daterange
-- string([2026-01-01,2026-02-01))

-- at__contained_by
"notes"."at" <@ $1::text::tstzrange
-- string([2026-01-01,2026-02-01))

-- span__in
"notes"."span" IN (SELECT "U0"."span" FROM "notes" "U0")

