-- data
"notes"."data" = $1::jsonb
-- string({"a":1})

-- data (2)
"notes"."data" = $1::jsonb
-- string(null)

-- data__isnull
"notes"."data" IS NULL

-- data__contains
"notes"."data" @> $1::jsonb
-- string({"a":1})

-- data__contained_by
"notes"."data" <@ $1::jsonb
-- string({"a":1})

-- data__has_key
"notes"."data" ? $1::text
-- string(a)

-- data__has_keys
"notes"."data" ?& $1::text[]
-- []string([a b])

-- data__has_any_keys
"notes"."data" ?| $1::text[]
-- []string([a])

-- data__a
("notes"."data" -> $1::text) = $2::jsonb
-- string(a) string(1)

-- data__a__b
("notes"."data" #> $1::text[]) = $2::jsonb
-- []string([a b]) string("x")

-- data__a__0
("notes"."data" #> $1::text[]) = $2::jsonb
-- []string([a 0]) string("x")

-- data__a__gt
("notes"."data" -> $1::text) > $2::jsonb
-- string(a) string(1)

-- data__a__in
("notes"."data" -> $1::text) = ANY($2::jsonb[])
-- string(a) []string([1 "x"])

-- data__a__icontains
UPPER(("notes"."data" ->> $1::text)) LIKE UPPER($2)
-- string(a) string(%x%)

-- data__a__isnull
("notes"."data" -> $1::text) IS NULL
-- string(a)

-- data__a__startswith
("notes"."data" ->> $1::text) LIKE REPLACE(REPLACE(REPLACE(("notes"."title")::text, E'\\', E'\\\\'), '%', E'\\%'), '_', E'\\_') || '%'
-- string(a)

-- data__contains (2)
"notes"."data" @> ("notes"."data" -> $1::text)
-- string(a)

-- data__a (2)
("notes"."data" -> $1::text) = ("notes"."data" -> $2::text)
-- string(a) string(b)

-- data__a__in (2)
("notes"."data" -> $1::text) IN ($2, "notes"."data" -> $3::text)
-- string(a) string(1) string(b)

-- data__lt
"notes"."data" < $1::jsonb
-- string({"a":1})

-- attrs
"notes"."attrs" = $1::text::hstore
-- string("a"=>"1")

-- attrs__contains
"notes"."attrs" @> $1::text::hstore
-- string("a"=>"1")

-- attrs__contained_by
"notes"."attrs" <@ $1::text::hstore
-- string("a"=>"1")

-- attrs__has_key
"notes"."attrs" ? $1::text
-- string(a)

-- attrs__has_keys
"notes"."attrs" ?& $1::text[]
-- []string([a b])

-- attrs__has_any_keys
"notes"."attrs" ?| $1::text[]
-- []string([a])

-- attrs__contains (2)
"notes"."attrs" @> "notes"."attrs"

-- attrs__a
("notes"."attrs" -> $1::text) = $2
-- string(a) string(1)

-- attrs__isnull
"notes"."attrs" IS NULL

-- no data contains
none

-- no data in
none

-- no attrs has_key
none

