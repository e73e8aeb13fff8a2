-- tags
"notes"."tags" = $1::text[]
-- []string([a b])

-- tags__contains
"notes"."tags" @> $1::text[]
-- []string([a b])

-- tags__contained_by
"notes"."tags" <@ $1::text[]
-- []string([a b])

-- tags__overlap
"notes"."tags" && $1::text[]
-- []string([a b])

-- tags__gt
"notes"."tags" > $1::text[]
-- []string([a b])

-- tags__lte
"notes"."tags" <= $1::text[]
-- []string([a b])

-- tags__isnull
"notes"."tags" IS NULL

-- tags (2)
"notes"."tags" = "notes"."tags"::text[]

-- tags__overlap (2)
"notes"."tags" && ARRAY(SELECT "U0"."title" FROM "notes" "U0")::text[]

-- tags__in
"notes"."tags" IN ($1::text[], $2::text[])
-- []string([a]) []string([b c])

-- tags__in (2)
"notes"."tags" IN ($1, "notes"."tags")
-- []string([a b])

-- tags__in (3)
"notes"."tags" IN (SELECT "U0"."tags" FROM "notes" "U0")

-- tags__len
CASE WHEN "notes"."tags" IS NULL THEN NULL ELSE COALESCE(ARRAY_LENGTH("notes"."tags", 1), 0) END = $1
-- int64(2)

-- tags__0
("notes"."tags")[1] = $1
-- string(a)

-- tags__0_2
("notes"."tags")[1:2] = $1::text[]
-- []string([a b])

-- no tags contains
none

-- no tags in
none

-- many
"notes"."tags" IN (SELECT array_agg("u"."v" ORDER BY "u"."n") FROM unnest($1::text[], $2::integer[]) WITH ORDINALITY AS "u"("v", "of", "n") GROUP BY "u"."of")
-- []string([a b a b a b a b a b a b a b a b a b a b a b a b a b a b a b a b a b a b a b a b a b a b a b a b a b a b a b a b a b a b a b a b a b a b a b a b a b a b a b a 

-- many, some of them empty
"notes"."tags" IN (SELECT array_agg("u"."v" ORDER BY "u"."n") FROM unnest($1::text[], $2::integer[]) WITH ORDINALITY AS "u"("v", "of", "n") GROUP BY "u"."of" UNION ALL SELECT '{}'::text[])
-- []string([a b a b a b a b a b a b a b a b a b a b a b a b a b a b a b a b a b a b a b a b a b a b a b a b a b a b a b a b a b a b a b a b 

-- many that are empty
"notes"."tags" IN (SELECT '{}'::text[])

-- many texts
"notes"."tags" IN (SELECT "u"."v"::text[] FROM unnest($1::text[]) AS "u"("v"))
-- []string([{a} {a} {a} {a} {a} {a} {a} {a} {a} {a} {a} {a} {a} {a} {a} {a} {a} {a} {a} {a} {a} {a} {a} {a} {a} {a} {a} {a} {a} {a} {a} {a} {a} {a} {a} {a} {a} {a} {a} {a} {a} {a} {a} {a} {a} {a} {a} {a} {a} {a} {a} {a} {a} {a} {a} {a} {a} {a} {a} {a

-- many texts and arrays
"notes"."tags" IN (SELECT array_agg("u"."v" ORDER BY "u"."n") FROM unnest($1::text[], $2::integer[]) WITH ORDINALITY AS "u"("v", "of", "n") GROUP BY "u"."of" UNION ALL SELECT '{}'::text[] UNION ALL SELECT "u"."v"::text[] FROM unnest($3::text[]) AS "u"("v"))
-- []string([a b a b a b a b a b a b a b a b a b a b a b a b a b a b a b

