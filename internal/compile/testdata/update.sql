-- a value
UPDATE "shops" SET "name" = $1 WHERE "shops"."name" = $2
-- string(y) string(x)

-- null
UPDATE "notes" SET "body" = $1 WHERE "notes"."size" = $2
-- <nil>(<nil>) int64(1)

-- an expression
UPDATE "notes" SET "size" = "notes"."size" + $1::integer, "lock_version" = "notes"."lock_version" + 1
-- int64(1)
-- unconditional

-- a foreign key by its relation
UPDATE "notes" SET "pages" = "notes"."shop_id"
-- unconditional

-- an error
error: Note: OuterRef("x") belongs into a subquery, and this query stands alone

-- one row
UPDATE "notes" SET "title" = $1, "body" = $2 WHERE "notes"."id" = $3 AND "notes"."lock_version" = $4 RETURNING "notes"."at"
-- string(x) <nil>(<nil>) int(1) int(3)
-- Note:1@-1

-- one row, nothing back
UPDATE "goods" SET "name" = $1 WHERE "goods"."a" = $2 AND "goods"."b" = $3
-- string(x) int(1) int(2)

-- many rows
UPDATE "shops" SET "name" = u.c2, "area_id" = u.c3 FROM unnest($1::bigint[], $2::text[], $3::bigint[]) WITH ORDINALITY AS u(c1, c2, c3, n) WHERE "shops"."id" = u.c1
-- []int64([1]) []string([x]) []int64([2])

-- many rows and their versions
UPDATE "notes" SET "title" = u.c3, "lock_version" = "notes"."lock_version" + 1 FROM unnest($1::bigint[], $2::bigint[], $3::text[]) WITH ORDINALITY AS u(c1, c2, c3, n) WHERE "notes"."id" = u.c1 AND "notes"."lock_version" = u.c2
-- []int64([1]) []int64([3]) []string([x])

-- many rows of values
UPDATE "notes" SET "tags" = u.c3, "lock_version" = "notes"."lock_version" + 1 FROM (VALUES ($1::bigint, $2::bigint, $3::text[]), ($4::bigint, $5::bigint, $6::text[])) AS u(c1, c2, c3) WHERE "notes"."id" = u.c1 AND "notes"."lock_version" = u.c2
-- int(1) int(3) []string([x]) int(2) int(4) []string([y])

-- few rows
UPDATE "shops" SET ("name", "area_id") = (SELECT u.c2, u.c3 FROM unnest($1::bigint[], $2::text[], $3::bigint[]) WITH ORDINALITY AS u(c1, c2, c3, n) WHERE u.c1 = "shops"."id" ORDER BY u.n LIMIT 1) WHERE "shops"."id" = ANY($1::bigint[])
-- []int64([1]) []string([x]) []int64([2])

-- among
UPDATE "notes" SET "title" = $1, "body" = $2, "size" = DEFAULT, "lock_version" = "notes"."lock_version" + 1 WHERE "notes"."id" = ANY($3::bigint[])
-- string(v) <nil>(<nil>) []int64([1 2])

-- nothing
none
-- unconditional

-- every row
UPDATE "geo"."areas" SET "name" = $1
-- string(x)
-- unconditional

