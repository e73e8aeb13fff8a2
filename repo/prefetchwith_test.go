package repo_test

import (
	"context"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/migrate"
	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repo/fn"
	"github.com/gormango/gormango/repotest"
)

type crate struct {
	models.AutoKey
	Name  string
	Parts []*part
	Marks []*mark `gorm:"many2many:crate_marks"`

	Heavy   []*part           `gorm:"-"`
	Weighed []repo.Row[part]  `gorm:"-"`
	Ranked  []*repo.Row[mark] `gorm:"-"`
	Wrong   []repo.Row[crate] `gorm:"-"`
	Single  repo.Row[part]    `gorm:"-"`
}

type part struct {
	models.AutoKey
	CrateID *int64
	Crate   *crate
	Weight  int
	Marks   []mark `gorm:"many2many:part_marks"`

	In      *repo.Row[crate] `gorm:"-"`
	InValue repo.Row[crate]  `gorm:"-"`
}

type mark struct {
	models.AutoKey
	Name  string
	Parts []*part `gorm:"many2many:part_marks"`
}

// crates are a (parts of 1, 5 and 9), b (of 5) and c, with the marks x and y,
// and what is sent to their database.
func crates(t *testing.T) (ctx context.Context, seen *statements, cs *repo.Repository[crate], ps *repo.Repository[part], ms *repo.Repository[mark]) {
	t.Helper()
	ctx, seen = context.Background(), &statements{}
	db, err := gormango.Open(ctx, gormango.Config{URL: repotest.URL(t), Models: []any{&crate{}, &part{}, &mark{}}, Logger: slog.New(seen)})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, gormango.Close(db)) })
	_, err = migrate.Auto(ctx, db)
	require.NoError(t, err)
	cs, ps, ms = repo.New[crate](db), repo.New[part](db), repo.New[mark](db)
	a, b, c := &crate{Name: "a"}, &crate{Name: "b"}, &crate{Name: "c"}
	require.NoError(t, cs.Create(ctx, a, b, c))
	x, y := &mark{Name: "x"}, &mark{Name: "y"}
	require.NoError(t, ms.Create(ctx, x, y))
	for _, p := range []*part{{CrateID: &a.ID, Weight: 1}, {CrateID: &a.ID, Weight: 5}, {CrateID: &a.ID, Weight: 9}, {CrateID: &b.ID, Weight: 5}, {Weight: 7}} {
		require.NoError(t, ps.Create(ctx, p))
		if p.Weight == 5 || p.Weight == 9 {
			require.NoError(t, db.Model(p).Association("Marks").Append(y))
		}
		if p.Weight == 9 {
			require.NoError(t, db.Model(p).Association("Marks").Append(x))
		}
	}
	require.NoError(t, db.Model(a).Association("Marks").Append(x, y))
	require.NoError(t, db.Model(b).Association("Marks").Append(y))
	seen.take()
	return ctx, seen, cs, ps, ms
}

// A field of Row takes the annotations of the objects that are loaded into it.
func TestPrefetchAnnotated(t *testing.T) {
	t.Parallel()
	ctx, seen, cs, ps, ms := crates(t)

	double := ps.Annotate("double", repo.F("weight").Mul(2)).Alias("unseen", repo.F("weight")).OrderBy("-unseen")
	all, err := cs.Prefetch("parts", double.Limit(2), repo.ToField("Weighed")).OrderBy("name").All(ctx)
	require.NoError(t, err)
	require.Len(t, seen.take(), 2)
	require.Len(t, all[0].Weighed, 2)
	require.Equal(t, 9, all[0].Weighed[0].Object.Weight)
	require.Equal(t, map[string]any{"double": int64(18)}, all[0].Weighed[0].Values)
	require.Equal(t, map[string]any{"double": int64(10)}, all[0].Weighed[1].Values)
	require.Len(t, all[1].Weighed, 1)
	require.NotNil(t, all[2].Weighed)
	require.Empty(t, all[2].Weighed)
	require.Nil(t, all[0].Parts)

	// Many to many: the key of the owner stands among the columns, and none of it
	// in Values.
	ranked := ms.Annotate("parts_n", repo.Count(repo.F("parts"))).Annotate("half", repo.Value(0.5)).OrderBy("-name")
	all, err = cs.Prefetch("marks", ranked, repo.ToField("Ranked")).OrderBy("name").All(ctx)
	require.NoError(t, err)
	require.Len(t, all[0].Ranked, 2)
	require.Equal(t, "y", all[0].Ranked[0].Object.Name)
	require.Equal(t, map[string]any{"parts_n": int64(3), "half": 0.5}, all[0].Ranked[0].Values)
	require.Equal(t, int64(1), all[0].Ranked[1].Values["parts_n"])
	require.Len(t, all[1].Ranked, 1)

	all, err = cs.Prefetch("marks", ranked.Limit(1), repo.ToField("Ranked")).OrderBy("name").All(ctx)
	require.NoError(t, err)
	require.Len(t, all[0].Ranked, 1)
	require.Equal(t, map[string]any{"parts_n": int64(3), "half": 0.5}, all[0].Ranked[0].Values)
	require.Len(t, all[1].Ranked, 1)

	// To one: shared through a pointer, and nothing where there is none.
	loud := cs.Annotate("loud", fn.Concat(repo.F("name"), repo.Value("!")))
	parts, err := ps.Prefetch("crate", loud, repo.ToField("In")).OrderBy("id").All(ctx)
	require.NoError(t, err)
	require.Equal(t, "a!", parts[0].In.Values["loud"])
	require.Same(t, parts[0].In.Object, parts[1].In.Object)
	require.Nil(t, parts[4].In)
	parts, err = ps.Prefetch("crate", loud, repo.ToField("InValue")).OrderBy("id").All(ctx)
	require.NoError(t, err)
	require.Equal(t, "b!", parts[3].InValue.Values["loud"])
	require.Nil(t, parts[4].InValue.Object)

	// Without annotations the object comes alone; into the relation's own field
	// annotations are not read.
	parts, err = ps.Prefetch("crate", cs, repo.ToField("In")).OrderBy("id").All(ctx)
	require.NoError(t, err)
	require.Empty(t, parts[0].In.Values)
	parts, err = ps.Prefetch("crate", loud.Filter("loud", "b!")).OrderBy("id").All(ctx)
	require.NoError(t, err)
	require.Nil(t, parts[0].Crate)
	require.Equal(t, "b", parts[3].Crate.Name)
}

// A path goes on from the field that an earlier Prefetch loads into.
func TestPrefetchThroughToField(t *testing.T) {
	t.Parallel()
	ctx, seen, cs, ps, ms := crates(t)

	heavy := ps.Filter("weight__gt", 4)
	all, err := cs.Prefetch("parts", heavy, repo.ToField("Heavy")).PrefetchRelated("Heavy__marks").OrderBy("name").All(ctx)
	require.NoError(t, err)
	require.Len(t, seen.take(), 3)
	require.Len(t, all[0].Heavy, 2)
	require.Nil(t, all[0].Parts)
	for _, p := range all[0].Heavy {
		require.Len(t, p.Marks, 1+p.Weight/9)
	}
	require.Empty(t, all[2].Heavy)

	// A path through a Row, with another Prefetch behind it, which has a field of
	// its own.
	double := ps.Annotate("double", repo.F("weight").Mul(2)).OrderBy("weight")
	all, err = cs.Prefetch("parts", double, repo.ToField("Weighed")).
		Prefetch("Weighed__crate", cs.Annotate("n", repo.Count(repo.F("parts"))), repo.ToField("In")).
		PrefetchRelated("Weighed__In__marks").OrderBy("name").All(ctx)
	require.NoError(t, err)
	require.Len(t, seen.take(), 4)
	require.Equal(t, int64(3), all[0].Weighed[2].Object.In.Values["n"])
	require.Len(t, all[0].Weighed[2].Object.In.Object.Marks, 2)
	require.Equal(t, int64(1), all[1].Weighed[0].Object.In.Values["n"])

	// A path through the QuerySet of an earlier Prefetch.
	nested := ps.Prefetch("crate", cs, repo.ToField("In"))
	all, err = cs.Prefetch("parts", nested).PrefetchRelated("parts__In__marks").OrderBy("name").All(ctx)
	require.NoError(t, err)
	require.Len(t, seen.take(), 4)
	require.Len(t, all[0].Parts[0].In.Object.Marks, 2)

	_ = ms
	for _, qs := range []*repo.QuerySet[crate]{
		cs.PrefetchRelated("Heavy__marks"),
		cs.PrefetchRelated("Heavy__marks").Prefetch("parts", heavy, repo.ToField("Heavy")),
		cs.Prefetch("parts", heavy, repo.ToField("Heavy")).NoPrefetch().PrefetchRelated("Heavy__marks"),
		cs.PrefetchRelated("parts__"), cs.PrefetchRelated(""), cs.Prefetch("parts", heavy).PrefetchRelated("__marks"),
	} {
		var bad *repo.FieldError
		require.ErrorAs(t, qs.Err(), &bad)
	}
	require.ErrorContains(t, cs.Prefetch("parts", heavy, repo.ToField("Heavy")).PrefetchRelated("Heavy__crate__nope").Err(),
		`repo: crate has no field "nope" in "Heavy__crate__nope"`)
}

// What a QuerySet of a Prefetch or SelectRelated has loaded is not loaded again
// by a path that goes through it.
func TestPrefetchOnce(t *testing.T) {
	t.Parallel()
	ctx, seen, cs, ps, ms := crates(t)

	with := ps.Prefetch("marks", ms.Filter("name", "x"))
	all, err := cs.Prefetch("parts", with).PrefetchRelated("parts__marks__parts").OrderBy("name").All(ctx)
	require.NoError(t, err)
	require.Len(t, seen.take(), 4, "crates, their parts, those of the marks that are x, and the parts of these")
	for _, p := range all[0].Parts {
		require.Len(t, p.Marks, p.Weight/9)
		for _, m := range p.Marks {
			require.Len(t, m.Parts, 1)
		}
	}

	parts, err := ps.SelectRelated("crate").PrefetchRelated("crate__marks", "crate").OrderBy("id").All(ctx)
	require.NoError(t, err)
	require.Len(t, seen.take(), 2, "the crates are there")
	require.Len(t, parts[0].Crate.Marks, 2)
	require.Len(t, parts[1].Crate.Marks, 2)
	require.Nil(t, parts[4].Crate)

	parts, err = ps.SelectRelated("crate").Prefetch("crate", cs.None()).OrderBy("id").All(ctx)
	require.NoError(t, err)
	require.Len(t, seen.take(), 1)
	require.NotNil(t, parts[0].Crate, "Django's too: what is joined stays")
}

func TestPrefetchWithRefuses(t *testing.T) {
	t.Parallel()
	_, _, cs, ps, ms := crates(t)
	for want, qs := range map[string]*repo.QuerySet[crate]{
		"repo: crate.parts is prefetched already (let Prefetch come before paths through it, or load into another field by ToField)": cs.PrefetchRelated("parts__marks").Prefetch("parts", ps),
		"repo: part.marks is prefetched already":                                     cs.Prefetch("parts", ps.PrefetchRelated("marks")).Prefetch("parts__marks", ms),
		"repo: crate.marks is prefetched already":                                    cs.Prefetch("marks", ms, repo.ToField("Ranked")).Prefetch("marks", ms, repo.ToField("Ranked")),
		"repo: crate.Wrong is of type []repo.Row[github.com/gormango/gormango/repo_": cs.Prefetch("marks", ms, repo.ToField("Wrong")),
		"repo: crate.Single is of type repo.Row[":                                    cs.Prefetch("parts", ps, repo.ToField("Single")),
		"repo: crate.Marks is a column or a relation of its own":                     cs.Prefetch("marks", ms, repo.ToField("Marks")),
		"repo: crate.Name is a column or a relation of its own":                      cs.Prefetch("marks", ms, repo.ToField("Name")),
		"repo: Heavy is the field of another Prefetch (name the relation, parts)":    cs.Prefetch("parts", ps, repo.ToField("Heavy")).Prefetch("Heavy", ps),
	} {
		var bad *repo.FieldError
		require.ErrorAs(t, qs.Err(), &bad, want)
		require.ErrorContains(t, qs.Err(), want)
	}
}

// Columns that determine which rows belong together are loaded in spite of Only
// and Defer.
func TestPrefetchLoadsKeys(t *testing.T) {
	t.Parallel()
	ctx, _, cs, ps, _ := crates(t)

	all, err := cs.Only("name").Prefetch("parts", ps.Only("weight")).OrderBy("name").All(ctx)
	require.NoError(t, err)
	require.Len(t, all[0].Parts, 3)
	require.Equal(t, 1, all[0].Parts[0].Weight)

	heavy := ps.Only("weight").PrefetchRelated("crate").OrderBy("id")
	require.Empty(t, heavy.Deferred())
	require.Equal(t, []repo.Name[part]{"crate_id"}, heavy.NoPrefetch().Deferred())
	parts, err := heavy.All(ctx)
	require.NoError(t, err)
	require.Equal(t, "a", parts[0].Crate.Name)
	require.Nil(t, parts[4].Crate)
}
