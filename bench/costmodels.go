package main

// Client is the table that sales come to refer to.
type Client struct {
	ID   int64
	Name string `gorm:"not null"`
}

// Sale is the model of the large table before each change. Those after it have
// the same name, and so the same table.
type Sale struct {
	ID     int64
	Client int64
	Total  float64 `gorm:"type:numeric(12,2);not null"`
	Qty    int32   `gorm:"not null"`
	Note   *string
	Code   string `gorm:"size:64;not null"`
}

// alteration is a change of the model Sale, and Django's statements for it.
type alteration struct {
	name   string
	model  any
	django []string // recorded from Django 5.2.17's schema editor
}

// alterations returns what is measured.
func alterations() []alteration {
	return []alteration{
		{"a nullable column", func() any {
			type Sale struct {
				ID     int64
				Client int64
				Total  float64 `gorm:"type:numeric(12,2);not null"`
				Qty    int32   `gorm:"not null"`
				Note   *string
				Code   string `gorm:"size:64;not null"`
				X      *string
			}
			return Sale{}
		}(), []string{`ALTER TABLE "sales" ADD COLUMN "x" text NULL`}},
		{"a column with a constant default", func() any {
			type Sale struct {
				ID     int64
				Client int64
				Total  float64 `gorm:"type:numeric(12,2);not null"`
				Qty    int32   `gorm:"not null"`
				Note   *string
				Code   string `gorm:"size:64;not null"`
				X      string `gorm:"not null;default:'web'"`
			}
			return Sale{}
		}(), []string{`ALTER TABLE "sales" ADD COLUMN "x" text DEFAULT 'web' NOT NULL`, `ALTER TABLE "sales" ALTER COLUMN "x" DROP DEFAULT`}},
		{"a column with a random default", func() any {
			type Sale struct {
				ID     int64
				Client int64
				Total  float64 `gorm:"type:numeric(12,2);not null"`
				Qty    int32   `gorm:"not null"`
				Note   *string
				Code   string `gorm:"size:64;not null"`
				X      string `gorm:"type:uuid;not null;default:gen_random_uuid()"`
			}
			return Sale{}
		}(), []string{`ALTER TABLE "sales" ADD COLUMN "x" uuid DEFAULT (GEN_RANDOM_UUID()) NOT NULL`}},
		{"an index", func() any {
			type Sale struct {
				ID     int64
				Client int64
				Total  float64 `gorm:"type:numeric(12,2);not null;index"`
				Qty    int32   `gorm:"not null"`
				Note   *string
				Code   string `gorm:"size:64;not null"`
			}
			return Sale{}
		}(), []string{`CREATE INDEX "idx_total" ON "sales" ("total")`}},
		{"a unique constraint", func() any {
			type Sale struct {
				ID     int64
				Client int64
				Total  float64 `gorm:"type:numeric(12,2);not null"`
				Qty    int32   `gorm:"not null"`
				Note   *string
				Code   string `gorm:"size:64;not null;unique"`
			}
			return Sale{}
		}(), []string{`ALTER TABLE "sales" ADD CONSTRAINT "uq_code" UNIQUE ("code")`}},
		{"a check", func() any {
			type Sale struct {
				ID     int64
				Client int64
				Total  float64 `gorm:"type:numeric(12,2);not null"`
				Qty    int32   `gorm:"not null;check:qty >= 0"`
				Note   *string
				Code   string `gorm:"size:64;not null"`
			}
			return Sale{}
		}(), []string{`ALTER TABLE "sales" ADD CONSTRAINT "ck_qty" CHECK ("qty" >= 0)`}},
		{"a foreign key", func() any {
			type Sale struct {
				ID     int64
				Client int64
				Buyer  *Client `gorm:"foreignKey:Client"`
				Total  float64 `gorm:"type:numeric(12,2);not null"`
				Qty    int32   `gorm:"not null"`
				Note   *string
				Code   string `gorm:"size:64;not null"`
			}
			return Sale{}
		}(), []string{`CREATE INDEX "sales_client_117dad85" ON "sales" ("client")`, `ALTER TABLE "sales" ADD CONSTRAINT "sales_client_117dad85_fk" FOREIGN KEY ("client") REFERENCES "clients" ("id") DEFERRABLE INITIALLY DEFERRED`}},
		{"NOT NULL", func() any {
			type Sale struct {
				ID     int64
				Client int64
				Total  float64 `gorm:"type:numeric(12,2);not null"`
				Qty    int32   `gorm:"not null"`
				Note   string  `gorm:"not null"`
				Code   string  `gorm:"size:64;not null"`
			}
			return Sale{}
		}(), []string{`ALTER TABLE "sales" ALTER COLUMN "note" SET NOT NULL`}},
		{"varchar(64) to varchar(128)", func() any {
			type Sale struct {
				ID     int64
				Client int64
				Total  float64 `gorm:"type:numeric(12,2);not null"`
				Qty    int32   `gorm:"not null"`
				Note   *string
				Code   string `gorm:"size:128;not null"`
			}
			return Sale{}
		}(), []string{`ALTER TABLE "sales" ALTER COLUMN "code" TYPE varchar(128)`}},
		{"integer to bigint", func() any {
			type Sale struct {
				ID     int64
				Client int64
				Total  float64 `gorm:"type:numeric(12,2);not null"`
				Qty    int64   `gorm:"not null"`
				Note   *string
				Code   string `gorm:"size:64;not null"`
			}
			return Sale{}
		}(), []string{`ALTER TABLE "sales" ALTER COLUMN "qty" TYPE bigint USING "qty"::bigint`}},
		{"a column dropped", func() any {
			type Sale struct {
				ID     int64
				Client int64
				Total  float64 `gorm:"type:numeric(12,2);not null"`
				Qty    int32   `gorm:"not null"`
				Code   string  `gorm:"size:64;not null"`
			}
			return Sale{}
		}(), []string{`ALTER TABLE "sales" DROP COLUMN "note" CASCADE`}},
	}
}
