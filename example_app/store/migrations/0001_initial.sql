-- +gormango id store/0001_initial
-- +gormango op {"create_table":{"table":{"name":"artists","columns":[{"name":"id","type":"bigint","identity":"BY DEFAULT","not_null":true},{"name":"lock_version","type":"bigint","default":"1","not_null":true},{"name":"name","type":"varchar(120)","not_null":true}],"key":["id"]}}}
-- +gormango op {"create_table":{"table":{"name":"albums","columns":[{"name":"id","type":"bigint","identity":"BY DEFAULT","not_null":true},{"name":"lock_version","type":"bigint","default":"1","not_null":true},{"name":"title","type":"varchar(160)","not_null":true},{"name":"artist_id","type":"bigint","not_null":true}],"key":["id"],"indexes":[{"name":"idx_albums_artist_id","parts":["\"artist_id\""],"columns":["artist_id"]}],"foreign_keys":[{"name":"fk_albums_artist","columns":["artist_id"],"ref":"artists","ref_columns":["id"]}]}}}
-- +gormango op {"create_table":{"table":{"name":"employees","columns":[{"name":"id","type":"bigint","identity":"BY DEFAULT","not_null":true},{"name":"last_name","type":"varchar(20)","not_null":true},{"name":"first_name","type":"varchar(20)","not_null":true},{"name":"title","type":"varchar(30)"},{"name":"reports_to_id","type":"bigint"},{"name":"birth_date","type":"timestamptz"},{"name":"hire_date","type":"timestamptz"},{"name":"address","type":"varchar(70)"},{"name":"city","type":"varchar(40)"},{"name":"state","type":"varchar(40)"},{"name":"country","type":"varchar(40)"},{"name":"postal_code","type":"varchar(10)"},{"name":"phone","type":"varchar(24)"},{"name":"fax","type":"varchar(24)"},{"name":"email","type":"varchar(60)"}],"key":["id"],"indexes":[{"name":"idx_employees_reports_to_id","parts":["\"reports_to_id\""],"columns":["reports_to_id"]}],"foreign_keys":[{"name":"fk_employees_reports_to","columns":["reports_to_id"],"ref":"employees","ref_columns":["id"]}]}}}
-- +gormango op {"create_table":{"table":{"name":"customers","columns":[{"name":"id","type":"bigint","identity":"BY DEFAULT","not_null":true},{"name":"lock_version","type":"bigint","default":"1","not_null":true},{"name":"first_name","type":"varchar(40)","not_null":true},{"name":"last_name","type":"varchar(20)","not_null":true},{"name":"company","type":"varchar(80)"},{"name":"address","type":"varchar(70)"},{"name":"city","type":"varchar(40)"},{"name":"state","type":"varchar(40)"},{"name":"country","type":"varchar(40)"},{"name":"postal_code","type":"varchar(10)"},{"name":"phone","type":"varchar(24)"},{"name":"fax","type":"varchar(24)"},{"name":"email","type":"varchar(60)","not_null":true},{"name":"support_rep_id","type":"bigint"}],"key":["id"],"indexes":[{"name":"idx_customers_support_rep_id","parts":["\"support_rep_id\""],"columns":["support_rep_id"]}],"foreign_keys":[{"name":"fk_customers_support_rep","columns":["support_rep_id"],"ref":"employees","ref_columns":["id"]}],"constraints":[{"name":"uni_customers_email","definition":"UNIQUE (\"email\")","unique":["email"]}]}}}
-- +gormango op {"create_table":{"table":{"name":"invoices","columns":[{"name":"id","type":"bigint","identity":"BY DEFAULT","not_null":true},{"name":"customer_id","type":"bigint","not_null":true},{"name":"invoice_date","type":"timestamptz","not_null":true},{"name":"billing_address","type":"varchar(70)"},{"name":"billing_city","type":"varchar(40)"},{"name":"billing_state","type":"varchar(40)"},{"name":"billing_country","type":"varchar(40)"},{"name":"billing_postal_code","type":"varchar(10)"},{"name":"total","type":"numeric(10,2)","not_null":true}],"key":["id"],"indexes":[{"name":"idx_invoices_customer_id","parts":["\"customer_id\""],"columns":["customer_id"]}],"foreign_keys":[{"name":"fk_invoices_customer","columns":["customer_id"],"ref":"customers","ref_columns":["id"]}]}}}
-- +gormango op {"create_table":{"table":{"name":"baskets","columns":[{"name":"id","type":"bigint","identity":"BY DEFAULT","not_null":true},{"name":"token","type":"varchar(32)","not_null":true},{"name":"invoice_id","type":"bigint"},{"name":"created_at","type":"timestamptz","not_null":true,"fill":"now()"}],"key":["id"],"indexes":[{"name":"idx_baskets_invoice_id","parts":["\"invoice_id\""],"columns":["invoice_id"]}],"foreign_keys":[{"name":"fk_baskets_invoice","columns":["invoice_id"],"ref":"invoices","ref_columns":["id"],"on_delete":"CASCADE"}],"constraints":[{"name":"uni_baskets_token","definition":"UNIQUE (\"token\")","unique":["token"]}]}}}
-- +gormango op {"create_table":{"table":{"name":"genres","columns":[{"name":"id","type":"bigint","identity":"BY DEFAULT","not_null":true},{"name":"name","type":"varchar(120)","not_null":true}],"key":["id"],"constraints":[{"name":"uni_genres_name","definition":"UNIQUE (\"name\")","unique":["name"]}]}}}
-- +gormango op {"create_table":{"table":{"name":"media_types","columns":[{"name":"id","type":"bigint","identity":"BY DEFAULT","not_null":true},{"name":"name","type":"varchar(120)","not_null":true}],"key":["id"]}}}
-- +gormango op {"create_table":{"table":{"name":"tracks","columns":[{"name":"id","type":"bigint","identity":"BY DEFAULT","not_null":true},{"name":"lock_version","type":"bigint","default":"1","not_null":true},{"name":"name","type":"varchar(200)","not_null":true},{"name":"album_id","type":"bigint"},{"name":"media_type_id","type":"bigint","not_null":true},{"name":"genre_id","type":"bigint"},{"name":"composer","type":"varchar(220)"},{"name":"milliseconds","type":"bigint","not_null":true},{"name":"bytes","type":"bigint"},{"name":"unit_price","type":"numeric(10,2)","not_null":true}],"key":["id"],"indexes":[{"name":"idx_tracks_album_id","parts":["\"album_id\""],"columns":["album_id"]},{"name":"idx_tracks_media_type_id","parts":["\"media_type_id\""],"columns":["media_type_id"]},{"name":"idx_tracks_genre_id","parts":["\"genre_id\""],"columns":["genre_id"]}],"foreign_keys":[{"name":"fk_tracks_album","columns":["album_id"],"ref":"albums","ref_columns":["id"]},{"name":"fk_tracks_genre","columns":["genre_id"],"ref":"genres","ref_columns":["id"]},{"name":"fk_tracks_media_type","columns":["media_type_id"],"ref":"media_types","ref_columns":["id"]}]}}}
-- +gormango op {"create_table":{"table":{"name":"basket_items","columns":[{"name":"id","type":"bigint","identity":"BY DEFAULT","not_null":true},{"name":"basket_id","type":"bigint","not_null":true},{"name":"track_id","type":"bigint","not_null":true},{"name":"unit_price","type":"numeric(10,2)","not_null":true},{"name":"quantity","type":"bigint","not_null":true}],"key":["id"],"indexes":[{"name":"idx_basket_items_basket_id_track_id","parts":["\"basket_id\"","\"track_id\""],"columns":["basket_id","track_id"],"unique":true},{"name":"idx_basket_items_track_id","parts":["\"track_id\""],"columns":["track_id"]}],"foreign_keys":[{"name":"fk_baskets_items","columns":["basket_id"],"ref":"baskets","ref_columns":["id"],"on_delete":"CASCADE"},{"name":"fk_basket_items_track","columns":["track_id"],"ref":"tracks","ref_columns":["id"],"on_delete":"CASCADE"}]}}}
-- +gormango op {"create_table":{"table":{"name":"invoice_lines","columns":[{"name":"id","type":"bigint","identity":"BY DEFAULT","not_null":true},{"name":"invoice_id","type":"bigint","not_null":true},{"name":"track_id","type":"bigint","not_null":true},{"name":"unit_price","type":"numeric(10,2)","not_null":true},{"name":"quantity","type":"bigint","not_null":true}],"key":["id"],"indexes":[{"name":"idx_invoice_lines_invoice_id","parts":["\"invoice_id\""],"columns":["invoice_id"]},{"name":"idx_invoice_lines_track_id","parts":["\"track_id\""],"columns":["track_id"]}],"foreign_keys":[{"name":"fk_invoices_lines","columns":["invoice_id"],"ref":"invoices","ref_columns":["id"],"on_delete":"CASCADE"},{"name":"fk_invoice_lines_track","columns":["track_id"],"ref":"tracks","ref_columns":["id"]}]}}}
-- +gormango op {"create_table":{"table":{"name":"playlists","columns":[{"name":"id","type":"bigint","identity":"BY DEFAULT","not_null":true},{"name":"lock_version","type":"bigint","default":"1","not_null":true},{"name":"name","type":"varchar(120)","not_null":true}],"key":["id"]}}}
-- +gormango op {"create_table":{"table":{"name":"playlist_tracks","columns":[{"name":"playlist_id","type":"bigint","not_null":true},{"name":"track_id","type":"bigint","not_null":true}],"key":["playlist_id","track_id"],"indexes":[{"name":"idx_playlist_tracks_track_id","parts":["\"track_id\""],"columns":["track_id"]}],"foreign_keys":[{"name":"fk_playlist_tracks_playlist","columns":["playlist_id"],"ref":"playlists","ref_columns":["id"],"on_delete":"CASCADE"},{"name":"fk_playlist_tracks_track","columns":["track_id"],"ref":"tracks","ref_columns":["id"]}]}}}
-- +gormango op {"create_table":{"table":{"name":"submissions","columns":[{"name":"key","type":"varchar(64)","not_null":true},{"name":"location","type":"text","not_null":true},{"name":"flash","type":"text","not_null":true},{"name":"basket","type":"varchar(32)","default":"''","not_null":true},{"name":"created_at","type":"timestamptz","not_null":true,"fill":"now()"}],"key":["key"],"indexes":[{"name":"idx_submissions_created_at","parts":["\"created_at\""],"columns":["created_at"]}]}}}
-- +goose Up
CREATE TABLE "artists" (
	"id" bigint NOT NULL GENERATED BY DEFAULT AS IDENTITY,
	"lock_version" bigint NOT NULL DEFAULT 1,
	"name" varchar(120) NOT NULL,
	PRIMARY KEY ("id")
);
CREATE TABLE "albums" (
	"id" bigint NOT NULL GENERATED BY DEFAULT AS IDENTITY,
	"lock_version" bigint NOT NULL DEFAULT 1,
	"title" varchar(160) NOT NULL,
	"artist_id" bigint NOT NULL,
	PRIMARY KEY ("id"),
	CONSTRAINT "fk_albums_artist" FOREIGN KEY ("artist_id") REFERENCES "artists" ("id")
);
CREATE INDEX "idx_albums_artist_id" ON "albums" ("artist_id");
CREATE TABLE "employees" (
	"id" bigint NOT NULL GENERATED BY DEFAULT AS IDENTITY,
	"last_name" varchar(20) NOT NULL,
	"first_name" varchar(20) NOT NULL,
	"title" varchar(30),
	"reports_to_id" bigint,
	"birth_date" timestamptz,
	"hire_date" timestamptz,
	"address" varchar(70),
	"city" varchar(40),
	"state" varchar(40),
	"country" varchar(40),
	"postal_code" varchar(10),
	"phone" varchar(24),
	"fax" varchar(24),
	"email" varchar(60),
	PRIMARY KEY ("id"),
	CONSTRAINT "fk_employees_reports_to" FOREIGN KEY ("reports_to_id") REFERENCES "employees" ("id")
);
CREATE INDEX "idx_employees_reports_to_id" ON "employees" ("reports_to_id");
CREATE TABLE "customers" (
	"id" bigint NOT NULL GENERATED BY DEFAULT AS IDENTITY,
	"lock_version" bigint NOT NULL DEFAULT 1,
	"first_name" varchar(40) NOT NULL,
	"last_name" varchar(20) NOT NULL,
	"company" varchar(80),
	"address" varchar(70),
	"city" varchar(40),
	"state" varchar(40),
	"country" varchar(40),
	"postal_code" varchar(10),
	"phone" varchar(24),
	"fax" varchar(24),
	"email" varchar(60) NOT NULL,
	"support_rep_id" bigint,
	PRIMARY KEY ("id"),
	CONSTRAINT "uni_customers_email" UNIQUE ("email"),
	CONSTRAINT "fk_customers_support_rep" FOREIGN KEY ("support_rep_id") REFERENCES "employees" ("id")
);
CREATE INDEX "idx_customers_support_rep_id" ON "customers" ("support_rep_id");
CREATE TABLE "invoices" (
	"id" bigint NOT NULL GENERATED BY DEFAULT AS IDENTITY,
	"customer_id" bigint NOT NULL,
	"invoice_date" timestamptz NOT NULL,
	"billing_address" varchar(70),
	"billing_city" varchar(40),
	"billing_state" varchar(40),
	"billing_country" varchar(40),
	"billing_postal_code" varchar(10),
	"total" numeric(10,2) NOT NULL,
	PRIMARY KEY ("id"),
	CONSTRAINT "fk_invoices_customer" FOREIGN KEY ("customer_id") REFERENCES "customers" ("id")
);
CREATE INDEX "idx_invoices_customer_id" ON "invoices" ("customer_id");
CREATE TABLE "baskets" (
	"id" bigint NOT NULL GENERATED BY DEFAULT AS IDENTITY,
	"token" varchar(32) NOT NULL,
	"invoice_id" bigint,
	"created_at" timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY ("id"),
	CONSTRAINT "uni_baskets_token" UNIQUE ("token"),
	CONSTRAINT "fk_baskets_invoice" FOREIGN KEY ("invoice_id") REFERENCES "invoices" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_baskets_invoice_id" ON "baskets" ("invoice_id");
CREATE TABLE "genres" (
	"id" bigint NOT NULL GENERATED BY DEFAULT AS IDENTITY,
	"name" varchar(120) NOT NULL,
	PRIMARY KEY ("id"),
	CONSTRAINT "uni_genres_name" UNIQUE ("name")
);
CREATE TABLE "media_types" (
	"id" bigint NOT NULL GENERATED BY DEFAULT AS IDENTITY,
	"name" varchar(120) NOT NULL,
	PRIMARY KEY ("id")
);
CREATE TABLE "tracks" (
	"id" bigint NOT NULL GENERATED BY DEFAULT AS IDENTITY,
	"lock_version" bigint NOT NULL DEFAULT 1,
	"name" varchar(200) NOT NULL,
	"album_id" bigint,
	"media_type_id" bigint NOT NULL,
	"genre_id" bigint,
	"composer" varchar(220),
	"milliseconds" bigint NOT NULL,
	"bytes" bigint,
	"unit_price" numeric(10,2) NOT NULL,
	PRIMARY KEY ("id"),
	CONSTRAINT "fk_tracks_album" FOREIGN KEY ("album_id") REFERENCES "albums" ("id"),
	CONSTRAINT "fk_tracks_genre" FOREIGN KEY ("genre_id") REFERENCES "genres" ("id"),
	CONSTRAINT "fk_tracks_media_type" FOREIGN KEY ("media_type_id") REFERENCES "media_types" ("id")
);
CREATE INDEX "idx_tracks_album_id" ON "tracks" ("album_id");
CREATE INDEX "idx_tracks_media_type_id" ON "tracks" ("media_type_id");
CREATE INDEX "idx_tracks_genre_id" ON "tracks" ("genre_id");
CREATE TABLE "basket_items" (
	"id" bigint NOT NULL GENERATED BY DEFAULT AS IDENTITY,
	"basket_id" bigint NOT NULL,
	"track_id" bigint NOT NULL,
	"unit_price" numeric(10,2) NOT NULL,
	"quantity" bigint NOT NULL,
	PRIMARY KEY ("id"),
	CONSTRAINT "fk_baskets_items" FOREIGN KEY ("basket_id") REFERENCES "baskets" ("id") ON DELETE CASCADE,
	CONSTRAINT "fk_basket_items_track" FOREIGN KEY ("track_id") REFERENCES "tracks" ("id") ON DELETE CASCADE
);
CREATE UNIQUE INDEX "idx_basket_items_basket_id_track_id" ON "basket_items" ("basket_id", "track_id");
CREATE INDEX "idx_basket_items_track_id" ON "basket_items" ("track_id");
CREATE TABLE "invoice_lines" (
	"id" bigint NOT NULL GENERATED BY DEFAULT AS IDENTITY,
	"invoice_id" bigint NOT NULL,
	"track_id" bigint NOT NULL,
	"unit_price" numeric(10,2) NOT NULL,
	"quantity" bigint NOT NULL,
	PRIMARY KEY ("id"),
	CONSTRAINT "fk_invoices_lines" FOREIGN KEY ("invoice_id") REFERENCES "invoices" ("id") ON DELETE CASCADE,
	CONSTRAINT "fk_invoice_lines_track" FOREIGN KEY ("track_id") REFERENCES "tracks" ("id")
);
CREATE INDEX "idx_invoice_lines_invoice_id" ON "invoice_lines" ("invoice_id");
CREATE INDEX "idx_invoice_lines_track_id" ON "invoice_lines" ("track_id");
CREATE TABLE "playlists" (
	"id" bigint NOT NULL GENERATED BY DEFAULT AS IDENTITY,
	"lock_version" bigint NOT NULL DEFAULT 1,
	"name" varchar(120) NOT NULL,
	PRIMARY KEY ("id")
);
CREATE TABLE "playlist_tracks" (
	"playlist_id" bigint NOT NULL,
	"track_id" bigint NOT NULL,
	PRIMARY KEY ("playlist_id", "track_id"),
	CONSTRAINT "fk_playlist_tracks_playlist" FOREIGN KEY ("playlist_id") REFERENCES "playlists" ("id") ON DELETE CASCADE,
	CONSTRAINT "fk_playlist_tracks_track" FOREIGN KEY ("track_id") REFERENCES "tracks" ("id")
);
CREATE INDEX "idx_playlist_tracks_track_id" ON "playlist_tracks" ("track_id");
CREATE TABLE "submissions" (
	"key" varchar(64) NOT NULL,
	"location" text NOT NULL,
	"flash" text NOT NULL,
	"basket" varchar(32) NOT NULL DEFAULT '',
	"created_at" timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY ("key")
);
CREATE INDEX "idx_submissions_created_at" ON "submissions" ("created_at");
-- +goose Down
-- +gormango loses submissions
-- +gormango loses playlist_tracks
-- +gormango loses playlists
-- +gormango loses invoice_lines
-- +gormango loses basket_items
-- +gormango loses tracks
-- +gormango loses media_types
-- +gormango loses genres
-- +gormango loses baskets
-- +gormango loses invoices
-- +gormango loses customers
-- +gormango loses employees
-- +gormango loses albums
-- +gormango loses artists
DROP TABLE "submissions";
DROP TABLE "playlist_tracks";
DROP TABLE "playlists";
DROP TABLE "invoice_lines";
DROP TABLE "basket_items";
DROP TABLE "tracks";
DROP TABLE "media_types";
DROP TABLE "genres";
DROP TABLE "baskets";
DROP TABLE "invoices";
DROP TABLE "customers";
DROP TABLE "employees";
DROP TABLE "albums";
DROP TABLE "artists";
