package valuematrix_test

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
	"gorm.io/gorm/schema"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/migrate"
	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
)

// matrixModels are the models of TestValueMatrix. The first table of
// docs/field-types.md is made of them.
var matrixModels = []any{
	&mSmall{}, &mInt{}, &mBig{}, &mReal{}, &mDouble{}, &mNumeric{}, &mMoney{}, &mText{}, &mVarchar{}, &mCitext{}, &mBool{}, &mUUID{}, &mBytes{}, &mBit{},
	&mMoment{}, &mInfinite{}, &mWall{}, &mDay{}, &mClock{}, &mInterval{}, &mMonths{}, &mJSON{}, &mPlainJSON{}, &mHStore{}, &mInet{}, &mHost{}, &mNet{}, &mMAC{},
	&mRange{}, &mNumbers{}, &mWeeks{}, &mSpanOfTime{}, &mMulti{}, &mTexts{}, &mInts{}, &mGrid{}, &mTimes{}, &mWalls{}, &mDayList{}, &mFlags{}, &mBlobs{}, &mDecimals{}, &mUUIDs{},
	&mEnum{}, &mEnums{}, &mDomain{}, &mIntDomain{}, &mComposite{},
}

// matrixTypes are the statements that create the types of matrixModels.
func matrixTypes() (statements []string) {
	for _, m := range matrixModels {
		if p, ok := m.(interface{ prepare() string }); ok && !slices.Contains(statements, p.prepare()) {
			statements = append(statements, p.prepare())
		}
	}
	return statements
}

// pageTable returns the cells of the table on docs/field-types.md whose head
// begins with a name.
func pageTable(t *testing.T, head string) (rows [][]string) {
	t.Helper()
	page, err := os.ReadFile("../../docs/field-types.md")
	require.NoError(t, err)
	_, table, found := strings.Cut(string(page), "\n| "+head+" |")
	require.True(t, found, head)
	for _, line := range strings.Split(table, "\n")[2:] {
		if !strings.HasPrefix(line, "|") {
			break
		}
		cells := strings.Split(strings.Trim(line, "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		rows = append(rows, cells)
	}
	require.NotEmpty(t, rows)
	return rows
}

// quoted returns what stands between backquotes.
func quoted(cell string) (names []string) {
	for _, m := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(cell, -1) {
		names = append(names, m[1])
	}
	return names
}

// goType returns a type as the page names it. The types of this package stand
// for those of an application.
func goType(t reflect.Type) string {
	name := regexp.MustCompile(`[\w./-]+/`).ReplaceAllString(t.String(), "")
	return strings.NewReplacer("valuematrix_test.m", "", "interface {}", "any", "[]uint8", "[]byte").Replace(name)
}

// madeTypes returns the types of a table's columns by the names of the columns.
func madeTypes(t *testing.T, db *gorm.DB, model any) map[string]string {
	t.Helper()
	stmt := &gorm.Statement{DB: db}
	require.NoError(t, stmt.Parse(model))
	var rows []struct{ Name, Type string }
	require.NoError(t, db.Raw("SELECT attname AS name, format_type(atttypid, atttypmod) AS type FROM pg_attribute WHERE attnum > 0 AND attrelid = ?::regclass", stmt.Schema.Table).Scan(&rows).Error)
	made := map[string]string{}
	for _, r := range rows {
		made[r.Name] = r.Type
	}
	return made
}

// docRow is a row of the first table.
type docRow struct {
	goTypes []string
	column  string
	lookups []string
}

// The first table of docs/field-types.md has each tag of the matrix, with the
// Go types that TestValueMatrix writes, finds and reads, the column that Auto
// makes and the column's lookups.
func TestFieldTypesPage(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("matrix_test.go")
	require.NoError(t, err)
	ran := map[string]bool{}
	for _, m := range regexp.MustCompile(`matrix(?:Of|With)\(t, (?:\[\]\*|&)(m\w+)\{`).FindAllStringSubmatch(string(source), -1) {
		ran[m[1]] = true
	}
	var listed []string
	db := openTypes(t, matrixTypes(), gormango.Config{}, &untagged{})
	want := map[string]*docRow{}
	for _, m := range matrixModels {
		_, err := migrate.Auto(t.Context(), db, m)
		require.NoError(t, err)
		typ, made := reflect.TypeOf(m).Elem(), madeTypes(t, db, m)
		require.NoError(t, db.Migrator().DropTable(m)) // some have the same name
		listed = append(listed, typ.Name())
		for i := 1; i < typ.NumField(); i++ {
			f := typ.Field(i)
			tag := f.Tag.Get("gorm")
			row := want[tag]
			if row == nil {
				row = &docRow{column: made[strings.ToLower(f.Name)]}
				of := lookup.TypeOf(schema.ParseTagSetting(tag, ";")["TYPE"])
				row.lookups = lookup.Choices(of)
				want[tag] = row
			}
			if name := goType(f.Type); !slices.Contains(row.goTypes, name) {
				row.goTypes = append(row.goTypes, name)
			}
		}
	}
	require.ElementsMatch(t, slices.Collect(maps.Keys(ran)), listed, "the models that TestValueMatrix runs, and matrixModels")

	groups := map[string][]string{}
	for _, cells := range pageTable(t, "values") {
		groups[cells[0]] = quoted(cells[1])
	}
	seen := map[string]bool{}
	for _, cells := range pageTable(t, "tag") {
		tag := quoted(cells[0])[0]
		row := want[tag]
		if row == nil || seen[tag] {
			t.Errorf("%s stands on the page, and not in the matrix, or twice", tag)
			continue
		}
		seen[tag] = true
		if got := quoted(cells[1]); !reflect.DeepEqual(got, row.goTypes) {
			t.Errorf("%s: the page has %q, the matrix `%s`", tag, got, strings.Join(row.goTypes, "` `"))
		}
		if got := quoted(cells[2]); len(got) != 1 || got[0] != row.column {
			t.Errorf("%s: the page says that Auto makes %q, it makes %s", tag, got, row.column)
		}
		own, ok := groups[cells[3]]
		if !ok && cells[3] != "" {
			t.Errorf("%s: no row of the second table is %q", tag, cells[3])
		}
		has := slices.Concat(groups["all"], own)
		slices.Sort(has)
		if !reflect.DeepEqual(slices.Compact(has), row.lookups) {
			t.Errorf("%s: the page has the lookups %v, there are %v", tag, has, row.lookups)
		}
	}
	for _, tag := range slices.Sorted(maps.Keys(want)) {
		if !seen[tag] {
			t.Errorf("the page lacks | `%s` | `%s` | `%s` | %v", tag, strings.Join(want[tag].goTypes, "` `"), want[tag].column, want[tag].lookups)
		}
	}
}

type untagged struct {
	models.AutoKey
	Bool     bool
	Int8     int8
	Int16    int16
	Uint8    uint8
	Int32    int32
	Uint16   uint16
	Int      int
	Int64    int64
	Uint32   uint32
	Uint64   uint64
	Duration time.Duration
	Null64   sql.NullInt64
	Float32  float32
	Float64  float64
	Text     string
	NullText sql.NullString
	Bytes    []byte
	At       time.Time
	NullAt   sql.NullTime
	Decimal  decimal.Decimal
	UUID     uuid.UUID
	Nullable models.Null[int64]
	JSON     models.JSON[map[string]int]
	Texts    models.Array[string]
	Grid     models.Array[[]int64]
	UUIDs    models.Array[uuid.UUID]
	Numbers  models.Range[int]
	Prices   models.Range[decimal.Decimal]
	Times    models.Range[time.Time]
	Search   models.SearchVector
	Email    models.Email
	URL      models.URL
	Path     models.FilePath
	Slug     models.Slug
}

// The table of types without a tag is what Auto makes.
func TestFieldTypesWithoutTag(t *testing.T) {
	t.Parallel()
	db := openTypes(t, nil, gormango.Config{}, &untagged{})
	made, typ := madeTypes(t, db, &untagged{}), reflect.TypeFor[untagged]()
	stmt := &gorm.Statement{DB: db}
	require.NoError(t, stmt.Parse(&untagged{}))
	want := map[string][]string{}
	for i := 1; i < typ.NumField(); i++ {
		column := made[stmt.Schema.LookUpField(typ.Field(i).Name).DBName]
		want[column] = append(want[column], goType(typ.Field(i).Type))
	}
	got := map[string][]string{}
	for _, cells := range pageTable(t, "Go types without a tag") {
		got[quoted(cells[1])[0]] = quoted(cells[0])
	}
	require.Equal(t, want, got)
}

type plainFields struct {
	models.AutoKey
	Code   int             `gorm:"not null"`
	Small  int16           `gorm:"type:smallint"`
	Ratio  float64         `gorm:"type:double precision"`
	Price  decimal.Decimal `gorm:"type:numeric(20,4)"`
	Text   string          `gorm:"type:text"`
	Flag   bool            `gorm:"type:boolean"`
	UUID   uuid.UUID       `gorm:"type:uuid"`
	At     time.Time       `gorm:"type:timestamptz"`
	Wall   time.Time       `gorm:"type:timestamp"`
	Day    time.Time       `gorm:"type:date"`
	Took   time.Duration   `gorm:"type:interval"`
	Clock  string          `gorm:"type:time"`
	Tags   []string        `gorm:"type:text[]"`
	Data   map[string]int  `gorm:"type:jsonb;serializer:json"`
	Doc    string          `gorm:"type:jsonb"`
	Months pgtype.Interval `gorm:"type:interval"`

	Seats pgtype.Range[pgtype.Int4] `gorm:"type:int4range"`

	Any any `gorm:"type:jsonb;serializer:json"`
}

func newPlainFields() *plainFields {
	at := time.Date(2026, 3, 1, 0, 30, 0, 123456789, time.FixedZone("", 2*3600))
	return &plainFields{Small: 5, Ratio: 0.5, Price: decimal.RequireFromString("1.00005"), Text: "a", Flag: true, UUID: uuid.Max, At: at, Wall: at, Day: at,
		Took: time.Second + 1999, Clock: "10:30:05.25", Tags: []string{"x"}, Data: map[string]int{"a": 1}, Doc: `{"a": 1}`}
}

// A field without a pointer is written as it is, and NULL is read as its zero
// value. What PostgreSQL cannot hold is cut or rounded as docs/field-types.md
// says.
func TestFieldTypesWithoutPointers(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	db := openTypes(t, nil, gormango.Config{}, &plainFields{})
	r := repo.New[plainFields](db)
	for code, create := range []func(*plainFields) error{
		func(o *plainFields) error { return r.Create(ctx, o) },
		func(o *plainFields) error { return r.BulkCreate(ctx, []*plainFields{o}) },
		func(o *plainFields) error { return r.BulkCreate(ctx, []*plainFields{o}, repo.UseCopy()) },
	} {
		o := newPlainFields()
		o.Code = code
		require.NoError(t, create(o))
		var shown []string
		require.NoError(t, db.Raw("SELECT unnest(ARRAY[price::text, to_char(at, 'YYYY-MM-DD HH24:MI:SS.US'), to_char(wall, 'YYYY-MM-DD HH24:MI:SS.US'), day::text, took::text, clock::text, doc->>'a', tags::text]) FROM plain_fields WHERE code = ?", code).Scan(&shown).Error)
		require.Equal(t, []string{"1.0001", "2026-02-28 22:30:00.123456", "2026-02-28 22:30:00.123456", "2026-03-01", "00:00:01.000001", "10:30:05.25", "1", "{x}"}, shown, code)
		got, err := r.Filter("code", code).Get(ctx)
		require.NoError(t, err)
		require.True(t, got.At.Equal(o.At) && got.Wall.Equal(o.Wall), code)
		require.Zero(t, o.At.Nanosecond()%1000, "the object has what the row has")
		require.Equal(t, time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), got.Day.UTC(), code)
	}
	require.NoError(t, db.Exec("UPDATE plain_fields SET small = NULL, ratio = NULL, price = NULL, text = NULL, flag = NULL, uuid = NULL, at = NULL, wall = NULL, day = NULL, took = NULL, clock = NULL, tags = NULL, data = NULL, doc = NULL WHERE code = 0").Error)
	got, err := r.Filter("code", 0).Get(ctx)
	require.NoError(t, err)
	got.ID = 0
	require.Equal(t, &plainFields{}, got)

	// A zero value is written, and is not NULL, but a nil slice is.
	require.NoError(t, r.Create(ctx, &plainFields{Code: 9, Clock: "00:00", Doc: "{}"}))
	n, err := r.Filter("code", 9).Filter("small", 0).Filter("ratio", 0).Filter("price", 0).Filter("text", "").Filter("flag", false).Filter("uuid", uuid.Nil).
		Filter("at", time.Time{}).Filter("wall", time.Time{}).Filter("day", time.Time{}).Filter("took", time.Duration(0)).Filter("tags__isnull", true).Count(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
	for q, rows := range map[repo.Lookup[plainFields]]int64{"tags__contains": 2, "tags__contained_by": 0, "tags__overlap": 0, "tags": 2} {
		n, err := r.Filter(q, []string(nil)).Count(ctx)
		require.NoError(t, err, q)
		require.Equal(t, rows, n, q)
	}
	n, err = r.Filter("tags__overlap", []string{}).Count(ctx)
	require.NoError(t, err)
	require.Zero(t, n)
	n, err = r.Exclude("tags__overlap", []string(nil)).Count(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 4, n)
}

// The Go of docs/field-types.md stands in this file, and each of its queries
// finds the row.
func TestFieldTypesExamples(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := repo.New[plainFields](openTypes(t, nil, gormango.Config{}, &plainFields{}))
	o := newPlainFields()
	require.NoError(t, r.Create(ctx, o))
	n, err := r.AllRows().Update(ctx, r.Set("seats", []any{1, 5}), r.Set("took", 90*time.Second), r.Set("price", "0.99"))
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
	for i, qs := range []*repo.QuerySet[plainFields]{
		r.Filter("small__range", []int{1, 9}),
		r.Filter("price__lte", "0.99"),
		r.Filter("text__in", []string{"a", "b"}),
		r.Filter("uuid", "ffffffff-ffff-ffff-ffff-ffffffffffff"),
		r.Filter("at__year", 2026).Filter("at__date__lt", o.At.AddDate(0, 0, 1)),
		r.Filter("wall", o.Wall.In(time.Local)),
		r.Filter("day__week_day", 1), // Sunday
		r.Filter("clock__hour", 10).Filter("clock__lt", "12:00"),
		r.Filter("took__gt", time.Minute),
		r.Filter("data__a__gte", 1).Filter("data__has_key", "a"),
		r.Filter("doc__contains", map[string]any{"a": 1}),
		r.Filter("tags__contains", []string{"x"}).Filter("tags__0", "x").Filter("tags__len", 1),
		r.Filter("seats__contains", 4).Filter("seats__overlap", []any{4, nil}),
	} {
		n, err := qs.Count(ctx)
		require.NoError(t, err, i)
		require.EqualValues(t, 1, n, i)
	}
	lines := map[string]bool{}
	for _, name := range []string{"page_test.go", "owntypes_test.go"} {
		source, err := os.ReadFile(name)
		require.NoError(t, err)
		for _, line := range strings.Split(string(source), "\n") {
			lines[strings.Join(strings.Fields(line), " ")] = true
		}
	}
	page, err := os.ReadFile("../../docs/field-types.md")
	require.NoError(t, err)
	blocks := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(string(page), -1)
	require.NotEmpty(t, blocks)
	for _, block := range blocks {
		for _, line := range strings.Split(strings.TrimSpace(block[1]), "\n") {
			if !lines[strings.Join(strings.Fields(line), " ")] {
				t.Errorf("the page has %s, which does not run here", line)
			}
		}
	}
}

// An integer that the column cannot hold is refused before anything is sent, a
// comparison with it is answered without a row.
func TestFieldTypesOutOfRange(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := repo.New[mSmall](openTypes(t, nil, gormango.Config{}, &mSmall{}))
	var bad *gormango.DataError
	require.ErrorAs(t, r.Create(ctx, &mSmall{B: p(int64(40_000))}), &bad)
	require.Equal(t, "22003", bad.Code)
	require.NotContains(t, bad.Error(), "40000")
	require.NoError(t, r.Create(ctx, &mSmall{B: p(int64(5))}))
	n, err := r.Filter("b__lt", 40_000).Count(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
	n, err = r.Filter("b", 40_000).Count(ctx)
	require.NoError(t, err)
	require.Zero(t, n)
}

// A month of an interval is 30 days and a year 365 where Go has a Duration.
// What a Duration cannot hold is an error that names the type that can.
func TestFieldTypesIntervals(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	db := openTypes(t, nil, gormango.Config{}, &plainFields{})
	r := repo.New[plainFields](db)
	o := newPlainFields()
	o.Months = pgtype.Interval{Months: 14, Days: 3, Microseconds: 5, Valid: true}
	require.NoError(t, r.Create(ctx, o))
	require.NoError(t, db.Exec("UPDATE plain_fields SET took = months").Error)
	got, err := r.Get(ctx)
	require.NoError(t, err)
	require.Equal(t, o.Months, got.Months)
	require.Equal(t, (365+60+3)*24*time.Hour+5*time.Microsecond, got.Took)
	require.NoError(t, db.Exec("UPDATE plain_fields SET took = '300 years'").Error)
	_, err = r.Get(ctx)
	require.ErrorContains(t, err, "pgtype.Interval")
}

// A text for a jsonb column is JSON where the field is a text, and else a text
// of JSON; bytes are JSON.
func TestFieldTypesJSONText(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := repo.New[plainFields](openTypes(t, nil, gormango.Config{}, &plainFields{}))
	o := newPlainFields()
	require.NoError(t, r.Create(ctx, o))
	count := func(lookup repo.Lookup[plainFields], v any) int64 {
		n, err := r.Filter(lookup, v).Count(ctx)
		require.NoError(t, err)
		return n
	}
	require.EqualValues(t, 1, count("doc", `{"a":1}`))
	require.EqualValues(t, 1, count("doc", []byte(`{"a":1}`)))
	require.EqualValues(t, 1, count("doc", map[string]int{"a": 1}))
	require.EqualValues(t, 1, count("doc__a", 1))
	require.EqualValues(t, 1, count("data__a", 1))
	_, err := r.AllRows().Update(ctx, r.Set("any", "5"))
	require.NoError(t, err)
	got, err := r.Get(ctx)
	require.NoError(t, err)
	require.Equal(t, "5", got.Any)
}

type madeByDatabase struct {
	models.AutoKey
	Price int
	Count int
	Total int       `gorm:"->;generated:price * count"`
	Rank  int       `gorm:"default:7"`
	At    time.Time `gorm:"default:now()"`
}

// A generated column is never written, and read after each write of the
// object. A default applies where the call names the column, one that is a
// function to each zero value.
func TestFieldTypesGenerated(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := repo.New[madeByDatabase](openTypes(t, nil, gormango.Config{}, &madeByDatabase{}))
	o := &madeByDatabase{Price: 3, Count: 4, Total: 99}
	require.NoError(t, r.Create(ctx, o))
	require.Equal(t, 12, o.Total)
	o.Count = 5
	require.NoError(t, r.Save(ctx, o))
	require.Equal(t, 15, o.Total)
	require.Zero(t, o.Rank)
	require.False(t, o.At.IsZero())
	list := []*madeByDatabase{{Price: 2, Count: 2}}
	require.NoError(t, r.Defaults("rank").BulkCreate(ctx, list))
	require.Equal(t, 4, list[0].Total)
	n, err := r.Filter("total__lt", 10).Filter("rank", 7).Count(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
	_, err = r.AllRows().Update(ctx, r.Set("total", 1))
	require.ErrorContains(t, err, "computed by the database")
}

type sealedKey struct{}

// sealed is a serializer that looks at the context and the object.
type sealed struct{}

// Scan implements schema.SerializerInterface.
func (sealed) Scan(ctx context.Context, f *schema.Field, dst reflect.Value, v any) error {
	text, _ := v.(string)
	_, text, _ = strings.Cut(text, ":")
	return f.Set(ctx, dst, text)
}

// Value implements schema.SerializerInterface.
func (sealed) Value(ctx context.Context, f *schema.Field, dst reflect.Value, v any) (any, error) {
	owner := dst.FieldByName("Owner").String()
	if seen, ok := ctx.Value(sealedKey{}).(*[]string); ok {
		*seen = append(*seen, owner)
	}
	return fmt.Sprintf("sealed:%s", v), nil
}

func init() { schema.RegisterSerializer("fieldtypes", sealed{}) }

type sealedNote struct {
	models.AutoKey
	Owner string
	Note  string `gorm:"type:text;serializer:fieldtypes"`
}

// A serializer runs when the query ends, with the context of that call. Create
// passes the object, Filter and Set an empty one.
func TestFieldTypesSerializers(t *testing.T) {
	t.Parallel()
	var seen []string
	ctx := context.WithValue(t.Context(), sealedKey{}, &seen)
	r := repo.New[sealedNote](openTypes(t, nil, gormango.Config{}, &sealedNote{}))
	require.NoError(t, r.Create(ctx, &sealedNote{Owner: "Ann", Note: "a"}))
	require.NotEmpty(t, seen)
	require.Equal(t, "Ann", seen[0])
	seen = nil
	chain := r.Filter("note", "a")
	set := r.Set("note", "b")
	require.Empty(t, seen)
	n, err := chain.Update(ctx, set)
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
	require.Equal(t, []string{"", ""}, seen)
	got, err := r.Filter("note__in", []string{"b", "c"}).Get(ctx)
	require.NoError(t, err)
	require.Equal(t, "b", got.Note)
}
