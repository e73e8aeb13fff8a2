-- one row
INSERT INTO "notes" ("title", "size") VALUES ($1, $2) RETURNING "notes"."id", "notes"."lock_version"
-- string(x) int(1)
-- Note:2@-1

-- rows
INSERT INTO "notes" ("title", "size") VALUES ($1, $2), ($3, $4)
-- string(x) int(1) string(y) int(2)

-- arrays
INSERT INTO "notes" ("title", "size") SELECT u.c1, u.c2 FROM unnest($1::text[], $2::smallint[]) WITH ORDINALITY AS u(c1, c2, n) ORDER BY u.n RETURNING "notes"."id"
-- []string([x y]) []int64([1 2])
-- Note:1@-1

-- defaults
INSERT INTO "geo"."areas" DEFAULT VALUES RETURNING "geo"."areas"."id"
-- Area:1@-1

-- ignoring any conflict
INSERT INTO "notes" ("title", "size") VALUES ($1, $2) ON CONFLICT DO NOTHING
-- string(x) int(1)

-- ignoring a conflict of columns
INSERT INTO "notes" ("title", "size") VALUES ($1, $2), ($3, $4) ON CONFLICT ("title", "size") DO NOTHING
-- string(x) int(1) string(y) int(2)

-- updating at a conflict
INSERT INTO "notes" ("title", "size") SELECT u.c1, u.c2 FROM unnest($1::text[], $2::smallint[]) WITH ORDINALITY AS u(c1, c2, n) ORDER BY u.n ON CONFLICT ("title") DO UPDATE SET "size" = EXCLUDED."size", "lock_version" = "notes"."lock_version" + 1 RETURNING "notes"."id"
-- []string([x y]) []int64([1 2])
-- Note:1@-1

-- updating without a version
INSERT INTO "geo"."areas" ("name") VALUES ($1) ON CONFLICT ("name") WHERE "deleted" IS NULL DO UPDATE SET "name" = EXCLUDED."name"
-- string(x)

-- reviving a hidden row
INSERT INTO "geo"."areas" ("name") VALUES ($1) ON CONFLICT ("name") WHERE "deleted" IS NULL DO UPDATE SET "deleted" = NULL WHERE NOT ("geo"."areas"."deleted" IS NULL)
-- string(x)

-- reviving where none is hidden
INSERT INTO "notes" ("title", "size") VALUES ($1, $2) ON CONFLICT ("title", "size") DO NOTHING
-- string(x) int(1)

-- links
INSERT INTO "marks" ("good_a", "good_b", "owner_id", "owner_type") SELECT u.c1, u.c2, $1::bigint, $2::text FROM unnest($3::bigint[], $4::bigint[]) WITH ORDINALITY AS u(c1, c2, n) ORDER BY u.c1, u.c2
-- int(3) string(n) []int64([1]) []int64([2])

-- links, ignoring a conflict
WITH u AS (SELECT * FROM unnest($1::bigint[], $2::bigint[]) WITH ORDINALITY AS u(c1, c2, n)), made AS (INSERT INTO "marks" ("good_a", "good_b", "owner_id", "owner_type") SELECT u.c1, u.c2, $3::bigint, $4::text FROM u ORDER BY u.c1, u.c2 ON CONFLICT ("good_a", "good_b") DO NOTHING RETURNING "good_a", "good_b") SELECT count(*) FROM u WHERE NOT EXISTS (SELECT FROM "marks" WHERE "marks"."good_a" = u.c1 AND "marks"."good_b" = u.c2) AND NOT EXISTS (SELECT FROM made WHERE made."good_a" = u.c1 AND made."good_b" = u.c2)
-- []int64([1]) []int64([2]) int(3) string(n)

-- links alone
WITH u AS (SELECT * FROM unnest($1::bigint[], $2::bigint[]) WITH ORDINALITY AS u(c1, c2, n)), made AS (INSERT INTO "marks" ("good_a", "good_b") SELECT u.c1, u.c2 FROM u ORDER BY u.c1, u.c2 ON CONFLICT DO NOTHING RETURNING "good_a", "good_b") SELECT count(*) FROM u WHERE NOT EXISTS (SELECT FROM "marks" WHERE "marks"."good_a" = u.c1 AND "marks"."good_b" = u.c2) AND NOT EXISTS (SELECT FROM made WHERE made."good_a" = u.c1 AND made."good_b" = u.c2)
-- []int64([1]) []int64([2])

-- links or an error
WITH u AS (SELECT * FROM unnest($1::bigint[], $2::bigint[]) WITH ORDINALITY AS u(c1, c2, n)), made AS (INSERT INTO "marks" ("good_a", "good_b") SELECT u.c1, u.c2 FROM u ORDER BY u.c1, u.c2 ON CONFLICT DO NOTHING RETURNING "good_a", "good_b") SELECT 1 / (count(*) = 0)::int FROM u WHERE NOT EXISTS (SELECT FROM "marks" WHERE "marks"."good_a" = u.c1 AND "marks"."good_b" = u.c2) AND NOT EXISTS (SELECT FROM made WHERE made."good_a" = u.c1 AND made."good_b" = u.c2)
-- []int64([1]) []int64([2])

-- links that may be hidden
WITH u AS (SELECT * FROM unnest($1::text[]) WITH ORDINALITY AS u(c1, n)), made AS (INSERT INTO "geo"."areas" ("name") SELECT u.c1 FROM u ORDER BY u.c1 ON CONFLICT ("name") WHERE "deleted" IS NULL DO UPDATE SET "deleted" = NULL WHERE NOT ("geo"."areas"."deleted" IS NULL) RETURNING "name") SELECT count(*) FROM u WHERE NOT EXISTS (SELECT FROM "geo"."areas" WHERE "geo"."areas"."name" = u.c1 AND "geo"."areas"."deleted" IS NULL) AND NOT EXISTS (SELECT FROM made WHERE made."name" = u.c1)
-- []string([x])

-- links that are missing
SELECT count(*) FROM unnest($1::bigint[], $2::bigint[]) WITH ORDINALITY AS u(c1, c2, n) WHERE NOT EXISTS (SELECT FROM "marks" WHERE "marks"."good_a" = u.c1 AND "marks"."good_b" = u.c2)
-- []int64([1]) []int64([2])

-- from a query
INSERT INTO "marks" ("good_a", "good_b", "owner_id", "owner_type") SELECT q.c1, q.c2, $2::bigint, $3::text FROM (SELECT DISTINCT "notes"."shop_id", "notes"."size" FROM "notes" WHERE "notes"."sold" = $1) AS q(c1, c2)
-- bool(true) int(3) string(n)

-- from a query whose order needs a column
INSERT INTO "marks" ("good_a", "good_b") SELECT q.c1, q.c2 FROM (SELECT DISTINCT "notes"."shop_id", "notes"."size", "notes"."at" FROM "notes" ORDER BY 3 ASC) AS q(c1, c2, c3)

-- from a query of nothing
none
-- shop:integer size:integer reads notes

