SELECT "shelves"."id", "shelves"."name" FROM "shelves" WHERE "shelves"."name" = $1
-- $1: string
