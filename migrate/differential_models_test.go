package migrate_test

import (
	"database/sql"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/models"
)

// The models of the comparison with AutoMigrate: one for each option of a tag.

type Scalar struct {
	ID   uint
	B    bool
	I8   int8
	I16  int16
	I32  int32 `gorm:"not null"`
	I64  *int64
	U8   uint8
	U16  uint16
	U32  uint32
	U64  uint64
	F32  float32
	F64  float64 `gorm:"precision:10;scale:3"`
	S    string
	Sz   string `gorm:"size:100;not null"`
	Ch   string `gorm:"type:char(3)"`
	Vc   string `gorm:"type:varchar(20) not null default 'x'"`
	By   []byte
	T    time.Time
	Tp   *time.Time    `gorm:"precision:3"`
	Ts   time.Time     `gorm:"type:timestamp"`
	Nul  sql.NullInt32 `gorm:"comment:it's null"`
	Dec  decimal.Decimal
	Num  decimal.Decimal `gorm:"type:numeric(12)"`
	Num2 decimal.Decimal `gorm:"type:decimal(12, 2)"`
	Uid  uuid.UUID       `gorm:"type:uuid"`
	Js   map[string]any  `gorm:"type:jsonb;serializer:json"`
	Arr  string          `gorm:"type:varchar(5)[]"`
	Fl   float64         `gorm:"type:float(20)"`
	Tm   string          `gorm:"type:time without time zone"`
	Tz   string          `gorm:"type:timestamp(2) with time zone"`
	Bit  string          `gorm:"type:bit"`
	Net  string          `gorm:"type:inet"`
	Iv   string          `gorm:"type:interval"`
	Ser  int32           `gorm:"autoIncrement:false"`
	Col  string          `gorm:"type:text COLLATE \"C\""`
	No   string          `gorm:"-:migration"`
	Not  string          `gorm:"-:all"`
	Wo   string          `gorm:"->:false;<-:create"`
}

type Defaulted struct {
	ID    uuid.UUID       `gorm:"type:uuid;default:gen_random_uuid()"`
	S     string          `gorm:"default:web"`
	Q     string          `gorm:"default:'it\\;s'"`
	Empty string          `gorm:"default:''"`
	I     int             `gorm:"default:18"`
	Neg   int             `gorm:"default:-1"`
	F     float64         `gorm:"default:1.5"`
	B     bool            `gorm:"default:true"`
	T     time.Time       `gorm:"default:now()"`
	T2    time.Time       `gorm:"default:CURRENT_TIMESTAMP"`
	Nul   *string         `gorm:"default:null"`
	Js    map[string]any  `gorm:"type:jsonb;serializer:json;default:'{}'"`
	Dec   decimal.Decimal `gorm:"type:numeric(10,2);default:0"`
	Arr   string          `gorm:"type:text[];default:'{}'"`
	None  string          `gorm:"default:(-)"`
	Expr  int             `gorm:"default:(1 + 2)"`
}

type Indexed struct {
	ID     int64
	A      string `gorm:"index"`
	B      string `gorm:"uniqueIndex"`
	C      string `gorm:"index:idx_cd,priority:2"`
	D      string `gorm:"index:idx_cd,priority:1,sort:desc"`
	E      string `gorm:"uniqueIndex:idx_e,where:deleted_at IS NULL"`
	F      string `gorm:"index:idx_f,expression:lower(f)"`
	G      string `gorm:"type:jsonb;index:,type:gin"`
	H      string `gorm:"index:idx_h,type:hash"`
	I      string `gorm:"index:idx_i,option:WITH (fillfactor=70)"`
	J      string `gorm:"index:idx_j,collate:\"C\""`
	K      string `gorm:"unique"`
	L      int    `gorm:"check:l > 0"`
	M      string `gorm:"check:m_ok,m <> ''"`
	N      string `gorm:"check:n_at,n LIKE '%@%' AND n <> '?'"`
	O      string `gorm:"index:idx_o,option:CONCURRENTLY"`
	P      int    `gorm:"index:,composite:pq"`
	Q      int    `gorm:"index:,composite:pq"`
	Shared string `gorm:"index:idx_one;index:idx_two,unique"`

	DeletedAt gorm.DeletedAt `gorm:"index"`
}

// Meta keeps the unique indexes that GORM makes.
func (Indexed) Meta() models.Meta { return models.Meta{UniqueDeleted: true} }

type Generated struct {
	ID    int64
	Price int
	Count int
	Total int   `gorm:"generated:price * count"`
	Seq   int64 `gorm:"generated:identity always"`
}

type Small struct {
	ID int16 `gorm:"primaryKey"`
}

type Middle struct {
	ID int32 `gorm:"primaryKey"`
}

type TextKey struct {
	Code string `gorm:"primaryKey;size:8"`
}

type Composite struct {
	Tenant string `gorm:"primaryKey"`
	Number int    `gorm:"primaryKey;autoIncrement:false"`
	Lines  []CompositeLine
}

type CompositeLine struct {
	ID              int64
	CompositeTenant string
	CompositeNumber int
	Composite       Composite
}

type Employee struct {
	ID        int64
	ReportsTo *int64
	Boss      *Employee  `gorm:"foreignKey:ReportsTo"`
	Team      []Employee `gorm:"foreignKey:ReportsTo;constraint:OnDelete:SET NULL"`
	Friends   []Employee `gorm:"many2many:employee_friends"`
}

// Country and City refer to each other, which AutoMigrate cannot create.
type Country struct {
	ID        int64
	CapitalID *int64
	Capital   *City `gorm:"foreignKey:CapitalID;constraint:OnDelete:SET NULL"`
}

type City struct {
	ID        int64
	CountryID int64
	Country   Country `gorm:"constraint:OnUpdate:CASCADE,OnDelete:CASCADE"`
}

type Author struct {
	gorm.Model
	Name    string
	Books   []Book
	Profile Profile
	Address Address `gorm:"embedded;embeddedPrefix:home_"`
}

type Profile struct {
	ID       int64
	AuthorID uint `gorm:"uniqueIndex"`
}

type Address struct {
	Street string `gorm:"size:50"`
	Zip    string `gorm:"index"`
}

type Book struct {
	models.AutoKey
	Title    string
	AuthorID uint
	Author   Author
	Tags     []Tag    `gorm:"many2many:book_tags;constraint:OnDelete:CASCADE"`
	Readers  []Reader `gorm:"many2many:loans"`
	Notes    []Note   `gorm:"polymorphic:Owner"`
}

type Tag struct {
	Name string `gorm:"primaryKey;size:40"`
}

type Reader struct {
	ID uuid.UUID `gorm:"type:uuid;primaryKey"`
}

// Loan is the table between Book and Reader, with a column of its own.
type Loan struct {
	BookID   int64     `gorm:"primaryKey"`
	ReaderID uuid.UUID `gorm:"primaryKey;type:uuid"`
	Until    time.Time
}

type Note struct {
	ID        int64
	OwnerID   int64
	OwnerType string
	Text      string
}

type Keyless struct {
	At   time.Time
	Text string
}

type Odd struct {
	ID    int64  `gorm:"column:Odd Id;primaryKey"`
	Order string `gorm:"column:order;index"`
	Quote string `gorm:"column:with-dash"`
}

func (Odd) TableName() string { return "Odd Table" }

type LongNamedModelForTheLimitOfPostgres struct {
	ID                                          int64
	AVeryLongNameOfAColumnThatGoesBeyondLimits  string `gorm:"index"`
	AVeryLongNameOfAColumnThatGoesBeyondLimits2 string `gorm:"index:idx_a_name_given_by_hand_that_is_far_longer_than_sixty_three_bytes_x"`
}

type AutoKeyed struct {
	models.AutoKey
	Name string
}

var zoo = []any{
	&Scalar{}, &Defaulted{}, &Indexed{}, &Generated{}, &Small{}, &Middle{}, &TextKey{}, &Composite{}, &CompositeLine{},
	&Employee{}, &Author{}, &Profile{}, &Book{}, &Tag{}, &Reader{}, &Loan{}, &Note{},
	&Keyless{}, &Odd{}, &LongNamedModelForTheLimitOfPostgres{}, &AutoKeyed{},
}

// withLoans registers Loan as the table between Book and Reader.
func withLoans(t testing.TB, db *gorm.DB) *gorm.DB {
	t.Helper()
	require.NoError(t, db.SetupJoinTable(&Book{}, "Readers", &Loan{}))
	return db
}
