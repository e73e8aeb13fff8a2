-- title__search
to_tsvector(COALESCE("notes"."title", '')) @@ plainto_tsquery($1::text)
-- string(x)

-- title__search (2)
to_tsvector(COALESCE("notes"."title", '')) @@ plainto_tsquery($1::text)
-- string(x)

-- title__search (3)
to_tsvector($1::text::regconfig, COALESCE("notes"."title", '')) @@ plainto_tsquery($1::text::regconfig, $2::text)
-- string(english) string(x)

-- doc
"notes"."doc" @@ plainto_tsquery($1::text)
-- string(x)

-- doc__search
"notes"."doc" @@ plainto_tsquery($1::text::regconfig, $2::text)
-- string(english) string(x)

-- title__search (4)
to_tsvector(COALESCE("notes"."title", '')) @@ plainto_tsquery("notes"."body")

-- title__trigram_similar
"notes"."title" % $1
-- string(x)

-- title__trigram_word_similar
"notes"."title" %> $1
-- string(x)

-- title__trigram_strict_word_similar
"notes"."title" %>> $1
-- string(x)

-- title__unaccent
UNACCENT("notes"."title") = UNACCENT($1::text)
-- string(é)

-- title__unaccent__icontains
UPPER(UNACCENT("notes"."title")) LIKE UPPER('%' || REPLACE(REPLACE(REPLACE((UNACCENT($1::text))::text, E'\\', E'\\\\'), '%', E'\\%'), '_', E'\\_') || '%')
-- string(é)

-- title__unaccent__in
UNACCENT("notes"."title") IN (UNACCENT($1::text), UNACCENT($2::text))
-- string(é) string(e)

-- title__unaccent__in (2)
UNACCENT("notes"."title") IN (UNACCENT($1::text), UNACCENT("notes"."body"))
-- string(é)

-- title__unaccent__range
UNACCENT("notes"."title") BETWEEN UNACCENT($1::text) AND UNACCENT($2::text)
-- string(a) string(é)

-- title__unaccent (2)
UNACCENT("notes"."title") = UNACCENT("notes"."body")

-- title__unaccent__isnull
UNACCENT("notes"."title") IS NULL

-- title__unaccent__in (3)
UNACCENT("notes"."title") IN (SELECT "U0"."body" FROM "notes" "U0")

-- unaccented in of many
UNACCENT("notes"."title") IN (SELECT UNACCENT("u"."v") FROM unnest($1::text[]) AS "u"("v")

-- a vector with a configuration
to_tsvector($1::text::regconfig, COALESCE("notes"."title", '')) @@ plainto_tsquery($1::text::regconfig, $2::text)
-- string(english) string(x)

-- a vector without
to_tsvector(COALESCE("notes"."title", '')) @@ plainto_tsquery($1::text)
-- string(x)

-- joined vectors
(to_tsvector($1::text::regconfig, COALESCE("notes"."title", '')) || to_tsvector(COALESCE("notes"."title", ''))) @@ plainto_tsquery($1::text::regconfig, "notes"."body")
-- string(english)

-- no doc exact
none

-- no title trigram_similar
none

