package repo_test

import (
	"context"
	"crypto/md5"
	"database/sql/driver"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/longtest"
	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repotest"
	"github.com/gormango/gormango/txutil"
)

// A statement has at most 65,535 parameters. Lists travel as arrays, so they
// may be longer. By default the lists of these tests have some thousands of
// values, but for one of TestBigListsInConditions; with GORMANGO_LONG=1 all are
// longer than 65,535.
var (
	bigList = longtest.Size(2_000, 70_000)
	bigRows = bigList + 10 // the lists name none of the last ten
)

// bigThing has a column of each kind that a list is compared with; its rows are
// numbered from 1.
type bigThing struct {
	models.AutoKey
	Name     string `gorm:"not null"`
	N        int32  `gorm:"not null"`
	M        *int
	Ratio    float64         `gorm:"not null"`
	Price    decimal.Decimal `gorm:"type:numeric(10,2);not null"`
	UID      uuid.UUID       `gorm:"type:uuid;not null;uniqueIndex"`
	At       time.Time       `gorm:"not null"`
	Day      time.Time       `gorm:"type:date;not null"`
	Labels   []string        `gorm:"type:text[];not null"`
	Data     map[string]int  `gorm:"type:jsonb;serializer:json;not null"`
	ParentID *int64          `gorm:"index"`
	Parent   *bigThing
	Children []*bigThing `gorm:"foreignKey:ParentID"`
}

func openBig(t *testing.T) (context.Context, *gorm.DB, *repo.Repository[bigThing]) {
	t.Helper()
	db := openDB(t, &bigThing{})
	require.NoError(t, db.Exec(`INSERT INTO big_things (name, n, m, ratio, price, uid, at, day, labels, data, parent_id)
		SELECT 'n' || i, i, CASE WHEN i > 1 THEN i END, i / 2.0, i / 100.0, md5(i::text)::uuid, timestamptz '2000-01-01Z' + i * interval '1 minute', date '1700-01-01' + i,
			ARRAY['a' || i, 'b"{,'], jsonb_build_object('k', i), CASE WHEN i > 10 THEN i END
		FROM generate_series(1, ?) i`, bigRows).Error)
	require.NoError(t, db.Exec("ANALYZE big_things").Error)
	return context.Background(), db, repo.New[bigThing](db)
}

// listOf are the values of the first rows.
func listOf[V any](of func(i int) V) []V {
	out := make([]V, bigList)
	for i := range out {
		out[i] = of(i + 1)
	}
	return out
}

// Each list names all rows but ten; its negation finds those, and the rows with
// NULL.
func TestBigListsInConditions(t *testing.T) {
	t.Parallel()
	onlyOpened(t, "arrays in plain slices: GORM does not read them")
	ctx, _, things := openBig(t)
	numbers := listOf(func(i int) int { return i })
	objects := listOf(func(i int) *bigThing { return &bigThing{AutoKey: key(int64(i))} })
	texts := listOf(func(i int) string { return fmt.Sprint("n", i) })
	atLeast := func(n int, list []int) []int {
		for i := range n - len(list) {
			list = append(list, bigRows+i+1)
		}
		return list
	}
	day := func(i int) time.Time { return time.Date(1700, 1, 1+i, 0, 0, 0, 0, time.UTC) }
	years := day(bigList).Year() - 1
	for _, c := range []struct {
		lookup repo.Lookup[bigThing]
		list   any
		nulls  int // rows that a negation finds too
	}{
		{"pk__in", atLeast(70_000, slices.Clone(numbers)), 0},
		{"n__in", numbers, 0},
		{"m__in", numbers, 0},
		{"name__in", texts, 0},
		{"name__test_fold__in", texts, 0},
		{"name__test_any", texts, 0},
		{"ratio__in", listOf(func(i int) float64 { return float64(i) / 2 }), 0},
		{"price__in", listOf(func(i int) decimal.Decimal { return decimal.New(int64(i), -2) }), 0},
		{"uid__in", listOf(func(i int) uuid.UUID { return md5UUID(fmt.Sprint(i)) }), 0},
		{"at__in", listOf(func(i int) time.Time { return time.Date(2000, 1, 1, 0, i, 0, 0, time.UTC) }), 0},
		{"day__in", listOf(day), 0},
		{"day__year__in", append(numbers[:years:years], listOf(func(i int) int { return 10_000 + i })...), 0},
		{"labels__in", listOf(func(i int) []string { return []string{fmt.Sprint("a", i), `b"{,`} }), 0},
		{"labels__0__in", listOf(func(i int) string { return fmt.Sprint("a", i) }), 0},
		{"data__in", listOf(func(i int) map[string]int { return map[string]int{"k": i} }), 0},
		{"data__k__in", numbers, 0},
		{"parent__in", objects, 10},
		{"parent__n__in", numbers, 10},
		{"children__n__in", numbers, 10},
		{"n__in", append(anyOf(numbers), repo.F("n").Neg()), 0},
	} {
		name := fmt.Sprintf("%s of %T", c.lookup, c.list)
		want := int64(bigList - c.nulls)
		switch c.lookup {
		case "day__year__in":
			want = int64(time.Date(years, 12, 31, 0, 0, 0, 0, time.UTC).Sub(day(0)).Hours() / 24)
		case "m__in":
			want--
		}
		n, err := things.Filter(c.lookup, c.list).Count(ctx)
		require.NoError(t, err, name)
		require.Equal(t, want, n, name)
		n, err = things.Exclude(c.lookup, c.list).Count(ctx)
		require.NoError(t, err, name)
		require.Equal(t, int64(bigRows)-want, n, name)
	}
}

// A list of arrays means the same whatever its length.
func TestBigListsOfArrays(t *testing.T) {
	t.Parallel()
	db := repotest.Open(t)
	require.NoError(t, db.Exec(`CREATE TABLE things (id bigint PRIMARY KEY, name text, tags text[])`).Error)
	require.NoError(t, db.Exec(`INSERT INTO things VALUES (1, 'full', '{go,"a,b",NULL}'), (2, 'empty', '{}'), (3, 'null', NULL), (4, 'other', '{sql}')`).Error)
	things := repo.New[Thing](db).OrderBy("id")
	full := []*string{ptr("go"), ptr("a,b"), nil}
	for name, c := range map[string]struct {
		list          []any
		found, others []string
	}{
		"elements":   {[]any{full}, []string{"full"}, []string{"empty", "null", "other"}},
		"empty":      {[]any{[]string{}}, []string{"empty"}, []string{"full", "null", "other"}},
		"both":       {[]any{[]string{}, full, []string{"sql", "go"}}, []string{"full", "empty"}, []string{"null", "other"}},
		"NULL":       {[]any{[]string(nil), []string{"sql"}}, []string{"other"}, []string{"full", "empty", "null"}},
		"texts":      {[]any{arrayText(`{go,"a,b",NULL}`), []string{}}, []string{"full", "empty"}, []string{"null", "other"}},
		"only texts": {[]any{arrayText(`{sql}`)}, []string{"other"}, []string{"full", "empty", "null"}},
	} {
		for _, n := range []int{0, 2_000} {
			list := slices.Clone(c.list)
			for i := range n {
				list = append(list, []*string{ptr(fmt.Sprint("x", i))})
			}
			require.Equal(t, c.found, texts(t, things.Filter("tags__in", list), "name"), "%s and %d", name, n)
			require.Equal(t, c.others, texts(t, things.Exclude("tags__in", list), "name"), "%s and %d", name, n)
		}
	}
}

// arrayText is an array that writes itself.
type arrayText string

func (a arrayText) Value() (driver.Value, error) { return string(a), nil }

func anyOf[V any](list []V) []any {
	out := make([]any, len(list))
	for i, v := range list {
		out[i] = v
	}
	return out
}

// md5UUID is md5(text)::uuid.
func md5UUID(text string) uuid.UUID { return uuid.UUID(md5.Sum([]byte(text))) }

func TestBigListsInQueries(t *testing.T) {
	t.Parallel()
	onlyOpened(t, "arrays in plain slices: GORM does not read them")
	ctx, db, things := openBig(t)
	numbers := listOf(func(i int) int { return i })
	in := things.Filter("n__in", numbers)
	n := repo.NewOrderedField[*bigThing, int32]("", "n")
	typed := listOf(func(i int) int32 { return int32(i) })
	text := strings.Trim(strings.Join(strings.Fields(fmt.Sprint(numbers)), ","), "[]")
	asked, err := repo.Params[bigThing]{Filters: []repo.Lookup[bigThing]{"n__in"}}.Apply(things, url.Values{"n__in": {text}})
	require.NoError(t, err)
	for name, qs := range map[string]*repo.QuerySet[bigThing]{
		"typed":       things.Where(n.In(typed...)),
		"not in":      things.Where(n.NotIn(typed...).Not()),
		"expression":  things.Where(repo.Holds[bigThing](repo.F("n").In(numbers))),
		"annotated":   things.Annotate("x", repo.F("n").Add(1)).Filter("x__in", listOf(func(i int) int { return i + 1 })),
		"case":        things.Annotate("x", repo.Case(things.Q("n__in", numbers), 1).Else(0)).Filter("x", 1),
		"some":        things.Where(things.Q("n__in", numbers).Or(things.Q("m__in", numbers))),
		"union":       in.Union(in),
		"distinct":    in.Distinct(),
		"values":      in.Columns("n"),
		"of requests": asked,
	} {
		require.EqualValues(t, bigList, count(t, ctx, qs), name)
	}
	got := 0
	for _, err := range in.Only("n").Iter(ctx) {
		require.NoError(t, err)
		got++
	}
	require.Equal(t, bigList, got)
	require.NoError(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
		locked, err := in.SelectForUpdate().All(ctx)
		require.Len(t, locked, bigList)
		return err
	}))
	sum, err := repo.Aggregate[int64](ctx, things, repo.CountAll().Filter(things.Q("n__in", numbers)).As("n"))
	require.NoError(t, err)
	require.EqualValues(t, bigList, sum)
	ok, err := in.Filter("n", bigList+1).Exists(ctx)
	require.NoError(t, err)
	require.False(t, ok)
	page, err := repo.PaginateAfter(ctx, in.OrderBy("n"), "", 10)
	require.NoError(t, err)
	require.Len(t, page.Items, 10)

	byID, err := repo.InBulk(ctx, things, listOf(func(i int) int64 { return int64(i) }))
	require.NoError(t, err)
	require.Len(t, byID, bigList)
	require.Equal(t, byID[int64(bigList)].ID, int64(bigList))
	byUID, err := repo.InBulkBy(ctx, things, "uid", listOf(func(i int) uuid.UUID { return md5UUID(fmt.Sprint(i)) }))
	require.NoError(t, err)
	require.Len(t, byUID, bigList)

	changed, err := in.Update(ctx, things.Set("ratio", 0))
	require.NoError(t, err)
	require.EqualValues(t, bigList, changed)
	d, err := things.Filter("n__in", numbers).Filter("children", nil).Delete(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 10, d.Total)
	_, err = things.AllRows().Update(ctx, things.Set("parent", nil))
	require.NoError(t, err)
	d, err = in.Delete(ctx)
	require.NoError(t, err)
	require.EqualValues(t, bigList-10, d.Total)
}
