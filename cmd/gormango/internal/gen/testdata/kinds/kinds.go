// Package kinds has a column of every kind and the odd cases of naming.
package kinds

import (
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/shopspring/decimal"
	"gorm.io/gorm"

	"github.com/gormango/gormango/cmd/gormango/internal/gen/testdata/kinds/other"
	"github.com/gormango/gormango/models"
)

// Names of the package that generated code must not take for its own.
type (
	at   string
	f    int
	M    bool
	repo struct{}
)

var p = repo{}

type (
	// Status is a named text.
	Status string
	// Level is a named number that is written as text.
	Level int
	// Flag is a named truth value.
	Flag bool
	// Stamp converts to time.Time.
	Stamp time.Time
	// Money embeds a decimal.
	Money struct{ decimal.Decimal }
	// Point is a struct with a Value.
	Point struct{ X, Y float64 }
	// Bag has a data type of its own.
	Bag map[string]string
	// Settings are kept as JSON.
	Settings struct{ Dark bool }
)

// Value writes a level as text.
func (l Level) Value() (driver.Value, error) { return "level", nil }

// Value writes a point as text.
func (p Point) Value() (driver.Value, error) { return "0,0", nil }

// GormDataType is hstore.
func (Bag) GormDataType() string { return "hstore" }

// Scalars has a column of every kind.
type Scalars struct {
	models.UUIDKey
	models.Timestamps
	models.SoftDelete
	models.Versioned
	Text       string
	Status     Status
	At         at
	Small      f
	Big        uint64
	Ratio      float32
	Level      Level
	Flag       Flag
	Truth      M
	Plain      bool
	Took       time.Duration
	Price      decimal.Decimal
	Money      Money
	Day        time.Time `gorm:"type:date"`
	Clock      time.Time `gorm:"type:time"`
	Stamp      Stamp
	Raw        []byte
	Doc        json.RawMessage `gorm:"type:jsonb"`
	Settings   Settings        `gorm:"serializer:json"`
	Options    *Settings       `gorm:"serializer:json;type:jsonb"`
	Words      []string        `gorm:"type:text[]"`
	Point      Point
	Bag        Bag
	Anything   any `gorm:"serializer:gob"`
	Ref        uuid.UUID
	NullText   *string
	NullStatus *Status
	NullBig    *int64
	NullPlain  *bool
	NullTime   *time.Time
	NullDay    *time.Time `gorm:"type:date"`
	NullRef    *uuid.UUID
	NullPoint  **Point
	SQLText    sql.NullString
	SQLTime    sql.NullTime
	SQLBig     sql.NullInt64
	SQLSmall   sql.NullInt16
	SQLByte    sql.NullByte
	SQLFloat   sql.NullFloat64
	SQLPlain   sql.NullBool
	SQLAny     sql.Null[Status]
	SQLRef     uuid.NullUUID
	SQLPrice   decimal.NullDecimal
	Labels     *[]Status                                  `gorm:"type:text[]"`
	Grid       [][]int                                    `gorm:"type:integer[]"`
	Attrs      map[string]string                          `gorm:"type:hstore"`
	NullAttrs  *map[string]string                         `gorm:"type:hstore"`
	Vector     string                                     `gorm:"type:tsvector"`
	NullVector *string                                    `gorm:"type:tsvector"`
	Seats      string                                     `gorm:"type:int4range"`
	During     *string                                    `gorm:"type:tstzrange"`
	Prices     pgtype.Range[Money]                        `gorm:"type:numrange"`
	Days       pgtype.Multirange[pgtype.Range[time.Time]] `gorm:"type:datemultirange"`
	OwnJSON    models.JSON[Settings]
	NullJSON   *models.JSON[Settings]
	OwnList    models.Array[Status]
	OwnRange   models.Range[int32]
	OwnDays    models.Range[time.Time] `gorm:"type:daterange"`
	OwnAttrs   models.HStore
	OwnVector  models.SearchVector
	OwnNull    models.Null[int16]
	OwnMail    models.Email
	HTTPURL    string
	UserID2    int
	OddName    string   `gorm:"column:oddly_named"`
	WriteOnly  string   `gorm:"->:false;<-"`
	ReadOnly   string   `gorm:"->"`
	Generated  int      `gorm:"->;type:integer GENERATED ALWAYS AS (small * 2) STORED"`
	NoMigrate  string   `gorm:"-:migration"`
	Gone       string   `gorm:"-"`
	GoneToo    chan int `gorm:"-:all"`
	hidden     string
}

// Address is taken apart wherever it stands.
type Address struct {
	Street string
	City   string `gorm:"column:town"`
}

// Audit is embedded by pointer, with a relation.
type Audit struct {
	EditorID *int64
	Editor   *Person
}

// Base is embedded only: no model, though it has a key.
type Base struct {
	ID   int64
	Note string
}

// Person has relations of every kind.
type Person struct {
	Base
	*Audit
	Name      string
	Note      *string               // hides Base's
	Home      Address               `gorm:"embedded;embeddedPrefix:home_"`
	Work      *Address              `gorm:"embedded;embeddedPrefix:work_"`
	Extra     struct{ Nick string } `gorm:"embedded"`
	BossID    *int64
	Boss      *Person
	Staff     []*Person `gorm:"foreignKey:BossID"`
	Friends   []Person  `gorm:"many2many:friends"`
	Notes     []Remark  `gorm:"polymorphic:Owner"`
	Passport  Passport
	Secret    *Passport `gorm:"->:false"` // neither read nor written: no relation
	CountryID int64
	Country   *other.Country
	SilentID  int64
	Silent    *other.Silent
	Groups    []Reserved `gorm:"many2many:person_groups"`
}

// Meta names the other ends of relations.
func (Person) Meta() models.Meta {
	meta := models.Meta{Relations: map[string]models.RelationOptions{"groups": {RelatedName: "member_id"}, "country": {RelatedName: "people"}}}
	meta.Relations["boss"] = models.RelationOptions{RelatedName: "reports"}
	return meta
}

// Passport belongs to a person.
type Passport struct {
	gorm.Model
	PersonID int64
	Number   string
}

// Remark belongs to whatever.
type Remark struct {
	Code      string `gorm:"primaryKey"`
	OwnerID   int64
	OwnerType string
}

// Reserved has columns whose names are taken.
type Reserved struct {
	ID             int64
	Path           string
	Rel            int
	Is             bool
	IsNull         bool
	Some           string
	None           string
	Every          string
	Field          string
	ReservedFields string
	Type           string
	Func           string `gorm:"column:func"`
}

// Total is a result: a person and what was counted.
type Total struct {
	Person
	Count int64
}

// View has no key and is wanted.
//
//gormango:model
type View struct {
	Name  string
	Total int64
}

// Draft has a key and is not wanted.
//
//gormango:ignore
type Draft struct{ ID int64 }

// Generic cannot stand in F.
type Generic[T any] struct {
	ID    int64
	Value T
}

// Plain has no key.
type Plain struct{ Name string }

// Config has an ID, but GORM cannot read it.
type Config struct {
	ID     int64
	Labels map[string]string
}

type unexported struct{ ID int64 }

// long uses a name that is generated, before it is.
func long() any { return F.Person.Boss().Name.IContains("ann") }
