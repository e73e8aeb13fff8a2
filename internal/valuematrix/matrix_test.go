package valuematrix_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
)

// matrixOf writes each row in every way and reports what differs from what
// Create writes: what the other ways write, what finds the row, what is read.
// Columns of one row must hold the same. A value that Create refuses must be
// refused by all.
func matrixOf[M any](t *testing.T, rows ...*M) {
	t.Helper()
	matrixWith(t, rows, nil)
}

// matrixWith is matrixOf with rows that must be refused.
func matrixWith[M any](t *testing.T, rows, refused []*M) {
	t.Helper()
	run := &matrix[*M]{t: t, make: func() *M { return new(M) }, open: repo.New[M],
		values: func(ctx context.Context, r *repo.QuerySet[M], name string) error {
			_, err := repo.Values[any](ctx, r, repo.Name[M](name))
			return err
		},
		into: func(ctx context.Context, r *repo.QuerySet[M]) (*M, error) {
			list, err := repo.Into[M](ctx, r)
			if err != nil || len(list) != 1 {
				return nil, fmt.Errorf("%d rows, %w", len(list), err)
			}
			return &list[0], nil
		}}
	run.all(rows, refused)
}

// all runs the matrix. It and what it calls have a pointer as their type, whose
// code the compiler makes once and not for each model.
func (m *matrix[P]) all(rows, refused []P) {
	t := m.t
	t.Helper()
	m.ctx = context.Background()
	if strings.HasPrefix(t.Name(), "TestValueMatrix/") {
		require.Contains(t, matrixModels, any(m.make()), "docs/field-types.md shows each model of the matrix")
	}
	var types []string
	if p, ok := any(m.make()).(interface{ prepare() string }); ok {
		types = append(types, p.prepare())
	}
	db := openTypes(t, types, gormango.Config{}, m.make())
	m.db, m.repo = db, m.open(db)
	typ := reflect.TypeFor[P]().Elem()
	for i := 1; i < typ.NumField(); i++ {
		m.columns = append(m.columns, strings.ToLower(typ.Field(i).Name))
	}
	for i, row := range rows {
		m.row(i, row, false)
	}
	for i, row := range refused {
		m.row(i, row, true)
	}
}

type matrix[P any] struct {
	t       *testing.T
	ctx     context.Context
	db      *gorm.DB
	make    func() P
	open    func(*gorm.DB) *repo.QuerySetOf[P]
	repo    *repo.QuerySetOf[P]
	values  func(context.Context, *repo.QuerySetOf[P], string) error
	into    func(context.Context, *repo.QuerySetOf[P]) (P, error)
	columns []string
}

// fields returns the struct that a row points to.
func fields(row any) reflect.Value { return reflect.ValueOf(row).Elem() }

// clone returns a copy of a row without a key.
func (m *matrix[P]) clone(row P) P {
	c := m.make()
	fields(c).Set(fields(row))
	fields(c).Field(0).SetZero()
	return c
}

// value returns the value of the i-th column.
func (m *matrix[P]) value(row P, i int) any {
	return fields(row).Field(i + 1).Interface()
}

// texts returns what the server shows of the one row.
func (m *matrix[P]) texts() (out []string) {
	m.t.Helper()
	var list []string
	for _, c := range m.columns {
		list = append(list, fmt.Sprintf("COALESCE(%s::text, 'NULL')", c))
	}
	var all []string
	require.NoError(m.t, m.db.Raw("SELECT array_to_string(ARRAY["+strings.Join(list, ", ")+"], '~') FROM "+m.table()).Scan(&all).Error)
	require.Len(m.t, all, 1)
	return strings.Split(all[0], "~")
}

func (m *matrix[P]) table() string {
	stmt := &gorm.Statement{DB: m.db}
	require.NoError(m.t, stmt.Parse(m.make()))
	return stmt.Schema.Table
}

func (m *matrix[P]) clear() {
	m.t.Helper()
	require.NoError(m.t, m.db.Exec("DELETE FROM "+m.table()).Error)
}

func (m *matrix[P]) row(i int, row P, bad bool) {
	m.t.Helper()
	at := fmt.Sprintf("%T, row %d %+v", row, i, fields(row).Interface())
	m.clear()
	refused := m.repo.Create(m.ctx, m.clone(row))
	if bad != (refused != nil) {
		m.t.Errorf("%s: Create: %v", at, refused)
	}
	var want []string
	if refused == nil {
		want = m.texts()
		for k, text := range want {
			if text != want[0] {
				m.t.Errorf("%s: column %s holds %s, column %s %s", at, m.columns[0], want[0], m.columns[k], text)
			}
		}
		m.finds(at, row)
		m.reads(at, want)
	} else if !typed(refused) {
		m.t.Errorf("%s: Create: %T %v is no typed error", at, refused, refused)
	}
	names := make([]repo.NameOf[P], len(m.columns))
	for k, c := range m.columns {
		names[k] = repo.NameOf[P](c)
	}
	blank := func() P { o := m.make(); require.NoError(m.t, m.repo.Create(m.ctx, o)); return o }
	filled := func(o P) P {
		c := m.clone(row)
		fields(c).Field(0).Set(fields(o).Field(0))
		return c
	}
	for _, w := range []struct {
		name string
		run  func() error
	}{
		{"BulkCreate", func() error { return m.repo.BulkCreate(m.ctx, []P{m.clone(row)}) }},
		{"BulkCreate of many", func() error {
			objs := []P{m.clone(row), m.make(), m.make()}
			if err := m.repo.BulkCreate(m.ctx, objs); err != nil {
				return err
			}
			_, err := m.repo.Delete(m.ctx, objs[1], objs[2])
			return err
		}},
		{"COPY", func() error { return m.repo.BulkCreate(m.ctx, []P{m.clone(row)}, repo.UseCopy()) }},
		{"Save of a new one", func() error { return m.repo.Save(m.ctx, m.clone(row)) }},
		{"Save", func() error { return m.repo.Save(m.ctx, filled(blank())) }},
		{"BulkUpdate", func() error {
			_, err := m.repo.BulkUpdate(m.ctx, []P{filled(blank())}, names[0], names[1:]...)
			return err
		}},
		{"Update", func() error {
			blank()
			sets := make([]repo.AssignOf[P], len(names))
			for k := range names {
				sets[k] = m.repo.Set(names[k], m.value(row, k))
			}
			_, err := m.repo.AllRows().Update(m.ctx, sets[0], sets[1:]...)
			return err
		}},
		{"upsert", func() error {
			return m.repo.OnConflict("id").Update(names[0], names[1:]...).Create(m.ctx, filled(blank()))
		}},
		{"bulk upsert", func() error {
			return m.repo.OnConflict("id").Update(names[0], names[1:]...).BulkCreate(m.ctx, []P{filled(blank())})
		}},
		{"By", func() error {
			_, err := m.repo.By("id").UpdateOrCreate(m.ctx, filled(blank()), names[0], names[1:]...)
			return err
		}},
		{"plain GORM", func() error {
			if m.expands(row) {
				return m.repo.Create(m.ctx, m.clone(row))
			}
			return m.db.Create(m.clone(row)).Error
		}},
	} {
		m.clear()
		err := w.run()
		switch {
		case refused != nil && err == nil:
			m.t.Errorf("%s: Create refused it (%v), %s wrote %s", at, refused, w.name, m.texts()[0])
		case refused != nil && w.name != "plain GORM" && !typed(err):
			m.t.Errorf("%s: %s: %T %v is no typed error", at, w.name, err, err)
		case refused != nil:
		case err != nil:
			m.t.Errorf("%s: %s: %v", at, w.name, err)
		default:
			if got := m.texts(); !reflect.DeepEqual(got, want) {
				m.t.Errorf("%s: %s wrote %v, Create %v", at, w.name, got, want)
			}
		}
	}
}

// expands reports whether plain GORM writes a slice of the row as a list of
// values.
func (m *matrix[P]) expands(row P) bool {
	for k := range m.columns {
		if t := reflect.TypeOf(m.value(row, k)); t.Kind() == reflect.Slice && t.Elem().Kind() != reflect.Uint8 {
			return true
		}
	}
	return false
}

// typed reports whether an error is one that a program can recognize by its type.
func typed(err error) bool {
	var (
		data  *gormango.DataError
		value *repo.LookupValueError
		rules *gormango.IntegrityError
	)
	return errors.As(err, &data) || errors.As(err, &value) || errors.As(err, &rules)
}

// finds reports which values do not find the one row that holds them.
func (m *matrix[P]) finds(at string, row P) {
	m.t.Helper()
	for k, c := range m.columns {
		v := m.value(row, k)
		rv := reflect.ValueOf(v)
		null := m.isNull(c)
		found := func(how string, qs *repo.QuerySetOf[P]) {
			if n, err := qs.Count(m.ctx); err != nil || n != 1 {
				m.t.Errorf("%s: %s of column %s (%T) finds %d rows, error %v", at, how, c, v, n, err)
			}
		}
		if json := m.isJSON(); !null || !json {
			found("Filter", m.repo.Filter(repo.LookupOf[P](c), v))
		}
		if !null {
			list := reflect.Append(reflect.MakeSlice(reflect.SliceOf(rv.Type()), 0, 1), rv)
			found("in", m.repo.Filter(repo.LookupOf[P](c+"__in"), list.Interface()))
			found("isnull", m.repo.Filter(repo.LookupOf[P](c+"__isnull"), false))
		}
		if made, err := m.repo.By(repo.NameOf[P](c)).GetOrCreate(m.ctx, m.clone(row)); err != nil || made {
			m.t.Errorf("%s: GetOrCreate by %s (%T): created %t, error %v", at, c, v, made, err)
		}
		if n, err := m.repo.Count(m.ctx); err != nil || n != 1 {
			m.t.Fatalf("%s: GetOrCreate by %s made a row: %d", at, c, n)
		}
	}
}

func (m *matrix[P]) isNull(column string) (null bool) {
	require.NoError(m.t, m.db.Raw("SELECT "+column+" IS NULL FROM "+m.table()).Scan(&null).Error)
	return null
}

func (m *matrix[P]) isJSON() bool {
	var name string
	require.NoError(m.t, m.db.Raw("SELECT pg_typeof("+m.columns[0]+")::text FROM "+m.table()).Scan(&name).Error)
	return strings.HasPrefix(name, "json")
}

// reads reports what reads the row otherwise than Get, and whether what is read
// is what was written.
func (m *matrix[P]) reads(at string, want []string) {
	m.t.Helper()
	got, err := m.repo.Get(m.ctx)
	if err != nil {
		m.t.Errorf("%s: Get: %v", at, err)
		return
	}
	show := func(o P) string {
		if reflect.ValueOf(o).IsNil() {
			return "no row"
		}
		text := ""
		for k := range m.columns {
			rv := reflect.ValueOf(m.value(o, k))
			for rv.Kind() == reflect.Pointer && !rv.IsNil() {
				rv = rv.Elem()
			}
			shown, err := json.Marshal(rv.Interface())
			if err != nil { // NaN, infinity, years beyond 9999
				shown = fmt.Append(nil, rv.Interface())
			}
			text += string(shown) + " "
		}
		return text
	}
	same := func(how string, o P, err error) {
		if err != nil || show(o) != show(got) {
			m.t.Errorf("%s: %s reads %s, Get %s, error %v", at, how, show(o), show(got), err)
		}
	}
	all, err := m.repo.All(m.ctx)
	same("All", first(all), err)
	for o, err := range m.repo.Iter(m.ctx) {
		same("Iter", o, err)
	}
	into, err := m.into(m.ctx, m.repo)
	same("Into", into, err)
	plain := m.make()
	err = m.db.First(plain).Error
	same("plain GORM", plain, err)
	for _, c := range m.columns {
		if err := m.values(m.ctx, m.repo, c); err != nil {
			m.t.Errorf("%s: Values of %s: %v", at, c, err)
		}
	}
	if err := m.repo.Save(m.ctx, got); err != nil {
		m.t.Errorf("%s: Save of what was read: %v", at, err)
	} else if texts := m.texts(); !reflect.DeepEqual(texts, want) {
		m.t.Errorf("%s: what was read is saved as %v, and was %v", at, texts, want)
	}
}

func first[T any](list []T) (v T) {
	if len(list) > 0 {
		v = list[0]
	}
	return v
}

func p[T any](v T) *T { return &v }

type (
	mLevel int16
	mWord  string
	mRatio float64
	mSpan  int64
	mFlag  bool
	mList  []string

	mSmall struct {
		models.AutoKey
		A *int16             `gorm:"type:smallint"`
		B *int64             `gorm:"type:smallint"`
		C *mLevel            `gorm:"type:smallint"`
		D sql.NullInt64      `gorm:"type:smallint"`
		E *uint32            `gorm:"type:smallint"`
		F pgtype.Int2        `gorm:"type:smallint"`
		G models.Null[int16] `gorm:"type:smallint"`
	}
	mInt struct {
		models.AutoKey
		A *int32        `gorm:"type:integer"`
		B *int          `gorm:"type:integer"`
		C *uint64       `gorm:"type:integer"`
		D sql.NullInt32 `gorm:"type:integer"`
		E pgtype.Int4   `gorm:"type:integer"`
	}
	mBig struct {
		models.AutoKey
		A *int64                     `gorm:"type:bigint"`
		B sql.Null[int64]            `gorm:"type:bigint"`
		C *mSpan                     `gorm:"type:bigint"`
		D pgtype.Int8                `gorm:"type:bigint"`
		E *time.Duration             `gorm:"type:bigint"`
		F models.Null[time.Duration] `gorm:"type:bigint"`
	}
	mReal struct {
		models.AutoKey
		A *float32      `gorm:"type:real"`
		B pgtype.Float4 `gorm:"type:real"`
	}
	mDouble struct {
		models.AutoKey
		A *float64        `gorm:"type:double precision"`
		B sql.NullFloat64 `gorm:"type:double precision"`
		C *mRatio         `gorm:"type:double precision"`
		D pgtype.Float8   `gorm:"type:double precision"`
	}
	mNumeric struct {
		models.AutoKey
		A *decimal.Decimal             `gorm:"type:numeric(20,4)"`
		B decimal.NullDecimal          `gorm:"type:numeric(20,4)"`
		C *string                      `gorm:"type:numeric(20,4)"`
		D pgtype.Numeric               `gorm:"type:numeric(20,4)"`
		E models.Null[decimal.Decimal] `gorm:"type:numeric(20,4)"`
	}
	mText struct {
		models.AutoKey
		A *string             `gorm:"type:text"`
		B sql.NullString      `gorm:"type:text"`
		C *mWord              `gorm:"type:text"`
		D pgtype.Text         `gorm:"type:text"`
		E models.Null[string] `gorm:"type:text"`
	}
	mVarchar struct {
		models.AutoKey
		A *string `gorm:"type:varchar(5)"`
		B *mWord  `gorm:"type:varchar(5)"`
	}
	mBool struct {
		models.AutoKey
		A *bool             `gorm:"type:boolean"`
		B sql.NullBool      `gorm:"type:boolean"`
		C *mFlag            `gorm:"type:boolean"`
		D pgtype.Bool       `gorm:"type:boolean"`
		E models.Null[bool] `gorm:"type:boolean"`
	}
	mUUID struct {
		models.AutoKey
		A *uuid.UUID             `gorm:"type:uuid"`
		B uuid.NullUUID          `gorm:"type:uuid"`
		C *string                `gorm:"type:uuid"`
		D pgtype.UUID            `gorm:"type:uuid"`
		E models.Null[uuid.UUID] `gorm:"type:uuid"`
	}
	mBytes struct {
		models.AutoKey
		A []byte `gorm:"type:bytea"`
	}
	mMoment struct {
		models.AutoKey
		A *time.Time             `gorm:"type:timestamptz"`
		B sql.NullTime           `gorm:"type:timestamptz"`
		C sql.Null[time.Time]    `gorm:"type:timestamptz"`
		D pgtype.Timestamptz     `gorm:"type:timestamptz"`
		E models.Null[time.Time] `gorm:"type:timestamptz"`
	}
	mWall struct {
		models.AutoKey
		A *time.Time       `gorm:"type:timestamp"`
		B sql.NullTime     `gorm:"type:timestamp"`
		D pgtype.Timestamp `gorm:"type:timestamp"`
	}
	mInfinite struct {
		models.AutoKey
		A pgtype.Timestamptz `gorm:"type:timestamptz"`
	}
	mDay struct {
		models.AutoKey
		A *time.Time             `gorm:"type:date"`
		B sql.NullTime           `gorm:"type:date"`
		D pgtype.Date            `gorm:"type:date"`
		E models.Null[time.Time] `gorm:"type:date"`
	}
	mInterval struct {
		models.AutoKey
		A *time.Duration  `gorm:"type:interval"`
		B pgtype.Interval `gorm:"type:interval"`
	}
	mMonths struct {
		models.AutoKey
		A pgtype.Interval `gorm:"type:interval"`
	}
	mClock struct {
		models.AutoKey
		A *string     `gorm:"type:time"`
		B pgtype.Time `gorm:"type:time"`
	}
	mJSON struct {
		models.AutoKey
		A json.RawMessage              `gorm:"type:jsonb"`
		B *string                      `gorm:"type:jsonb"`
		C map[string]any               `gorm:"type:jsonb;serializer:json"`
		D *models.JSON[map[string]any] `gorm:"type:jsonb"`
	}
	mPlainJSON struct {
		models.AutoKey
		A json.RawMessage   `gorm:"type:json"`
		B *string           `gorm:"type:json"`
		C *models.JSON[any] `gorm:"type:json"`
	}
	mTexts struct {
		models.AutoKey
		A []string             `gorm:"type:text[]"`
		B mList                `gorm:"type:text[]"`
		C []mWord              `gorm:"type:text[]"`
		D []*string            `gorm:"type:text[]"`
		E models.Array[string] `gorm:"type:text[]"`
	}
	mInts struct {
		models.AutoKey
		A []int32             `gorm:"type:integer[]"`
		B []int64             `gorm:"type:integer[]"`
		C []mLevel            `gorm:"type:integer[]"`
		D []int               `gorm:"type:integer[]"`
		E models.Array[int32] `gorm:"type:integer[]"`
	}
	mGrid struct {
		models.AutoKey
		A [][]int64             `gorm:"type:bigint[]"`
		B models.Array[[]int64] `gorm:"type:bigint[]"`
	}
	mTimes struct {
		models.AutoKey
		A []time.Time          `gorm:"type:timestamptz[]"`
		B []pgtype.Timestamptz `gorm:"type:timestamptz[]"`
	}
	mWalls struct {
		models.AutoKey
		A []time.Time `gorm:"type:timestamp[]"`
	}
	mDayList struct {
		models.AutoKey
		A []time.Time `gorm:"type:date[]"`
	}
	mFlags struct {
		models.AutoKey
		A []bool `gorm:"type:boolean[]"`
	}
	mBlobs struct {
		models.AutoKey
		A [][]byte `gorm:"type:bytea[]"`
	}
	mDecimals struct {
		models.AutoKey
		A []decimal.Decimal `gorm:"type:numeric[]"`
	}
	mUUIDs struct {
		models.AutoKey
		A []uuid.UUID `gorm:"type:uuid[]"`
	}
	mInet struct {
		models.AutoKey
		A *netip.Prefix `gorm:"type:inet"`
		B *string       `gorm:"type:inet"`
	}
	mHost struct {
		models.AutoKey
		A *netip.Addr `gorm:"type:inet"`
		B *string     `gorm:"type:inet"`
	}
	mNet struct {
		models.AutoKey
		A *netip.Prefix `gorm:"type:cidr"`
		B *string       `gorm:"type:cidr"`
	}
	mMAC struct {
		models.AutoKey
		A *net.HardwareAddr `gorm:"type:macaddr"`
		B *string           `gorm:"type:macaddr"`
	}
	mRange struct {
		models.AutoKey
		A pgtype.Range[pgtype.Int4] `gorm:"type:int4range"`
		B *string                   `gorm:"type:int4range"`
		C models.Range[int32]       `gorm:"type:int4range"`
	}
	mNumbers struct {
		models.AutoKey
		A pgtype.Range[pgtype.Numeric]  `gorm:"type:numrange"`
		B *string                       `gorm:"type:numrange"`
		C models.Range[decimal.Decimal] `gorm:"type:numrange"`
	}
	mWeeks struct {
		models.AutoKey
		A pgtype.Range[pgtype.Date] `gorm:"type:daterange"`
		B *string                   `gorm:"type:daterange"`
		C models.Range[time.Time]   `gorm:"type:daterange"`
	}
	mMulti struct {
		models.AutoKey
		A *string                                      `gorm:"type:int4multirange"`
		B pgtype.Multirange[pgtype.Range[pgtype.Int4]] `gorm:"type:int4multirange"`
	}
	mSpanOfTime struct {
		models.AutoKey
		A pgtype.Range[pgtype.Timestamptz] `gorm:"type:tstzrange"`
		B models.Range[time.Time]          `gorm:"type:tstzrange"`
	}
	mHStore struct {
		models.AutoKey
		A pgtype.Hstore `gorm:"type:hstore"`
		B models.HStore `gorm:"type:hstore"`
	}
	mCitext struct {
		models.AutoKey
		A *string `gorm:"type:citext"`
		B *mWord  `gorm:"type:citext"`
	}
	mBit struct {
		models.AutoKey
		A *string `gorm:"type:bit(3)"`
	}
	mMoney struct {
		models.AutoKey
		A *string `gorm:"type:money"`
	}
	mEnum struct {
		models.AutoKey
		A *string `gorm:"type:\"Mood\""`
		B *mWord  `gorm:"type:\"Mood\""`
	}
	mEnums struct {
		models.AutoKey
		A []string `gorm:"type:\"Mood\"[]"`
		B []mWord  `gorm:"type:\"Mood\"[]"`
	}
	mDomain struct {
		models.AutoKey
		A *string `gorm:"type:zip"`
		B *mWord  `gorm:"type:zip"`
	}
	mIntDomain struct {
		models.AutoKey
		A *int64 `gorm:"type:positive"`
		B *int   `gorm:"type:positive"`
	}
	mComposite struct {
		models.AutoKey
		A *mCash  `gorm:"type:cash"`
		B *string `gorm:"type:cash"`
	}
)

func (*mHStore) prepare() string    { return "CREATE EXTENSION hstore" }
func (*mCitext) prepare() string    { return "CREATE EXTENSION citext" }
func (*mEnum) prepare() string      { return `CREATE TYPE "Mood" AS ENUM ('Glad', 'so, so', 'a"b')` }
func (*mEnums) prepare() string     { return `CREATE TYPE "Mood" AS ENUM ('Glad', 'so, so', 'a"b')` }
func (*mDomain) prepare() string    { return `CREATE DOMAIN zip AS text CHECK (VALUE ~ '^[0-9]*$')` }
func (*mIntDomain) prepare() string { return `CREATE DOMAIN positive AS integer CHECK (VALUE > 0)` }
func (*mComposite) prepare() string { return `CREATE TYPE cash AS (amount integer, unit text)` }

// TestValueMatrix writes, finds and reads values of each type of PostgreSQL's
// in each Go type that may hold it.
func TestValueMatrix(t *testing.T) {
	t.Parallel()
	east := time.FixedZone("", 2*3600)
	at := time.Date(2026, 3, 1, 14, 0, 0, 123456000, east)
	old := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	cells := func(name string, run func(t *testing.T)) {
		t.Run(name, func(t *testing.T) { t.Parallel(); run(t) })
	}
	cells("smallint", func(t *testing.T) {
		of := func(n int16) *mSmall {
			s := &mSmall{A: &n, B: p(int64(n)), C: p(mLevel(n)), D: sql.NullInt64{Int64: int64(n), Valid: true}, E: p(uint32(n)), F: pgtype.Int2{Int16: n, Valid: true}, G: models.NewNull(n)}
			return s
		}
		matrixWith(t, []*mSmall{{}, of(0), of(7), of(math.MaxInt16)}, []*mSmall{&mSmall{B: p(int64(math.MaxInt16 + 1))}, &mSmall{E: p(uint32(math.MaxUint32))}, &mSmall{D: sql.NullInt64{Int64: -1 << 40, Valid: true}}})
	})
	cells("integer", func(t *testing.T) {
		of := func(n int32) *mInt {
			return &mInt{A: &n, B: p(int(n)), C: p(uint64(n)), D: sql.NullInt32{Int32: n, Valid: true}, E: pgtype.Int4{Int32: n, Valid: true}}
		}
		matrixWith(t, []*mInt{{}, of(0), of(math.MaxInt32)}, []*mInt{&mInt{B: p(math.MaxInt32 + 1)}, &mInt{C: p(uint64(math.MaxUint64))}})
	})
	cells("bigint", func(t *testing.T) {
		of := func(n int64) *mBig {
			return &mBig{A: &n, B: sql.Null[int64]{V: n, Valid: true}, C: p(mSpan(n)), D: pgtype.Int8{Int64: n, Valid: true}, E: p(time.Duration(n)), F: models.NewNull(time.Duration(n))}
		}
		matrixOf(t, &mBig{}, of(0), of(-1), of(math.MaxInt64), of(math.MinInt64))
	})
	cells("real", func(t *testing.T) {
		of := func(x float32) *mReal { return &mReal{A: &x, B: pgtype.Float4{Float32: x, Valid: true}} }
		matrixOf(t, &mReal{}, of(0), of(0.1), of(math.MaxFloat32), of(float32(math.Inf(-1))), of(float32(math.NaN())))
	})
	cells("double precision", func(t *testing.T) {
		of := func(x float64) *mDouble {
			return &mDouble{A: &x, B: sql.NullFloat64{Float64: x, Valid: true}, C: p(mRatio(x)), D: pgtype.Float8{Float64: x, Valid: true}}
		}
		matrixOf(t, &mDouble{}, of(0), of(0.1), of(math.MaxFloat64), of(math.Inf(1)), of(math.Inf(-1)), of(math.NaN()), of(math.SmallestNonzeroFloat64))
	})
	cells("numeric", func(t *testing.T) {
		of := func(text string) *mNumeric {
			d := decimal.RequireFromString(text)
			n := pgtype.Numeric{}
			require.NoError(t, n.Scan(text))
			return &mNumeric{A: &d, B: decimal.NewNullDecimal(d), C: &text, D: n, E: models.NewNull(d)}
		}
		matrixWith(t, []*mNumeric{{}, of("0"), of("12.5"), of("-0.0001"), of("1234567890123456.7891")}, []*mNumeric{of("99999999999999999999")})
	})
	cells("text", func(t *testing.T) {
		of := func(s string) *mText {
			return &mText{A: &s, B: sql.NullString{String: s, Valid: true}, C: p(mWord(s)), D: pgtype.Text{String: s, Valid: true}, E: models.NewNull(s)}
		}
		matrixWith(t, []*mText{{}, of(""), of("a"), of("null"), of(`{"a",b}`), of("O'Hara\\ \n%_"), of("ÄÖ€😀")}, []*mText{of("NUL \x00"), of("bad \xff")})
	})
	cells("varchar", func(t *testing.T) {
		of := func(s string) *mVarchar { return &mVarchar{A: &s, B: p(mWord(s))} }
		matrixWith(t, []*mVarchar{{}, of(""), of("ÄÖ€😀!")}, []*mVarchar{of("longer")})
	})
	cells("boolean", func(t *testing.T) {
		b := true
		matrixOf(t, &mBool{}, &mBool{A: &b, B: sql.NullBool{Bool: b, Valid: true}, C: p(mFlag(b)), D: pgtype.Bool{Bool: b, Valid: true}, E: models.NewNull(b)})
	})
	cells("uuid", func(t *testing.T) {
		of := func(id uuid.UUID) *mUUID {
			return &mUUID{A: &id, B: uuid.NullUUID{UUID: id, Valid: true}, C: p(id.String()), D: pgtype.UUID{Bytes: id, Valid: true}, E: models.NewNull(id)}
		}
		matrixWith(t, []*mUUID{{}, of(uuid.Nil), of(uuid.Max), of(uuid.MustParse("6ba7b810-9dad-11d1-80b4-00c04fd430c8"))}, []*mUUID{&mUUID{C: p("no")}})
	})
	cells("bytea", func(t *testing.T) {
		matrixOf(t, &mBytes{}, &mBytes{A: []byte{}}, &mBytes{A: []byte{0, 255, '\\'}})
	})
	cells("timestamptz", func(t *testing.T) {
		of := func(at time.Time) *mMoment {
			return &mMoment{A: &at, B: sql.NullTime{Time: at, Valid: true}, C: sql.Null[time.Time]{V: at, Valid: true}, D: pgtype.Timestamptz{Time: at, Valid: true}, E: models.NewNull(at)}
		}
		matrixWith(t, []*mMoment{{}, of(at), of(old), of(time.Date(-4000, 1, 1, 0, 0, 0, 0, time.UTC)), of(time.Date(9999, 12, 31, 23, 59, 59, 999999000, time.UTC))}, []*mMoment{of(time.Unix(1<<60, 0))})
		matrixOf(t, &mInfinite{}, &mInfinite{A: pgtype.Timestamptz{InfinityModifier: pgtype.Infinity, Valid: true}}, &mInfinite{A: pgtype.Timestamptz{InfinityModifier: pgtype.NegativeInfinity, Valid: true}})
	})
	cells("timestamp", func(t *testing.T) {
		of := func(at time.Time) *mWall {
			return &mWall{A: &at, B: sql.NullTime{Time: at, Valid: true}, D: pgtype.Timestamp{Time: at, Valid: true}}
		}
		matrixWith(t, []*mWall{{}, of(at), of(old)}, []*mWall{of(time.Unix(1<<60, 0))})
	})
	cells("date", func(t *testing.T) {
		of := func(at time.Time) *mDay {
			return &mDay{A: &at, B: sql.NullTime{Time: at, Valid: true}, D: pgtype.Date{Time: at, Valid: true}, E: models.NewNull(at)}
		}
		matrixWith(t, []*mDay{{}, of(old), of(time.Date(2026, 2, 28, 0, 0, 0, 0, time.UTC)), of(time.Date(2026, 2, 28, 0, 30, 0, 0, east))}, []*mDay{of(time.Unix(1<<60, 0))})
	})
	cells("interval", func(t *testing.T) {
		of := func(d time.Duration) *mInterval {
			return &mInterval{A: &d, B: pgtype.Interval{Microseconds: d.Microseconds(), Valid: true}}
		}
		matrixOf(t, &mInterval{}, of(0), of(36*time.Hour), of(-time.Microsecond), of(math.MaxInt64/1000*1000))
		matrixOf(t, &mMonths{}, &mMonths{A: pgtype.Interval{Months: 14, Days: -3, Microseconds: 5, Valid: true}})
	})
	cells("time", func(t *testing.T) {
		of := func(text string, d time.Duration) *mClock {
			return &mClock{A: &text, B: pgtype.Time{Microseconds: d.Microseconds(), Valid: true}}
		}
		matrixWith(t, []*mClock{{}, of("00:00:00", 0), of("23:59:59.000001", 24*time.Hour-time.Second+time.Microsecond)}, []*mClock{&mClock{A: p("25:00")}})
	})
	cells("jsonb", func(t *testing.T) {
		matrixOf(t, &mJSON{}, &mJSON{A: json.RawMessage(`{"a": 1}`), B: p(`{"a":1}`), C: map[string]any{"a": 1}, D: p(models.NewJSON(map[string]any{"a": 1}))}, &mJSON{A: json.RawMessage(`{}`), B: p("{}"), C: map[string]any{}, D: &models.JSON[map[string]any]{}})
		matrixOf(t, &mPlainJSON{}, &mPlainJSON{A: json.RawMessage(`{"a":1}`), B: p(`{"a":1}`), C: p(models.NewJSON[any](map[string]any{"a": 1}))}, &mPlainJSON{A: json.RawMessage(`[1]`), B: p("[1]"), C: p(models.NewJSON[any]([]int{1}))})
	})
	cells("arrays", func(t *testing.T) {
		texts := func(list ...string) *mTexts {
			r := &mTexts{A: list, B: mList(list), C: []mWord{}, D: []*string{}, E: list}
			for _, s := range list {
				r.C, r.D = append(r.C, mWord(s)), append(r.D, &s)
			}
			return r
		}
		matrixOf(t, &mTexts{}, texts([]string{}...), texts("a", "", "NULL", `q"\,{}`), &mTexts{A: []string{}, B: mList{}, C: []mWord{}, D: []*string{}, E: models.Array[string]{}})
		matrixWith(t, []*mInts{{}, &mInts{A: []int32{}, B: []int64{}, C: []mLevel{}, D: []int{}, E: models.Array[int32]{}}, &mInts{A: []int32{1, -2}, B: []int64{1, -2}, C: []mLevel{1, -2}, D: []int{1, -2}, E: models.Array[int32]{1, -2}}}, []*mInts{&mInts{B: []int64{1 << 40}}})
		matrixOf(t, &mGrid{}, &mGrid{A: [][]int64{{1, 2}, {3, 4}}, B: models.Array[[]int64]{{1, 2}, {3, 4}}}, &mGrid{A: [][]int64{}, B: models.Array[[]int64]{}})
		matrixWith(t, []*mTimes{{}, &mTimes{A: []time.Time{at, old}, B: []pgtype.Timestamptz{{Time: at, Valid: true}, {Time: old, Valid: true}}}}, []*mTimes{&mTimes{A: []time.Time{time.Unix(1<<60, 0)}}})
		matrixOf(t, &mWalls{}, &mWalls{A: []time.Time{at, old}})
		matrixOf(t, &mDayList{}, &mDayList{A: []time.Time{old, at}}, &mDayList{A: []time.Time{}})
		matrixOf(t, &mFlags{}, &mFlags{A: []bool{true, false}}, &mFlags{A: []bool{}})
		matrixOf(t, &mBlobs{}, &mBlobs{A: [][]byte{{0, 255}, {}}}, &mBlobs{A: [][]byte{}})
		matrixOf(t, &mDecimals{}, &mDecimals{A: []decimal.Decimal{decimal.RequireFromString("1.50"), decimal.Zero}})
		matrixOf(t, &mUUIDs{}, &mUUIDs{A: []uuid.UUID{uuid.Nil, uuid.Max}})
	})
	cells("inet", func(t *testing.T) {
		matrixOf(t, &mInet{}, &mInet{A: p(netip.MustParsePrefix("10.0.0.0/8")), B: p("10.0.0.0/8")}, &mInet{A: p(netip.MustParsePrefix("::1/128")), B: p("::1")})
		matrixOf(t, &mHost{}, &mHost{A: p(netip.MustParseAddr("10.0.0.1")), B: p("10.0.0.1")}, &mHost{A: p(netip.MustParseAddr("::1")), B: p("::1")})
		matrixOf(t, &mNet{}, &mNet{A: p(netip.MustParsePrefix("10.1.0.0/16")), B: p("10.1.0.0/16")})
		matrixOf(t, &mMAC{}, &mMAC{A: p(net.HardwareAddr{8, 0, 0x2b, 1, 2, 3}), B: p("08:00:2b:01:02:03")})
	})
	cells("ranges", func(t *testing.T) {
		matrixOf(t, &mRange{}, &mRange{
			A: pgtype.Range[pgtype.Int4]{Lower: pgtype.Int4{Int32: 1, Valid: true}, Upper: pgtype.Int4{Int32: 5, Valid: true}, LowerType: pgtype.Inclusive, UpperType: pgtype.Exclusive, Valid: true},
			B: p("[1,5)"), C: models.NewRange[int32](1, 5),
		}, &mRange{A: pgtype.Range[pgtype.Int4]{LowerType: pgtype.Empty, UpperType: pgtype.Empty, Valid: true}, B: p("empty"), C: models.EmptyRange[int32]()}, &mRange{
			A: pgtype.Range[pgtype.Int4]{Lower: pgtype.Int4{Int32: 7, Valid: true}, LowerType: pgtype.Inclusive, UpperType: pgtype.Unbounded, Valid: true}, B: p("[7,)"), C: models.RangeFrom[int32](7),
		})
		number := func(text string) (n pgtype.Numeric) {
			require.NoError(t, n.Scan(text))
			return n
		}
		matrixOf(t, &mNumbers{}, &mNumbers{A: pgtype.Range[pgtype.Numeric]{Lower: number("0.5"), Upper: number("2"), LowerType: pgtype.Exclusive, UpperType: pgtype.Inclusive, Valid: true}, B: p("(0.5,2]"), C: models.Range[decimal.Decimal]{Lower: p(decimal.RequireFromString("0.5")), Upper: p(decimal.New(2, 0)), LowerOut: true, UpperIn: true, Valid: true}})
		day := func(d int) pgtype.Date {
			return pgtype.Date{Time: time.Date(2026, 2, d, 0, 0, 0, 0, time.UTC), Valid: true}
		}
		matrixOf(t, &mWeeks{}, &mWeeks{A: pgtype.Range[pgtype.Date]{Lower: day(1), Upper: day(8), LowerType: pgtype.Inclusive, UpperType: pgtype.Exclusive, Valid: true}, B: p("[2026-02-01,2026-02-08)"), C: models.NewRange(day(1).Time, day(8).Time)})
		type spans = pgtype.Multirange[pgtype.Range[pgtype.Int4]]
		span := func(lo, hi int32) pgtype.Range[pgtype.Int4] {
			return pgtype.Range[pgtype.Int4]{Lower: pgtype.Int4{Int32: lo, Valid: true}, Upper: pgtype.Int4{Int32: hi, Valid: true}, LowerType: pgtype.Inclusive, UpperType: pgtype.Exclusive, Valid: true}
		}
		matrixOf(t, &mMulti{}, &mMulti{A: p("{[1,3),[5,9)}"), B: spans{span(1, 3), span(5, 9)}}, &mMulti{A: p("{}"), B: spans{}})
		matrixOf(t, &mSpanOfTime{}, &mSpanOfTime{A: pgtype.Range[pgtype.Timestamptz]{Lower: pgtype.Timestamptz{Time: at, Valid: true}, LowerType: pgtype.Inclusive, UpperType: pgtype.Unbounded, Valid: true}, B: models.RangeFrom(at)})
	})
	cells("extensions", func(t *testing.T) {
		matrixOf(t, &mHStore{}, &mHStore{A: pgtype.Hstore{}, B: models.HStore{}}, &mHStore{A: pgtype.Hstore{"a": p("b"), `q"=>\`: nil}, B: models.HStore{"a": p("b"), `q"=>\`: nil}})
		matrixOf(t, &mCitext{}, &mCitext{A: p("Ann"), B: p(mWord("Ann"))}, &mCitext{A: p(""), B: p(mWord(""))})
	})
	cells("bit and money", func(t *testing.T) {
		matrixWith(t, []*mBit{{}, &mBit{A: p("101")}}, []*mBit{&mBit{A: p("1011")}})
		matrixOf(t, &mMoney{}, &mMoney{A: p("$12.50")})
	})
	cells("types of the application", func(t *testing.T) {
		matrixWith(t, []*mEnum{{}, &mEnum{A: p("Glad"), B: p(mWord("Glad"))}, &mEnum{A: p(`a"b`), B: p(mWord(`a"b`))}}, []*mEnum{&mEnum{A: p("none")}})
		matrixOf(t, &mEnums{}, &mEnums{A: []string{"Glad", "so, so"}, B: []mWord{"Glad", "so, so"}}, &mEnums{A: []string{}, B: []mWord{}})
		matrixWith(t, []*mDomain{{}, &mDomain{A: p("012"), B: p(mWord("012"))}}, []*mDomain{&mDomain{A: p("x")}})
		matrixWith(t, []*mIntDomain{{}, &mIntDomain{A: p(int64(5)), B: p(5)}}, []*mIntDomain{&mIntDomain{A: p(int64(-5))}})
		matrixOf(t, &mComposite{}, &mComposite{A: &mCash{1, "EUR"}, B: p("(1,EUR)")})
	})
}

// mCash is the composite type cash.
type mCash struct {
	Amount int
	Unit   string
}

// Value implements driver.Valuer.
func (c mCash) Value() (driver.Value, error) { return fmt.Sprintf("(%d,%s)", c.Amount, c.Unit), nil }

// Scan implements sql.Scanner.
func (c *mCash) Scan(v any) error {
	s, ok := v.(string)
	if !ok {
		return fmt.Errorf("cash from %T", v)
	}
	n, unit, _ := strings.Cut(strings.Trim(s, "()"), ",")
	c.Unit = unit
	_, err := fmt.Sscan(n, &c.Amount)
	return err
}
