package valuematrix_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgtype"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
	"gorm.io/gorm/schema"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/migrate"
	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repotest"
)

// openTypes returns a new database after statements, with the tables of models
// as Auto creates them.
func openTypes(t *testing.T, before []string, cfg gormango.Config, models ...any) *gorm.DB {
	t.Helper()
	ctx := t.Context()
	cfg.URL, cfg.Models = repotest.URL(t), models
	set := cfg.GORM
	cfg.GORM = func(c *gorm.Config) {
		c.Logger = logger.Discard
		if set != nil {
			set(c)
		}
	}
	db, err := gormango.Open(ctx, cfg)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, gormango.Close(db)) })
	for _, s := range before {
		require.NoError(t, db.Exec(s).Error, s)
	}
	_, err = migrate.Auto(ctx, db)
	require.NoError(t, err)
	rep, err := migrate.Auto(ctx, db)
	require.NoError(t, err)
	require.Empty(t, rep.Statements)
	return db
}

type namedTypes struct {
	models.AutoKey
	Code   int      `gorm:"uniqueIndex"`
	Status string   `gorm:"type:\"OrderStatus\""`
	Log    []string `gorm:"type:\"OrderStatus\"[]"`
	Mood   string   `gorm:"type:\"My Shop\".\"Mood Type\""`
	Moods  []string `gorm:"type:\"My Shop\".\"Mood Type\"[]"`
	Plain  string   `gorm:"type:low.mood"`
	Sorted string   `gorm:"type:varchar(10) COLLATE \"C\""`
	Vary   string   `gorm:"type:character varying(5)"`
	Bits   string   `gorm:"type:bit varying(5)"`
	Email  string   `gorm:"type:\"E-Mail\""`
	Upper  string   `gorm:"type:VARCHAR(8) NOT NULL"`
	Note   *string  `gorm:"type:Text Collate \"C\" default 'x y'"`
}

var typeStatements = []string{
	`CREATE SCHEMA "My Shop"`, `CREATE SCHEMA low`,
	`CREATE TYPE "OrderStatus" AS ENUM ('New', 'Paid', 'Sent')`,
	`CREATE TYPE "My Shop"."Mood Type" AS ENUM ('Sad', 'ok')`,
	`CREATE TYPE low.mood AS ENUM ('a', 'b')`,
	`CREATE DOMAIN "E-Mail" AS text CHECK (VALUE LIKE '%@%')`,
}

func newNamed(code int) *namedTypes {
	return &namedTypes{Code: code, Status: "New", Log: []string{"New", "Paid"}, Mood: "Sad", Moods: []string{"ok", "Sad"}, Plain: "a", Sorted: "s", Vary: "v", Bits: "101",
		Email: "a@b", Upper: "u", Note: p("x y")}
}

// Every way to write and to find a row takes columns whose types have names
// with capitals, quotes, blanks, schemas, lengths and collations.
func TestNamesOfTypes(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := repo.New[namedTypes](openTypes(t, typeStatements, gormango.Config{}, &namedTypes{}))
	all := []repo.Name[namedTypes]{"status", "log", "mood", "moods", "plain", "sorted", "vary", "bits", "email", "upper", "note"}

	require.NoError(t, r.Create(ctx, newNamed(1)), "Create")
	require.NoError(t, r.BulkCreate(ctx, []*namedTypes{newNamed(2), newNamed(3)}), "BulkCreate")
	require.NoError(t, r.BulkCreate(ctx, []*namedTypes{newNamed(4), newNamed(5)}, repo.UseCopy()), "COPY")
	require.NoError(t, r.OnConflict("code").Update(all[0], all[1:]...).BulkCreate(ctx, []*namedTypes{newNamed(5), newNamed(6)}), "upsert")
	objs, err := r.OrderBy("code").All(ctx)
	require.NoError(t, err)
	require.Len(t, objs, 6)
	for _, o := range objs {
		want := newNamed(o.Code)
		want.ID = o.ID
		require.Equal(t, want, o)
		o.Status, o.Mood = "Paid", "ok"
	}
	for _, c := range all {
		_, err = r.BulkUpdate(ctx, objs, "status", "mood", c)
		require.NoError(t, err, "BulkUpdate %s", c)
	}
	require.NoError(t, r.Save(ctx, objs[0]), "Save")

	for name, v := range map[repo.Name[namedTypes]]any{"status": "Paid", "log": []string{"New", "Paid"}, "mood": "ok", "moods": []string{"ok", "Sad"}, "plain": "a",
		"sorted": "s", "vary": "v", "bits": "101", "email": "a@b", "upper": "u", "note": "x y"} {
		lookup := repo.Lookup[namedTypes](name)
		n, err := r.Filter(lookup, v).Count(ctx)
		require.NoError(t, err, name)
		require.EqualValues(t, 6, n, name)
		n, err = r.Filter(lookup+"__in", []any{v}).Count(ctx)
		require.NoError(t, err, "%s in", name)
		require.EqualValues(t, 6, n, name)
		n, err = r.Filter("code__gt", 0).Update(ctx, r.Set(name, v))
		require.NoError(t, err, "Set %s", name)
		require.EqualValues(t, 6, n, name)
		_, err = r.By(name, "code").GetOrCreate(ctx, objs[1])
		require.NoError(t, err, "By %s", name)
		_, err = repo.Values[any](ctx, r, name)
		require.NoError(t, err, "Values %s", name)
	}
	n, err := r.Filter("log__contains", []string{"Paid"}).Filter("moods__overlap", []string{"Sad"}).Filter("log__0", "New").Filter("log__len", 2).Count(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 6, n)
}

// Constants beside a column of an enum are of its type.
func TestEnumConstants(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := repo.New[namedTypes](openTypes(t, typeStatements, gormango.Config{}, &namedTypes{}))
	require.NoError(t, r.Create(ctx, newNamed(1)))
	for name, e := range map[string]repo.Expr{
		"Coalesce":         repo.Coalesce(repo.F("status"), "Sent"),
		"Coalesce, behind": repo.Coalesce("New", repo.F("status")),
		"Case, else":       repo.Case(r.Q("code", 1), repo.F("status")).Else("Sent"),
		"Case, then":       repo.Case(r.Q("code", 2), "Sent").Else(repo.F("status")),
	} {
		got, err := repo.Values[string](ctx, r.Annotate("x", e), "x")
		require.NoError(t, err, name)
		require.Equal(t, []string{"New"}, got, name)
		n, err := r.Annotate("x", e).Filter("x", "New").Count(ctx)
		require.NoError(t, err, name)
		require.EqualValues(t, 1, n, name)
	}
	for name, e := range map[string]any{
		"Case of constants": repo.Case(r.Q("code", 1), "Paid").Else("Sent"),
		"a constant":        repo.Value("Paid"),
		"Coalesce":          repo.Coalesce(repo.Value(nil), "Paid"),
		"within Case":       repo.Case(r.Q("code", 1), repo.Coalesce(repo.Value(nil), "Paid")).Else("Sent"),
	} {
		_, err := r.AllRows().Update(ctx, r.Set("status", "New"))
		require.NoError(t, err)
		n, err := r.AllRows().Update(ctx, r.Set("status", e))
		require.NoError(t, err, name)
		require.EqualValues(t, 1, n, name)
		got, err := repo.Values[string](ctx, r, "status")
		require.NoError(t, err)
		require.Equal(t, []string{"Paid"}, got, name)
	}
	n, err := r.Filter("status", repo.Value("Paid")).Count(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
}

type capitalNames struct {
	ID      int64 `gorm:"primaryKey"`
	Title   string
	Other   *capitalNames
	OtherID *int64
}

// NoLowerCase leaves the names of tables and columns as they are in Go.
func TestNoLowerCase(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	cfg := gormango.Config{GORM: func(c *gorm.Config) { c.NamingStrategy = schema.NamingStrategy{NoLowerCase: true} }}
	r := repo.New[capitalNames](openTypes(t, nil, cfg, &capitalNames{}))
	o := &capitalNames{Title: "a"}
	require.NoError(t, r.Create(ctx, o))
	require.NoError(t, r.Create(ctx, &capitalNames{Title: "b", Other: o}))
	got, err := repo.Values[string](ctx, r.Filter("Other__Title", "a"), "Title")
	require.NoError(t, err)
	require.Equal(t, []string{"b"}, got)
}

// clocks has a time of day in each of the Go types that hold one.
type clocks struct {
	models.AutoKey
	Code int         `gorm:"uniqueIndex"`
	Text string      `gorm:"type:time"`
	Null *string     `gorm:"type:time"`
	At   time.Time   `gorm:"type:time;precision:6"`
	Day  *time.Time  `gorm:"type:TIME"`
	Own  pgtype.Time `gorm:"type:time without time zone"`
}

const clockSpan = 10*time.Hour + 30*time.Minute + 5*time.Second + 250*time.Millisecond

func newClocks(code int) *clocks {
	at := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).Add(clockSpan)
	return &clocks{Code: code, Text: "10:30:05.25", Null: p("10:30:05.25"), At: at, Day: &at, Own: pgtype.Time{Microseconds: clockSpan.Microseconds(), Valid: true}}
}

// type:time is a time of day. Each Go type that a column of it takes is taken by
// every call, and comes back.
func TestTimeOfDay(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	db := openTypes(t, nil, gormango.Config{}, &clocks{})
	r := repo.New[clocks](db)
	all := []repo.Name[clocks]{"text", "null", "at", "day", "own"}
	require.NoError(t, r.Create(ctx, newClocks(1)), "Create")
	require.NoError(t, r.BulkCreate(ctx, []*clocks{newClocks(2), newClocks(3)}), "BulkCreate")
	require.NoError(t, r.BulkCreate(ctx, []*clocks{newClocks(4), newClocks(5)}, repo.UseCopy()), "COPY")
	require.NoError(t, r.OnConflict("code").Update(all[0], all[1:]...).BulkCreate(ctx, []*clocks{newClocks(5), newClocks(6)}), "upsert")
	require.NoError(t, db.Create(newClocks(7)).Error, "GORM")
	check := func() []*clocks {
		objs, err := r.OrderBy("code").All(ctx)
		require.NoError(t, err)
		require.Len(t, objs, 7)
		for _, o := range objs {
			want := newClocks(o.Code)
			want.ID = o.ID
			require.Equal(t, want, o)
		}
		var plain []*clocks
		require.NoError(t, db.Order("code").Find(&plain).Error)
		require.Equal(t, objs, plain)
		return objs
	}
	objs := check()
	_, err := r.BulkUpdate(ctx, objs, all[0], all[1:]...)
	require.NoError(t, err, "BulkUpdate")
	require.NoError(t, r.Save(ctx, objs[0]), "Save")
	check()
	for _, name := range all {
		for _, v := range []any{"10:30:05.25", newClocks(1).At, newClocks(1).Own} {
			lookup := repo.Lookup[clocks](name)
			n, err := r.Filter(lookup, v).Filter(lookup+"__in", []any{v}).Filter(lookup+"__range", []any{v, v}).Filter(lookup+"__gte", v).Filter(lookup+"__hour", 10).Count(ctx)
			require.NoError(t, err, "%s %T", name, v)
			require.EqualValues(t, 7, n, "%s %T", name, v)
			n, err = r.AllRows().Update(ctx, r.Set(name, v))
			require.NoError(t, err, "Set %s %T", name, v)
			require.EqualValues(t, 7, n)
		}
		created, err := r.By(name, "code").GetOrCreate(ctx, newClocks(3))
		require.NoError(t, err, "By %s", name)
		require.False(t, created, "By %s", name)
		_, err = r.Filter(repo.Lookup[clocks](name), 5).Count(ctx)
		require.Error(t, err)
		_, err = r.Filter(repo.Lookup[clocks](name), -time.Hour).Count(ctx)
		require.Error(t, err)
	}
	check()
	values, err := repo.Values[any](ctx, r.Filter("code", 1), "at")
	require.NoError(t, err)
	require.Equal(t, []any{"10:30:05.250000"}, values)
}

type oldClock struct {
	models.AutoKey
	At time.Time `gorm:"type:time"`
}

// A column that was made a timestamptz is reported, and never changed.
func TestTimeOfDayOfBefore(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	db := repotest.Open(t)
	require.NoError(t, db.Exec("CREATE TABLE old_clocks (id bigint PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, at timestamptz)").Error)
	_, err := migrate.Auto(ctx, db, &oldClock{})
	var pending *migrate.PendingError
	require.ErrorAs(t, err, &pending)
	require.Len(t, pending.Differences, 1)
	require.Equal(t, "timestamp with time zone", pending.Differences[0].Is)
	require.Equal(t, "time", pending.Differences[0].Should)
	require.NoError(t, db.AutoMigrate(&oldClock{}))
	var typ string
	require.NoError(t, db.Raw("SELECT data_type FROM information_schema.columns WHERE table_name = 'old_clocks' AND column_name = 'at'").Scan(&typ).Error)
	require.Equal(t, "timestamp with time zone", typ)
	require.NoError(t, db.Exec("DROP TABLE old_clocks").Error)
	require.NoError(t, db.AutoMigrate(&oldClock{}))
	require.NoError(t, db.AutoMigrate(&oldClock{}))
	_, err = migrate.Auto(ctx, db, &oldClock{})
	require.NoError(t, err)
}

type plainJSON struct {
	models.AutoKey
	Data json.RawMessage `gorm:"type:json"`
	Twin json.RawMessage `gorm:"type:jsonb"`
}

// Columns of json have the lookups of jsonb.
func TestJSONLookups(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := repo.New[plainJSON](openTypes(t, nil, gormango.Config{}, &plainJSON{}))
	for _, doc := range []string{`{"b":1,"s":"Ann","l":[1,2]}`, `{"b":2,"c":null}`, `[1,2]`, `null`} {
		require.NoError(t, r.Create(ctx, &plainJSON{Data: json.RawMessage(doc), Twin: json.RawMessage(doc)}))
	}
	find := func(lookup repo.Lookup[plainJSON], v any) []int64 {
		ids, err := repo.Values[int64](ctx, r.Filter(lookup, v).OrderBy("id"), "id")
		require.NoError(t, err, lookup)
		out, err := repo.Values[int64](ctx, r.Exclude(lookup, v).OrderBy("id"), "id")
		require.NoError(t, err, lookup)
		return append(append(ids, -1), out...)
	}
	for end, v := range map[string]any{
		"": map[string]int{"b": 1}, "__exact": nil, "__b": 1, "__b__gt": 1, "__s__icontains": "ann", "__l__0": 1, "__l__0__in": []int{1, 2}, "__has_key": "b", "__has_keys": []string{"b", "c"},
		"__has_any_keys": []string{"c", "s"}, "__contains": map[string]int{"b": 1}, "__contained_by": []int{1, 2, 3}, "__in": []any{[]int{1, 2}}, "__isnull": true, "__c": nil,
		"__icontains": "ANN", "__gt": 5, "__b__isnull": false,
	} {
		require.Equal(t, find(repo.Lookup[plainJSON]("twin"+end), v), find(repo.Lookup[plainJSON]("data"+end), v), end)
	}
	n, err := r.Filter("data", repo.F("twin")).Filter("twin", repo.F("data")).Filter("data__in", []any{repo.F("twin"), 5}).Count(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 4, n)
	for _, name := range []repo.Name[plainJSON]{"data__b", "twin__b"} {
		got, err := repo.Values[any](ctx, r.OrderBy(repo.Ordering[plainJSON](name), "id"), name)
		require.NoError(t, err)
		require.Equal(t, []any{int64(1), int64(2), nil, nil}, got)
	}
}
