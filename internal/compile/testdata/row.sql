-- read
SELECT "goods"."name" FROM "goods" WHERE "goods"."a" = $1 AND "goods"."b" = $2
-- int(1) int(2)
-- Good:1@-1

-- read a hidden row too
SELECT "geo"."areas"."name" FROM "geo"."areas" WHERE "geo"."areas"."id" = $1
-- int(1)
-- Area:1@-1

-- a quote in a name is doubled
SELECT "notes"."a""b" FROM "notes" WHERE "notes"."id" = $1
-- int(1)
-- Note:1@-1

-- how many exist
SELECT COUNT(*) FROM "goods" WHERE EXISTS (SELECT FROM unnest($1::bigint[], $2::bigint[]) WITH ORDINALITY AS u(c1, c2, n) WHERE "goods"."a" = u.c1 AND "goods"."b" = u.c2)
-- []int64([1]) []int64([2])

-- columns of a constraint
SELECT a.attname::text FROM pg_catalog.pg_constraint c
	JOIN pg_catalog.pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey)
	WHERE c.conname = $1 AND c.conrelid = pg_catalog.to_regclass($2::text) ORDER BY a.attnum
-- string(areas_name) string("geo"."areas")

-- a value that fits
SELECT jsonb_populate_record(NULL::"geo"."areas", jsonb_build_object($1::text, $2::text))
-- string(name) int(7)

