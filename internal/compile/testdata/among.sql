-- read by keys
SELECT "shops"."name", "shops"."area_id" FROM "shops" WHERE "shops"."id" = ANY($1::bigint[]) ORDER BY "shops"."id"
-- []int64([1 2])
-- Shop:2@-1

-- read by tuples
SELECT "goods"."name" FROM "goods" WHERE ("goods"."a", "goods"."b") IN (SELECT * FROM unnest($1::bigint[], $2::bigint[])) ORDER BY "goods"."a", "goods"."b"
-- []int64([1]) []int64([2])
-- Good:1@-1

-- read what is not deleted
SELECT "geo"."areas"."id" FROM "geo"."areas" WHERE "geo"."areas"."deleted" IS NULL AND "geo"."areas"."id" = ANY($1::bigint[]) ORDER BY "geo"."areas"."id"
-- []int64([1])
-- Area:1@-1

-- read what is deleted too
SELECT "geo"."areas"."id" FROM "geo"."areas" WHERE "geo"."areas"."id" = ANY($1::bigint[]) ORDER BY "geo"."areas"."id"
-- []int64([1])
-- Area:1@-1

-- a quote in a name is doubled
SELECT  FROM "notes" WHERE "notes"."a""b" = ANY($1::text[]) ORDER BY "notes"."id"
-- []string([q])
-- Note:0@-1

-- delete by several
DELETE FROM "marks" WHERE "marks"."owner_type" = 'x''' AND "marks"."owner_id" = ANY($1::bigint[]) OR "marks"."id" = ANY($2::bigint[])
-- []int64([3]) []int64([7])

-- mark what is not deleted by several
UPDATE "geo"."areas" SET "name" = $1 WHERE "geo"."areas"."deleted" IS NULL AND ("geo"."areas"."id" = ANY($2::bigint[]) OR "geo"."areas"."id" = ANY($3::bigint[]))
-- string(y) []int64([1]) []int64([1])

-- delete of several tables
WITH "gone 0" AS (DELETE FROM "shops" WHERE "shops"."id" = ANY($1::bigint[]) RETURNING 1), "gone 1" AS (DELETE FROM "goods" WHERE ("goods"."a", "goods"."b") IN (SELECT * FROM unnest($2::bigint[], $3::bigint[])) RETURNING 1) SELECT (SELECT count(*) FROM "gone 0"), (SELECT count(*) FROM "gone 1"), (SELECT count(*) FROM "shops" WHERE "shops"."id" = ANY($4::bigint[]))
-- []int64([1 2]) []int64([1]) []int64([2]) []int64([1 2])
-- "gone 0":integer "gone 1":integer had:integer

