// Package foreignmodels has the models of an existing database.
package foreignmodels

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"
	"github.com/gormango/gormango/migrate"
	"github.com/gormango/gormango/models"
	"github.com/shopspring/decimal"
)

// OddName is a row of table Odd Names.
type OddName struct {
	ID         int64   `gorm:"column:Id;primaryKey;autoIncrement:false"`
	SomeColumn *string `gorm:"column:Some Column"`
	Type       *string
	X1st       *int32 `gorm:"column:1st"`
	Order      *int32 `gorm:"default:(-);type:integer DEFAULT '-1'::integer"`
}

// TableName returns the name of the table.
func (OddName) TableName() string { return "Odd Names" }

// Actor is a row of table actors.
type Actor struct {
	ActorID int32 `gorm:"primaryKey;autoIncrement:false"`
	FilmID  *int32
}

// TableName returns the name of the table.
func (Actor) TableName() string { return "actors" }

// Audit is a row of table audit.
type Audit struct {
	ID   int64  `gorm:"primaryKey"`
	Who  string `gorm:"default:(-);type:text DEFAULT CURRENT_USER;not null"`
	What *string
}

// TableName returns the name of the table.
func (Audit) TableName() string { return "audit" }

// Booking is a row of table bookings.
type Booking struct {
	ID     int64                   `gorm:"primaryKey"`
	Room   models.Range[int32]     `gorm:"type:int4range;not null"`
	During models.Range[time.Time] `gorm:"type:tstzrange;not null"`
}

// TableName returns the name of the table.
func (Booking) TableName() string { return "bookings" }

// Meta returns what the fields do not say.
func (Booking) Meta() models.Meta {
	return models.Meta{
		Constraints: []models.Constraint{
			{Name: "bookings_apart", Exclude: "USING gist (room WITH &&, during WITH &&)"},
		},
	}
}

// Category is a row of table categories.
type Category struct {
	ID       int32 `gorm:"primaryKey"`
	ParentID *int32
	Name     string    `gorm:"not null"`
	Parent   *Category `gorm:"belongsTo;foreignKey:ParentID;references:ID;constraint:categories_parent,"`
}

// TableName returns the name of the table.
func (Category) TableName() string { return "categories" }

// Meta returns what the fields do not say.
func (Category) Meta() models.Meta {
	return models.Meta{
		Relations: map[string]models.RelationOptions{
			"parent": {Deferrable: true, NoIndex: true},
		},
	}
}

// Country is a row of table countries.
type Country struct {
	Code       string `gorm:"primaryKey;type:character(2)"`
	Name       string `gorm:"not null"`
	Population *int64
	Area       *float32 `gorm:"type:real"`
	Currency   *string  `gorm:"default:EUR;type:varchar(3)"`
}

// TableName returns the name of the table.
func (Country) TableName() string { return "countries" }

// Meta returns what the fields do not say.
func (Country) Meta() models.Meta {
	return models.Meta{
		Constraints: []models.Constraint{
			{Name: "countries_name_key", Unique: []string{"name"}},
		},
	}
}

// Customer is a row of table customers.
type Customer struct {
	ID        int64           `gorm:"primaryKey;generated:identity always"`
	Uid       uuid.UUID       `gorm:"default:gen_random_uuid();type:uuid;not null"`
	Email     string          `gorm:"type:email_address;not null"`
	Name      string          `gorm:"not null"`
	Nicknames []string        `gorm:"default:(-);type:text[] DEFAULT '{}'::text[];not null"`
	Settings  json.RawMessage `gorm:"default:(-);type:jsonb DEFAULT '{\"news\": true}'::jsonb;not null"`
	Raw       json.RawMessage `gorm:"type:json"`
	Photo     []byte
	Born      *time.Time       `gorm:"type:date"`
	Seen      *time.Time       `gorm:"default:now()"`
	Wall      *time.Time       `gorm:"type:timestamp(3) without time zone"`
	Opens     *string          `gorm:"type:time"`
	Patience  *time.Duration   `gorm:"type:interval"`
	Balance   *decimal.Decimal `gorm:"type:amount"`
	Home      *string          `gorm:"type:geo"`
	Address   *string          `gorm:"type:inet"`
	Visits    int32            `gorm:"default:0;not null"`
	Active    bool             `gorm:"default:true;not null"`
	Ratio     *float64         `gorm:"type:double precision"`
	Note      *string          "gorm:\"type:varchar(500);comment:it's \\\"free\\\" text\\\\; `any`\""
	Flags     *string          `gorm:"type:bit(3)"`
	Referrer  *int64
	RegionID  *int16
	Search    *string   `gorm:"->;generated:to_tsvector('simple'::regconfig, name);type:tsvector"`
	Customer  *Customer `gorm:"belongsTo;foreignKey:Referrer;references:ID;constraint:customers_referrer_fkey,OnDelete:SET NULL"`
	Region    *Region   `gorm:"belongsTo;foreignKey:RegionID;references:ID;constraint:customers_region_id_fkey,"`
}

// TableName returns the name of the table.
func (Customer) TableName() string { return "customers" }

// Meta returns what the fields do not say.
func (Customer) Meta() models.Meta {
	return models.Meta{
		Indexes: []models.Index{
			{Name: "customers_email_lower", Expressions: []string{"lower(email::text)"}, Where: "active", Unique: true},
			{Name: "customers_name", Fields: []string{"name", "-seen nulls last"}, Include: []string{"visits"}, Opclasses: []string{"text_pattern_ops", ""}, With: "fillfactor=70"},
			{Name: "customers_search", Fields: []string{"search"}, Method: "gin"},
			{Name: "customers_seen", Fields: []string{"-seen"}},
			{Name: "customers_settings", Fields: []string{"settings"}, Opclasses: []string{"jsonb_path_ops"}, Method: "gin"},
		},
		Constraints: []models.Constraint{
			{Name: "customers_grown", Check: "born < '2020-01-01'::date AND (visits >= 0 OR active)"},
			{Name: "customers_note", Check: "note::text <> ''::text"},
			{Name: "customers_uid_key", Unique: []string{"uid"}},
		},
		Relations: map[string]models.RelationOptions{
			"customer": {NoIndex: true},
			"region":   {NoIndex: true},
		},
		Comment: "those who pay; mostly",
	}
}

// Event is a row of table events.
type Event struct {
	ID      int64           `gorm:"primaryKey;generated:identity"`
	At      time.Time       `gorm:"primaryKey"`
	Kind    string          `gorm:"not null"`
	Payload json.RawMessage `gorm:"type:jsonb"`
}

// TableName returns the name of the table.
func (Event) TableName() string { return "events" }

// Meta returns what the fields do not say.
func (Event) Meta() models.Meta {
	return models.Meta{
		Indexes: []models.Index{
			{Name: "events_kind", Fields: []string{"kind", "at"}},
		},
		PartitionBy: "RANGE (at)",
		Partitions: []models.Partition{
			{Name: "events_2025", Values: "FOR VALUES FROM ('2025-01-01 00:00:00+00') TO ('2026-01-01 00:00:00+00')"},
			{Name: "events_rest", Values: "DEFAULT"},
		},
	}
}

// FilmActor is a row of table film_actors.
type FilmActor struct {
	ActorID int32  `gorm:"primaryKey;autoIncrement:false"`
	FilmID  int32  `gorm:"primaryKey;autoIncrement:false"`
	Actor   *Actor `gorm:"belongsTo;foreignKey:ActorID;references:ActorID;constraint:film_actors_actor_id_fkey,OnDelete:CASCADE"`
	Film    *Film  `gorm:"belongsTo;foreignKey:FilmID;references:FilmID;constraint:film_actors_film_id_fkey,OnUpdate:CASCADE"`
}

// TableName returns the name of the table.
func (FilmActor) TableName() string { return "film_actors" }

// Meta returns what the fields do not say.
func (FilmActor) Meta() models.Meta {
	return models.Meta{
		Relations: map[string]models.RelationOptions{
			"film": {NoIndex: true},
		},
	}
}

// Film is a row of table films.
type Film struct {
	FilmID  int32 `gorm:"primaryKey;autoIncrement:false"`
	ActorID *int32
	Actor   *Actor `gorm:"belongsTo;foreignKey:ActorID;references:ActorID;constraint:films_actor_id_fkey,"`
}

// TableName returns the name of the table.
func (Film) TableName() string { return "films" }

// Meta returns what the fields do not say.
func (Film) Meta() models.Meta {
	return models.Meta{
		Relations: map[string]models.RelationOptions{
			"actor": {NoIndex: true},
		},
	}
}

// Meta is a row of table metas.
type Meta struct {
	ID         int32   `gorm:"primaryKey;autoIncrement:false"`
	Meta2      *string `gorm:"column:meta"`
	TableName2 *string `gorm:"column:table_name"`
	Models     *string
}

// TableName returns the name of the table.
func (Meta) TableName() string { return "metas" }

// Note is a row of table notes.
type Note struct {
	ID       int64 `gorm:"primaryKey;autoIncrement:false"`
	Customer *int32
	Region   *int64
}

// TableName returns the name of the table.
func (Note) TableName() string { return "notes" }

// OrderLine is a row of table order_lines.
type OrderLine struct {
	OrderID   int64  `gorm:"primaryKey;autoIncrement:false"`
	Position  int16  `gorm:"primaryKey;autoIncrement:false"`
	ProductID int32  `gorm:"not null"`
	Quantity  int32  `gorm:"default:1;not null"`
	Order     *Order `gorm:"belongsTo;foreignKey:OrderID;references:ID;constraint:order_lines_order_id_fkey,OnDelete:CASCADE"`
}

// TableName returns the name of the table.
func (OrderLine) TableName() string { return "order_lines" }

// Meta returns what the fields do not say.
func (OrderLine) Meta() models.Meta {
	return models.Meta{
		Constraints: []models.Constraint{
			{Name: "order_lines_quantity_check", Check: "quantity > 0"},
		},
	}
}

// Order is a row of table orders.
type Order struct {
	ID         int64           `gorm:"primaryKey"`
	CustomerID int64           `gorm:"not null"`
	Number     int32           `gorm:"default:(-);type:integer DEFAULT nextval('invoice_number'::regclass);not null"`
	State      string          `gorm:"default:(-);type:order_state DEFAULT 'open'::order_state;not null"`
	Placed     time.Time       `gorm:"default:now();not null"`
	Total      decimal.Decimal `gorm:"default:(-);type:numeric(12,2) DEFAULT 0;not null"`
	History    []string        `gorm:"type:order_state[]"`
	Customer   *Customer       `gorm:"belongsTo;foreignKey:CustomerID;references:ID;constraint:orders_customer_id_fkey,"`
}

// TableName returns the name of the table.
func (Order) TableName() string { return "orders" }

// Meta returns what the fields do not say.
func (Order) Meta() models.Meta {
	return models.Meta{
		Indexes: []models.Index{
			{Name: "orders_customer", Fields: []string{"customer_id"}},
			{Name: "orders_open", Fields: []string{"placed"}, Where: "state = 'open'::order_state"},
		},
	}
}

// People is a row of table people.
type People struct {
	ID     int64 `gorm:"primaryKey;autoIncrement:false"`
	BossID int64 `gorm:"not null"`
	Boss   *string
	People *People `gorm:"belongsTo;foreignKey:BossID;references:ID;constraint:people_boss_id_fkey,OnDelete:RESTRICT"`
}

// TableName returns the name of the table.
func (People) TableName() string { return "people" }

// Meta returns what the fields do not say.
func (People) Meta() models.Meta {
	return models.Meta{
		Relations: map[string]models.RelationOptions{
			"people": {NoIndex: true},
		},
	}
}

// Price is a row of table prices.
type Price struct {
	ProductID int32             `gorm:"primaryKey;autoIncrement:false"`
	List      []decimal.Decimal `gorm:"type:numeric[];not null"`
	Note      *string
	Product   *Product `gorm:"belongsTo;foreignKey:ProductID;references:ID;constraint:prices_product_id_fkey,"`
}

// TableName returns the name of the table.
func (Price) TableName() string { return "prices" }

// ProductCategory is a row of table product_categories.
type ProductCategory struct {
	ProductID  int32     `gorm:"primaryKey;autoIncrement:false"`
	CategoryID int32     `gorm:"primaryKey;autoIncrement:false"`
	Category   *Category `gorm:"belongsTo;foreignKey:CategoryID;references:ID;constraint:product_categories_category_id_fkey,OnDelete:CASCADE"`
	Product    *Product  `gorm:"belongsTo;foreignKey:ProductID;references:ID;constraint:product_categories_product_id_fkey,OnDelete:CASCADE"`
}

// TableName returns the name of the table.
func (ProductCategory) TableName() string { return "product_categories" }

// Meta returns what the fields do not say.
func (ProductCategory) Meta() models.Meta {
	return models.Meta{
		Indexes: []models.Index{
			{Name: "product_categories_category", Fields: []string{"category_id"}},
		},
	}
}

// Product is a row of table products.
type Product struct {
	ID      int32                   `gorm:"primaryKey"`
	Sku     string                  `gorm:"type:varchar(20);not null"`
	Title   string                  `gorm:"default:(-);type:text DEFAULT 'un(titled)'::text;not null"`
	Price   decimal.Decimal         `gorm:"type:numeric(10,2);not null"`
	Gross   *decimal.Decimal        `gorm:"->;generated:price + vat(price);type:numeric"`
	Sizes   []int32                 `gorm:"type:integer[]"`
	StockAt []time.Time             `gorm:"type:timestamptz[]"`
	Weight  *float32                `gorm:"type:real"`
	Valid   models.Range[time.Time] `gorm:"type:daterange"`
	SoldOn  *string                 `gorm:"default:(-);type:weekday DEFAULT 'mon'::weekday"`
}

// TableName returns the name of the table.
func (Product) TableName() string { return "products" }

// Meta returns what the fields do not say.
func (Product) Meta() models.Meta {
	return models.Meta{
		Constraints: []models.Constraint{
			{Name: "products_price", Check: "price > 0::numeric"},
			{Name: "products_sku", Unique: []string{"sku"}, Deferrable: "deferred"},
		},
	}
}

// Rank is a row of table ranks.
type Rank struct {
	At time.Time `gorm:"primaryKey;type:date"`
	ID int32     `gorm:"primaryKey;autoIncrement:false;default:(-);type:integer DEFAULT nextval('invoice_number'::regclass)"`
	N  *int32
}

// TableName returns the name of the table.
func (Rank) TableName() string { return "ranks" }

// Reading is a row of table readings.
type Reading struct {
	Sensor int32     `gorm:"not null"`
	At     time.Time `gorm:"not null"`
	Value  *float32  `gorm:"type:real"`
}

// TableName returns the name of the table.
func (Reading) TableName() string { return "readings" }

// Meta returns what the fields do not say.
func (Reading) Meta() models.Meta {
	return models.Meta{
		PartitionBy: "LIST (sensor)",
		Partitions: []models.Partition{
			{Name: "readings_1", Values: "FOR VALUES IN (1, 2)"},
		},
	}
}

// Region is a row of table regions.
type Region struct {
	ID          int16    `gorm:"primaryKey"`
	CountryCode string   `gorm:"type:character(2);not null"`
	Name        string   `gorm:"type:varchar(80) COLLATE \"C\";not null"`
	Country     *Country `gorm:"belongsTo;foreignKey:CountryCode;references:Code;constraint:regions_country_code_fkey,OnUpdate:CASCADE"`
}

// TableName returns the name of the table.
func (Region) TableName() string { return "regions" }

// Meta returns what the fields do not say.
func (Region) Meta() models.Meta {
	return models.Meta{
		Constraints: []models.Constraint{
			{Name: "regions_country_code_name_key", Unique: []string{"country_code", "name"}},
		},
	}
}

// Room is a row of table rooms.
type Room struct {
	ID   int32 `gorm:"primaryKey;autoIncrement:false"`
	Name *string
}

// TableName returns the name of the table.
func (Room) TableName() string { return "rooms" }

// Session is a row of table sessions.
type Session struct {
	Token   string `gorm:"primaryKey"`
	Data    []byte
	Expires *time.Time
}

// TableName returns the name of the table.
func (Session) TableName() string { return "sessions" }

// Shipment is a row of table shipments.
type Shipment struct {
	ID        int64 `gorm:"primaryKey;autoIncrement:false"`
	OrderID   *int64
	Line      *int16
	Sent      *time.Time `gorm:"type:date"`
	OrderLine *OrderLine `gorm:"belongsTo;foreignKey:OrderID,Line;references:OrderID,Position;constraint:shipments_line,OnUpdate:CASCADE,OnDelete:CASCADE"`
}

// TableName returns the name of the table.
func (Shipment) TableName() string { return "shipments" }

// Meta returns what the fields do not say.
func (Shipment) Meta() models.Meta {
	return models.Meta{
		Relations: map[string]models.RelationOptions{
			"order_line": {NoIndex: true},
		},
	}
}

// Tag is a row of table tags.
type Tag struct {
	Name string `gorm:"primaryKey;type:citext"`
}

// TableName returns the name of the table.
func (Tag) TableName() string { return "tags" }

// Models are the models of the database, and what they need.
var Models = []any{
	migrate.Extension{Name: "citext"},
	migrate.Enum{Name: "order_state", Values: []string{"open", "paid", "sent"}},
	migrate.Enum{Name: "weekday", Values: []string{"mon", "tue", "it's sunday"}},
	&OddName{},
	&Actor{},
	&Audit{},
	&Booking{},
	&Category{},
	&Country{},
	&Customer{},
	&Event{},
	&FilmActor{},
	&Film{},
	&Meta{},
	&Note{},
	&OrderLine{},
	&Order{},
	&People{},
	&Price{},
	&ProductCategory{},
	&Product{},
	&Rank{},
	&Reading{},
	&Region{},
	&Room{},
	&Session{},
	&Shipment{},
	&Tag{},
	migrate.SQLObject{Kind: "index", Name: "customers_mixed",
		Create: "CREATE INDEX customers_mixed ON customers USING btree (upper(name), born)",
		Drop:   `DROP INDEX "customers_mixed"`,
		Uses:   []string{"customers"}},
	migrate.SQLObject{Kind: "constraint", Name: "notes.notes_customer_fkey",
		Create: `ALTER TABLE "notes" ADD CONSTRAINT "notes_customer_fkey" FOREIGN KEY (customer) REFERENCES customers(id)`,
		Drop:   `ALTER TABLE "notes" DROP CONSTRAINT "notes_customer_fkey"`,
		Uses:   []string{"notes"}},
	migrate.SQLObject{Kind: "constraint", Name: "notes.notes_region_fkey",
		Create: `ALTER TABLE "notes" ADD CONSTRAINT "notes_region_fkey" FOREIGN KEY (region) REFERENCES regions(id)`,
		Drop:   `ALTER TABLE "notes" DROP CONSTRAINT "notes_region_fkey"`,
		Uses:   []string{"notes"}},
	migrate.SQLObject{Kind: "constraint", Name: "order_lines.order_lines_product",
		Create: `ALTER TABLE "order_lines" ADD CONSTRAINT "order_lines_product" FOREIGN KEY (product_id) REFERENCES products(id) DEFERRABLE`,
		Drop:   `ALTER TABLE "order_lines" DROP CONSTRAINT "order_lines_product"`,
		Uses:   []string{"order_lines"}},
	migrate.SQLObject{Kind: "column options", Name: "prices.note",
		Create: `ALTER TABLE "prices" ALTER "note" SET STORAGE EXTERNAL, ALTER "note" SET STATISTICS 50`,
		Drop:   `ALTER TABLE "prices" ALTER "note" SET STATISTICS -1`,
		Uses:   []string{"prices"}},
	migrate.SQLObject{Kind: "column options", Name: "products.id",
		Create: `ALTER TABLE "products" ALTER "id" SET START WITH 100`,
		Drop:   `ALTER TABLE "products" ALTER "id" SET STATISTICS -1`,
		Uses:   []string{"products"}},
	migrate.SQLObject{Kind: "constraint", Name: "products.products_title",
		Create: `ALTER TABLE "products" ADD CONSTRAINT "products_title" CHECK (length(title) < 200) NOT VALID`,
		Drop:   `ALTER TABLE "products" DROP CONSTRAINT "products_title"`,
		Uses:   []string{"products"}},
	migrate.SQLObject{Kind: "aggregate", Name: "product_of",
		Create: "CREATE AGGREGATE product_of(integer) (SFUNC = int4mul, STYPE = integer, INITCOND = '1', PARALLEL = UNSAFE)",
		Drop:   "DROP AGGREGATE product_of(integer)"},
	migrate.SQLObject{Kind: "comment", Name: "function touch()",
		Create: "COMMENT ON FUNCTION touch() IS 'stamps'",
		Drop:   "COMMENT ON FUNCTION touch() IS NULL",
		Uses:   []string{"touch()"}},
	migrate.SQLObject{Kind: "comment", Name: "type order_state",
		Create: "COMMENT ON TYPE order_state IS 'of an order'",
		Drop:   "COMMENT ON TYPE order_state IS NULL",
		Uses:   []string{"order_state"}},
	migrate.SQLObject{Kind: "type", Name: "geo",
		Create: `CREATE TYPE "geo" AS (lat double precision, lon double precision)`,
		Drop:   `DROP TYPE "geo"`},
	migrate.SQLObject{Kind: "domain", Name: "amount",
		Create: `CREATE DOMAIN "amount" AS numeric(12,2) NOT NULL DEFAULT 0`,
		Drop:   `DROP DOMAIN "amount"`},
	migrate.SQLObject{Kind: "domain", Name: "email_address",
		Create: `CREATE DOMAIN "email_address" AS character varying(200) CONSTRAINT email_has_at CHECK (VALUE::text ~ '@'::text)`,
		Drop:   `DROP DOMAIN "email_address"`},
	migrate.SQLObject{Kind: "function", Name: "touch",
		Create: `CREATE OR REPLACE FUNCTION touch()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$ BEGIN NEW.placed := now(); RETURN NEW; END $function$`,
		Drop: "DROP FUNCTION touch()"},
	migrate.SQLObject{Kind: "function", Name: "vat(net numeric)",
		Create: `CREATE OR REPLACE FUNCTION vat(net numeric)
 RETURNS numeric
 LANGUAGE sql
 IMMUTABLE
AS $function$ SELECT round(net * 0.19, 2) $function$`,
		Drop: "DROP FUNCTION vat(net numeric)"},
	migrate.SQLObject{Kind: "function", Name: "vat(net numeric, rate numeric)",
		Create: `CREATE OR REPLACE FUNCTION vat(net numeric, rate numeric)
 RETURNS numeric
 LANGUAGE sql
 IMMUTABLE
AS $function$ SELECT round(net * rate, 2) $function$`,
		Drop: "DROP FUNCTION vat(net numeric, rate numeric)"},
	migrate.SQLObject{Kind: "policy", Name: "audit_own on audit",
		Create: `CREATE POLICY "audit_own" ON "audit" AS PERMISSIVE FOR SELECT TO public USING (who = CURRENT_USER)`,
		Drop:   `DROP POLICY "audit_own" ON "audit"`,
		Uses:   []string{"audit"}},
	migrate.SQLObject{Kind: "procedure", Name: "tidy",
		Create: `CREATE OR REPLACE PROCEDURE tidy()
 LANGUAGE sql
AS $procedure$ DELETE FROM sessions WHERE expires < now() $procedure$`,
		Drop: "DROP PROCEDURE tidy()"},
	migrate.SQLObject{Kind: "type", Name: "float_span",
		Create: `CREATE TYPE "float_span" AS RANGE (SUBTYPE = double precision)`,
		Drop:   `DROP TYPE "float_span"`},
	migrate.SQLObject{Kind: "rule", Name: "rooms_stay on rooms",
		Create: `CREATE RULE rooms_stay AS
    ON DELETE TO rooms DO INSTEAD NOTHING`,
		Drop: `DROP RULE "rooms_stay" ON "rooms"`,
		Uses: []string{"rooms"}},
	migrate.SQLObject{Kind: "sequence", Name: "invoice_number",
		Create: `CREATE SEQUENCE "invoice_number" AS integer INCREMENT BY 5 START WITH 1000`,
		Drop:   `DROP SEQUENCE "invoice_number"`},
	migrate.SQLObject{Kind: "statistics", Name: "prices_pair",
		Create: `CREATE STATISTICS "prices_pair" (dependencies) ON product_id, note FROM "prices"`,
		Drop:   `DROP STATISTICS "prices_pair"`,
		Uses:   []string{"prices"}},
	migrate.SQLObject{Kind: "trigger", Name: "audit_touch on audit",
		Create: "CREATE TRIGGER audit_touch BEFORE UPDATE ON audit FOR EACH ROW EXECUTE FUNCTION touch()",
		Drop:   `DROP TRIGGER "audit_touch" ON "audit"`,
		Uses:   []string{"audit"}},
	migrate.SQLObject{Kind: "trigger state", Name: "audit_touch on audit",
		Create: `ALTER TABLE "audit" DISABLE TRIGGER "audit_touch"`,
		Drop:   `ALTER TABLE "audit" ENABLE TRIGGER "audit_touch"`,
		Uses:   []string{"audit", "audit_touch on audit"}},
	migrate.SQLObject{Kind: "trigger", Name: "orders_touch on orders",
		Create: "CREATE TRIGGER orders_touch BEFORE UPDATE ON orders FOR EACH ROW WHEN (old.* IS DISTINCT FROM new.*) EXECUTE FUNCTION touch()",
		Drop:   `DROP TRIGGER "orders_touch" ON "orders"`,
		Uses:   []string{"orders"}},
	migrate.SQLObject{Kind: "row security", Name: "audit",
		Create: `ALTER TABLE "audit" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY`,
		Drop:   `ALTER TABLE "audit" DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY`,
		Uses:   []string{"audit"}},
	migrate.SQLObject{Kind: "replica identity", Name: "audit",
		Create: `ALTER TABLE "audit" REPLICA IDENTITY FULL`,
		Drop:   `ALTER TABLE "audit" REPLICA IDENTITY DEFAULT`,
		Uses:   []string{"audit"}},
	migrate.SQLObject{Kind: "view", Name: "big_orders",
		Create: `CREATE VIEW "big_orders" AS SELECT open_orders.id
   FROM open_orders`,
		Drop: `DROP VIEW "big_orders"`},
	migrate.SQLObject{Kind: "storage parameters", Name: "big_orders",
		Create: `ALTER VIEW "big_orders" SET (security_barrier=true)`,
		Drop:   `ALTER VIEW "big_orders" RESET (security_barrier)`,
		Uses:   []string{"big_orders"}},
	migrate.SQLObject{Kind: "comment", Name: "index \"customers_seen\"",
		Create: `COMMENT ON INDEX "customers_seen" IS 'for the dashboard'`,
		Drop:   `COMMENT ON INDEX "customers_seen" IS NULL`,
		Uses:   []string{"customers"}},
	migrate.SQLObject{Kind: "index", Name: "events_rest_kind",
		Create: "CREATE INDEX events_rest_kind ON events_rest USING btree (kind)",
		Drop:   `DROP INDEX "events_rest_kind"`,
		Uses:   []string{"events"}},
	migrate.SQLObject{Kind: "constraint", Name: "events_rest.events_rest_kind",
		Create: `ALTER TABLE "events_rest" ADD CONSTRAINT "events_rest_kind" CHECK (kind <> ''::text)`,
		Drop:   `ALTER TABLE "events_rest" DROP CONSTRAINT "events_rest_kind"`,
		Uses:   []string{"events"}},
	migrate.SQLObject{Kind: "view", Name: "open_orders",
		Create: `CREATE VIEW "open_orders" AS SELECT o.id,
    c.name
   FROM orders o
     JOIN customers c ON c.id = o.customer_id
  WHERE o.state = 'open'::order_state`,
		Drop: `DROP VIEW "open_orders"`},
	migrate.SQLObject{Kind: "persistence", Name: "sessions",
		Create: `ALTER TABLE "sessions" SET UNLOGGED`,
		Drop:   `ALTER TABLE "sessions" SET LOGGED`,
		Uses:   []string{"sessions"}},
	migrate.SQLObject{Kind: "storage parameters", Name: "sessions",
		Create: `ALTER TABLE "sessions" SET (fillfactor=50)`,
		Drop:   `ALTER TABLE "sessions" RESET (fillfactor)`,
		Uses:   []string{"sessions"}},
	migrate.SQLObject{Kind: "materialized view", Name: "totals",
		Create: `CREATE MATERIALIZED VIEW "totals" AS SELECT orders.customer_id,
    sum(orders.total) AS total
   FROM orders
  GROUP BY orders.customer_id`,
		Drop: `DROP MATERIALIZED VIEW "totals"`},
	migrate.SQLObject{Kind: "index", Name: "totals_customer",
		Create: "CREATE UNIQUE INDEX totals_customer ON totals USING btree (customer_id)",
		Drop:   `DROP INDEX "totals_customer"`,
		Uses:   []string{"totals"}},
}
