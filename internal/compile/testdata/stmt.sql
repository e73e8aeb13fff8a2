-- objects
DELETE FROM "shops" WHERE "shops"."name" = $1 RETURNING "shops"."id", "shops"."name"
-- string(x)
-- Shop:2@-1

-- columns
DELETE FROM "shops" WHERE "shops"."name" = $1 RETURNING "shops"."name", "shops"."area_id"
-- string(x)
-- shop:text area:integer

