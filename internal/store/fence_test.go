package store_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/longtest"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repotest"
	"github.com/gormango/gormango/txutil"
)

type fenceOrg struct {
	ID   int64
	Name string
}

// fenceLand has no tenant: all share it.
type fenceLand struct {
	ID       int64
	Name     string
	Projects []fenceProject `gorm:"foreignKey:LandID"`
}

type fenceProject struct {
	ID      int64
	Name    string
	OrgID   int64 `gorm:"not null"`
	Org     *fenceOrg
	LandID  *int64
	Land    *fenceLand
	Deleted gorm.DeletedAt
	Tasks   []fenceTask `gorm:"foreignKey:ProjectID"`
	Tags    []fenceTag  `gorm:"many2many:fence_project_tags"`
	Notes   []fenceNote `gorm:"polymorphic:Owner"`
}

// fenceTask belongs to a tenant by a way of two foreign keys.
type fenceTask struct {
	ID        int64
	Title     string `gorm:"uniqueIndex"`
	ProjectID int64  `gorm:"not null"`
	Project   *fenceProject
	AfterID   *int64
	After     *fenceTask
}

type fenceTag struct {
	ID       int64
	Name     string
	OrgID    int64 `gorm:"not null"`
	Org      *fenceOrg
	Projects []fenceProject `gorm:"many2many:fence_project_tags"`
}

type fenceNote struct {
	ID        int64
	Text      string
	OrgID     int64 `gorm:"not null"`
	Org       *fenceOrg
	OwnerID   int64
	OwnerType string
}

// fenced is the repositories of one tenant.
type fenced struct {
	org      int64
	projects *repo.Repository[fenceProject]
	tasks    *repo.Repository[fenceTask]
	tags     *repo.Repository[fenceTag]
	notes    *repo.Repository[fenceNote]
}

func fencedOf(db *gorm.DB, org int64) fenced {
	return fenced{org,
		repo.New[fenceProject](db).Fenced("org", org), repo.New[fenceTask](db).Fenced("project__org", org),
		repo.New[fenceTag](db).Fenced("org_id", org), repo.New[fenceNote](db).Fenced("org", org)}
}

// fencePair is a database of two tenants that share the names of their rows.
type fencePair struct {
	db    *gorm.DB
	land  *fenceLand
	sides [2]fenced
}

func openFences(t *testing.T) *fencePair {
	db := repotest.Open(t, &fenceOrg{}, &fenceLand{}, &fenceProject{}, &fenceTask{}, &fenceTag{}, &fenceNote{})
	ctx := t.Context()
	p := &fencePair{db: db, land: &fenceLand{Name: "shared"}}
	require.NoError(t, repo.New[fenceLand](db).Create(ctx, p.land))
	for i := range p.sides {
		org := &fenceOrg{Name: fmt.Sprint("org", i)}
		require.NoError(t, repo.New[fenceOrg](db).Create(ctx, org))
		f := fencedOf(db, org.ID)
		p.sides[i] = f
		for n := range 3 {
			project := &fenceProject{Name: fmt.Sprint("p", n), LandID: &p.land.ID}
			require.NoError(t, f.projects.Create(ctx, project))
			require.Equal(t, org.ID, project.OrgID, "filled in")
			task := &fenceTask{Title: fmt.Sprintf("t%d of %d", n, i), ProjectID: project.ID}
			require.NoError(t, f.tasks.Create(ctx, task))
			tag := &fenceTag{Name: fmt.Sprint("g", n)}
			require.NoError(t, f.tags.Create(ctx, tag))
			require.NoError(t, repo.RelatedByName[fenceTag](f.projects, project, "tags").Add(ctx, tag))
			require.NoError(t, repo.RelatedByName[fenceNote](f.projects, project, "notes").Create(ctx, &fenceNote{Text: "n"}))
		}
	}
	return p
}

// snapshot returns the rows of a tenant as texts.
func (p *fencePair) snapshot(t *testing.T, org int64) []string {
	var rows []string
	require.NoError(t, p.db.Raw(`SELECT row_to_json(x)::text FROM fence_projects x WHERE org_id = @o
		UNION ALL SELECT row_to_json(x)::text FROM fence_tags x WHERE org_id = @o
		UNION ALL SELECT row_to_json(x)::text FROM fence_notes x WHERE org_id = @o
		UNION ALL SELECT row_to_json(x)::text FROM fence_tasks x JOIN fence_projects p ON p.id = x.project_id WHERE org_id = @o
		UNION ALL SELECT row_to_json(x)::text FROM fence_project_tags x JOIN fence_projects p ON p.id = x.fence_project_id WHERE org_id = @o
		ORDER BY 1`, map[string]any{"o": org}).Scan(&rows).Error)
	return rows
}

// crossings returns the number of references from one tenant to the other.
func (p *fencePair) crossings(t *testing.T) (n int64) {
	require.NoError(t, p.db.Raw(`SELECT
		(SELECT count(*) FROM fence_project_tags x JOIN fence_projects p ON p.id = x.fence_project_id JOIN fence_tags g ON g.id = x.fence_tag_id WHERE p.org_id <> g.org_id) +
		(SELECT count(*) FROM fence_notes x JOIN fence_projects p ON p.id = x.owner_id AND x.owner_type = 'fence_projects' WHERE p.org_id <> x.org_id) +
		(SELECT count(*) FROM fence_tasks x JOIN fence_tasks y ON y.id = x.after_id JOIN fence_projects p ON p.id = x.project_id JOIN fence_projects q ON q.id = y.project_id WHERE p.org_id <> q.org_id)`).Scan(&n).Error)
	return n
}

// fenceCall is one random call: it gets its own repositories and objects of
// either tenant, and returns the tenants of all rows that it saw.
type fenceCall func(ctx context.Context, f fenced, o fenceObjects, r *rand.Rand) (orgs []int64, err error)

// fenceObjects are objects of the call's tenant or of the other one.
type fenceObjects struct {
	project *fenceProject
	task    *fenceTask
	tag     *fenceTag
	note    *fenceNote
}

func orgsOf(list []*fenceProject) (orgs []int64) {
	for _, p := range list {
		orgs = append(orgs, p.OrgID)
		for _, g := range p.Tags {
			orgs = append(orgs, g.OrgID)
		}
		for _, n := range p.Notes {
			orgs = append(orgs, n.OrgID)
		}
		if p.Land != nil {
			for _, q := range p.Land.Projects {
				orgs = append(orgs, q.OrgID)
			}
		}
	}
	return orgs
}

func orgsOfTasks(list []*fenceTask) (orgs []int64) {
	for _, x := range list {
		if x.Project != nil {
			orgs = append(orgs, x.Project.OrgID)
		}
	}
	return orgs
}

var fenceCalls = map[string]fenceCall{
	"all": func(ctx context.Context, f fenced, o fenceObjects, _ *rand.Rand) ([]int64, error) {
		list, err := f.projects.WithDeleted().Unscoped().PrefetchRelated("tags", "notes", "land__projects").All(ctx)
		return orgsOf(list), err
	},
	"tasks": func(ctx context.Context, f fenced, o fenceObjects, _ *rand.Rand) ([]int64, error) {
		list, err := f.tasks.SelectRelated("project").Exclude("title", "x").All(ctx)
		return orgsOfTasks(list), err
	},
	"pk": func(ctx context.Context, f fenced, o fenceObjects, _ *rand.Rand) ([]int64, error) {
		p, err := f.projects.ByPK(ctx, o.project.ID)
		if err != nil {
			return nil, err
		}
		return []int64{p.OrgID}, nil
	},
	"or": func(ctx context.Context, f fenced, o fenceObjects, _ *rand.Rand) ([]int64, error) {
		list, err := f.projects.Filter("name", "none").CombineOr(repo.New[fenceProject](pairOf(ctx).db).Filter("id__gt", 0)).All(ctx)
		return orgsOf(list), err
	},
	"union": func(ctx context.Context, f fenced, o fenceObjects, _ *rand.Rand) ([]int64, error) {
		list, err := repo.New[fenceProject](pairOf(ctx).db).Union(f.projects).All(ctx)
		return orgsOf(list), err
	},
	"count behind shared": func(ctx context.Context, f fenced, o fenceObjects, _ *rand.Rand) ([]int64, error) {
		type row struct{ ID, N int64 }
		rows, err := repo.Values[row](ctx, f.projects.Annotate("n", repo.Count(repo.F("land__projects__id"))), "id", "n")
		n, err2 := f.projects.Count(ctx)
		for _, x := range rows {
			if x.N > n {
				return []int64{-1}, nil
			}
		}
		return nil, errors.Join(err, err2)
	},
	"subquery": func(ctx context.Context, f fenced, o fenceObjects, _ *rand.Rand) ([]int64, error) {
		n, err := f.projects.Filter("land__projects__id__in", repo.Sub(repo.New[fenceTask](pairOf(ctx).db).Filter("id", o.task.ID), "project_id")).Count(ctx)
		if n > 0 && o.project.OrgID != f.org {
			return []int64{-1}, nil
		}
		return nil, err
	},
	"create": func(ctx context.Context, f fenced, o fenceObjects, r *rand.Rand) ([]int64, error) {
		return nil, f.tasks.Create(ctx, &fenceTask{Title: fmt.Sprint("c", r.Int64()), ProjectID: o.project.ID, AfterID: &o.task.ID})
	},
	"create tenant": func(ctx context.Context, f fenced, o fenceObjects, r *rand.Rand) ([]int64, error) {
		return nil, f.projects.Create(ctx, &fenceProject{Name: "c", OrgID: o.project.OrgID})
	},
	"bulk": func(ctx context.Context, f fenced, o fenceObjects, r *rand.Rand) ([]int64, error) {
		var opts []repo.BulkOption
		if r.IntN(2) == 0 {
			opts = append(opts, repo.UseCopy())
		}
		return nil, f.notes.BulkCreate(ctx, []*fenceNote{{Text: "b"}, {Text: "b", OwnerID: o.project.ID, OwnerType: "fence_projects"}}, opts...)
	},
	"upsert": func(ctx context.Context, f fenced, o fenceObjects, r *rand.Rand) ([]int64, error) {
		mine, err := f.projects.First(ctx)
		if err != nil {
			return nil, err
		}
		return nil, f.tasks.OnConflict("title").Update("after_id").BulkCreate(ctx, []*fenceTask{{Title: o.task.Title, ProjectID: mine.ID}})
	},
	"get or create": func(ctx context.Context, f fenced, o fenceObjects, r *rand.Rand) ([]int64, error) {
		p := &fenceProject{Name: o.project.Name}
		_, err := f.projects.By("name").GetOrCreate(ctx, p)
		return []int64{p.OrgID}, err
	},
	"save": func(ctx context.Context, f fenced, o fenceObjects, r *rand.Rand) ([]int64, error) {
		o.project.Name = "saved"
		o.project.OrgID = f.org
		return nil, f.projects.Save(ctx, o.project)
	},
	"save name": func(ctx context.Context, f fenced, o fenceObjects, r *rand.Rand) ([]int64, error) {
		o.note.Text = "saved"
		return nil, f.notes.Save(ctx, o.note, "text")
	},
	"refresh": func(ctx context.Context, f fenced, o fenceObjects, r *rand.Rand) ([]int64, error) {
		err := f.tags.Refresh(ctx, o.tag)
		if err != nil {
			return nil, err
		}
		return []int64{o.tag.OrgID}, nil
	},
	"bulk update": func(ctx context.Context, f fenced, o fenceObjects, r *rand.Rand) ([]int64, error) {
		o.task.Title += "."
		_, err := f.tasks.BulkUpdate(ctx, []*fenceTask{o.task}, "title", "project_id")
		return nil, err
	},
	"update": func(ctx context.Context, f fenced, o fenceObjects, r *rand.Rand) ([]int64, error) {
		_, err := f.tasks.AllRows().Update(ctx, f.tasks.Set("after", o.task.ID))
		return nil, err
	},
	"update tenant": func(ctx context.Context, f fenced, o fenceObjects, r *rand.Rand) ([]int64, error) {
		_, err := f.tags.Filter("id__gt", 0).Update(ctx, f.tags.Set("org_id", o.tag.OrgID))
		return nil, err
	},
	"update all": func(ctx context.Context, f fenced, o fenceObjects, r *rand.Rand) ([]int64, error) {
		_, err := f.projects.WithDeleted().AllRows().Update(ctx, f.projects.Set("name", "u"))
		return nil, err
	},
	"update path": func(ctx context.Context, f fenced, o fenceObjects, r *rand.Rand) ([]int64, error) {
		_, err := f.tasks.Filter("id", o.task.ID).Update(ctx, f.tasks.Set("project_id", o.project.ID))
		return nil, err
	},
	"delete": func(ctx context.Context, f fenced, o fenceObjects, r *rand.Rand) ([]int64, error) {
		_, err := f.tasks.Delete(ctx, o.task)
		return nil, err
	},
	"delete project": func(ctx context.Context, f fenced, o fenceObjects, r *rand.Rand) ([]int64, error) {
		if r.IntN(4) == 0 {
			_, err := f.projects.HardDelete(ctx, o.project)
			return nil, err
		}
		_, err := f.projects.Delete(ctx, o.project)
		return nil, err
	},
	"restore": func(ctx context.Context, f fenced, o fenceObjects, r *rand.Rand) ([]int64, error) {
		_, err := f.projects.Restore(ctx, o.project)
		return nil, err
	},
	"delete rows": func(ctx context.Context, f fenced, o fenceObjects, r *rand.Rand) ([]int64, error) {
		_, err := f.notes.Filter("id__in", []int64{o.note.ID}).Delete(ctx)
		return nil, err
	},
	"add": func(ctx context.Context, f fenced, o fenceObjects, r *rand.Rand) ([]int64, error) {
		mine, err := f.projects.First(ctx)
		if err != nil {
			return nil, err
		}
		return nil, repo.RelatedByName[fenceTag](f.projects, mine, "tags").Add(ctx, o.tag)
	},
	"add to other": func(ctx context.Context, f fenced, o fenceObjects, r *rand.Rand) ([]int64, error) {
		mine, err := f.tags.First(ctx)
		if err != nil {
			return nil, err
		}
		return nil, repo.RelatedByName[fenceTag](f.projects, o.project, "tags").Replace(ctx, mine)
	},
	"clear": func(ctx context.Context, f fenced, o fenceObjects, r *rand.Rand) ([]int64, error) {
		return nil, repo.RelatedByName[fenceTag](f.projects, o.project, "tags").Clear(ctx)
	},
	"take task": func(ctx context.Context, f fenced, o fenceObjects, r *rand.Rand) ([]int64, error) {
		mine, err := f.projects.First(ctx)
		if err != nil {
			return nil, err
		}
		return nil, repo.RelatedByName[fenceTask](f.projects, mine, "tasks").Add(ctx, o.task)
	},
	"take note": func(ctx context.Context, f fenced, o fenceObjects, r *rand.Rand) ([]int64, error) {
		return nil, repo.RelatedByName[fenceNote](f.projects, o.project, "notes").Add(ctx, o.note)
	},
	"clear notes": func(ctx context.Context, f fenced, o fenceObjects, r *rand.Rand) ([]int64, error) {
		return nil, repo.RelatedByName[fenceNote](f.projects, o.project, "notes").Clear(ctx)
	},
	"related": func(ctx context.Context, f fenced, o fenceObjects, r *rand.Rand) ([]int64, error) {
		list, err := repo.RelatedByName[fenceTask](f.projects, o.project, "tasks").SelectRelated("project").All(ctx)
		return orgsOfTasks(list), err
	},
	"load": func(ctx context.Context, f fenced, o fenceObjects, r *rand.Rand) ([]int64, error) {
		o.project.Tags = nil
		err := repo.Load(ctx, f.projects, []*fenceProject{o.project}, "tags")
		return orgsOf([]*fenceProject{{OrgID: f.org, Tags: o.project.Tags}}), err
	},
	"lock": func(ctx context.Context, f fenced, o fenceObjects, r *rand.Rand) (orgs []int64, err error) {
		err = txutil.Atomic(ctx, pairOf(ctx).db, func(ctx context.Context) error {
			list, err := f.projects.SelectForUpdate().All(ctx)
			orgs = orgsOf(list)
			return err
		})
		return orgs, err
	},
	"insert from": func(ctx context.Context, f fenced, o fenceObjects, r *rand.Rand) ([]int64, error) {
		_, err := repo.InsertFrom(ctx, f.tags, repo.New[fenceTag](pairOf(ctx).db).Filter("id", o.tag.ID).Columns("name"))
		return nil, err
	},
	"update returning": func(ctx context.Context, f fenced, o fenceObjects, r *rand.Rand) ([]int64, error) {
		return repo.UpdateReturning[int64](ctx, f.notes.Filter("id", o.note.ID).Columns("org_id"), f.notes.Set("text", "r"))
	},
	"delete returning": func(ctx context.Context, f fenced, o fenceObjects, r *rand.Rand) ([]int64, error) {
		return repo.DeleteReturning[int64](ctx, f.notes.Filter("id", o.note.ID).Columns("org_id"))
	},
}

type pairKey struct{}

func pairOf(ctx context.Context) *fencePair { return ctx.Value(pairKey{}).(*fencePair) }

// Two tenants' random calls never see, change or refer to the other's rows. The
// short form makes 300 calls, the long one 10,000.
func TestFenceKeepsTenantsApart(t *testing.T) {
	t.Parallel()
	var names []string
	for name := range fenceCalls {
		names = append(names, name)
	}
	slices.Sort(names)
	seed := uint64(1)
	if longtest.Asked() {
		seed = rand.Uint64()
	}
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	p := openFences(t)
	ctx := context.WithValue(t.Context(), pairKey{}, p)
	done, failed := map[string]int{}, map[string]error{}
	for n := range longtest.Size(300, 10_000) {
		who := r.IntN(2)
		mine, other := p.sides[who], p.sides[1-who]
		if count, err := mine.projects.Count(ctx); err != nil || count < 2 {
			require.NoError(t, err)
			require.NoError(t, mine.projects.Create(ctx, &fenceProject{Name: "p", LandID: &p.land.ID}))
		}
		o := fenceObjects{project: &fenceProject{}, task: &fenceTask{}, tag: &fenceTag{}, note: &fenceNote{}}
		pick := func(f fenced) {
			require.NoError(t, p.db.Raw("SELECT * FROM fence_projects WHERE org_id = ? ORDER BY random() LIMIT 1", f.org).Scan(o.project).Error)
			require.NoError(t, p.db.Raw("SELECT x.* FROM fence_tasks x JOIN fence_projects p ON p.id = project_id WHERE org_id = ? ORDER BY random() LIMIT 1", f.org).Scan(o.task).Error)
			require.NoError(t, p.db.Raw("SELECT * FROM fence_tags WHERE org_id = ? ORDER BY random() LIMIT 1", f.org).Scan(o.tag).Error)
			require.NoError(t, p.db.Raw("SELECT * FROM fence_notes WHERE org_id = ? ORDER BY random() LIMIT 1", f.org).Scan(o.note).Error)
		}
		foreign := r.IntN(2) == 0
		if foreign {
			pick(other)
		} else {
			pick(mine)
		}
		before := p.snapshot(t, other.org)
		name := names[r.IntN(len(names))]
		orgs, err := fenceCalls[name](ctx, mine, o, r)
		what := fmt.Sprintf("call %d: %s, foreign %t: %v", n, name, foreign, err)
		for _, org := range orgs {
			require.Equal(t, mine.org, org, what)
		}
		require.Equal(t, before, p.snapshot(t, other.org), what)
		require.Zero(t, p.crossings(t), what)
		if err == nil {
			done[name]++
		} else if !foreign {
			failed[name] = err
		}
		if !foreign && o.task.ID > 0 && o.note.ID > 0 && name != "upsert" {
			require.False(t, errors.Is(err, repo.ErrFenced), what)
		}
	}
	for _, name := range names {
		if done[name] == 0 {
			t.Errorf("%s never succeeded: %v", name, failed[name])
		}
	}
}

// What a fence refuses, and with which error.
func TestFenceErrors(t *testing.T) {
	t.Parallel()
	p := openFences(t)
	ctx, a, b := t.Context(), p.sides[0], p.sides[1]
	other, err := b.projects.First(ctx)
	require.NoError(t, err)
	mine, err := a.projects.First(ctx)
	require.NoError(t, err)

	var fence *repo.FenceError
	err = a.projects.Create(ctx, &fenceProject{Name: "x", OrgID: b.org})
	require.ErrorAs(t, err, &fence)
	require.ErrorIs(t, err, repo.ErrFenced)
	require.Equal(t, [2]string{"fenceProject", "org_id"}, [2]string{fence.Model, fence.Field})
	require.EqualError(t, err, "repo: fenceProject.org_id: it names another tenant than the fence of the repository")
	err = a.tasks.Create(ctx, &fenceTask{Title: "x", ProjectID: other.ID})
	require.EqualError(t, err, "repo: fenceTask.project_id: it leads to a row that is not within the fence of the repository")
	require.ErrorIs(t, a.notes.BulkCreate(ctx, []*fenceNote{{OwnerID: other.ID, OwnerType: "fence_projects"}}), repo.ErrFenced, "a polymorphic key")
	_, err = a.tasks.AllRows().Update(ctx, a.tasks.Set("project_id", repo.F("id")))
	require.ErrorIs(t, err, repo.ErrFenced, "an expression cannot be checked")
	_, err = a.projects.AllRows().Update(ctx, a.projects.Set("org_id", b.org))
	require.ErrorIs(t, err, repo.ErrFenced)
	require.ErrorIs(t, a.projects.Defaults("org_id").Create(ctx, &fenceProject{}), repo.ErrFenced)
	require.ErrorIs(t, a.projects.Save(ctx, other), repo.ErrFenced)
	require.ErrorIs(t, a.projects.Save(ctx, other, "name"), repo.ErrDoesNotExist)
	require.ErrorIs(t, a.projects.Refresh(ctx, other), repo.ErrDoesNotExist)
	_, err = a.projects.Delete(ctx, other)
	require.ErrorIs(t, err, repo.ErrDoesNotExist)
	require.ErrorIs(t, repo.Load(ctx, a.projects, []*fenceProject{other}, "tags"), repo.ErrDoesNotExist)
	require.ErrorIs(t, repo.RelatedByName[fenceTag](a.projects, other, "tags").Add(ctx, &fenceTag{ID: 1}), repo.ErrDoesNotExist)
	_, err = a.projects.Update(ctx, a.projects.Set("name", "x"))
	require.ErrorIs(t, err, gorm.ErrMissingWhereClause, "a fence is no condition of the caller's")
	_, err = repo.InsertFrom(ctx, a.tasks, b.tasks.Columns("title", "project_id"))
	require.ErrorIs(t, err, repo.ErrFenced)
	b2 := b.tags.Using(p.db)
	n, err := b2.Unscoped().Count(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 3, n)

	// A row of the other tenant that refers to this one's, written without a fence.
	require.NoError(t, p.db.Exec("UPDATE fence_tasks SET after_id = (SELECT id FROM fence_tasks WHERE project_id = ?) WHERE project_id = ?", mine.ID, other.ID).Error)
	crossed, err := b.tasks.Filter("project", other.ID).SelectRelated("after").Get(ctx)
	require.NoError(t, err)
	require.NotNil(t, crossed.AfterID)
	require.Nil(t, crossed.After, "it is not loaded")

	require.NoError(t, p.db.Exec("INSERT INTO fence_notes (text, org_id, owner_id, owner_type) VALUES ('crossed', ?, ?, 'fence_projects')", b.org, mine.ID).Error)
	_, err = a.projects.HardDelete(ctx, mine)
	require.ErrorIs(t, err, repo.ErrFenced, "a cascade ends at the fence")
	crossedNotes, err := b.notes.Filter("text", "crossed").Count(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 1, crossedNotes)

	for path, text := range map[string]string{
		"tasks":          "is no foreign key of fenceProject",
		"org__name__in":  "cannot be a fence",
		"org__nothing":   "nothing",
		"land__projects": "is no foreign key of fenceLand",
	} {
		var value any = int64(1)
		if path == "org__name__in" {
			value = []string{"x"}
		}
		require.ErrorContains(t, repo.New[fenceProject](p.db).Fenced(repo.Lookup[fenceProject](path), value).Err(), text, path)
	}
	require.ErrorContains(t, repo.New[fenceLand](p.db).Fenced("org", 1).Err(), "org", "a model without a way to the tenant")
	require.ErrorContains(t, a.projects.Fenced("org", b.org).Err(), "fenced already")
	none, err := a.projects.Union(b.projects).Count(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 3, none, "of one tenant alone")
}

// fenceRow has a policy, the second wall.
type fenceRow struct {
	ID    int64
	OrgID int64 `gorm:"not null"`
}

// A policy hides rows from code that has no fence, for a role that obeys it.
func TestFencePolicy(t *testing.T) {
	t.Parallel()
	db := repotest.Open(t, &fenceRow{})
	ctx := t.Context()
	rows := repo.New[fenceRow](db)
	require.NoError(t, rows.Create(ctx, &fenceRow{OrgID: 1}, &fenceRow{OrgID: 2}))
	role := fmt.Sprint("fence_app_", rand.Uint64())
	for _, sql := range []string{
		"CREATE ROLE " + role + " NOLOGIN NOBYPASSRLS",
		"GRANT SELECT, INSERT, UPDATE, DELETE ON fence_rows TO " + role,
		"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO " + role,
		"ALTER TABLE fence_rows ENABLE ROW LEVEL SECURITY",
		"CREATE POLICY tenant ON fence_rows USING (org_id = nullif(current_setting('app.tenant', true), '')::bigint)",
	} {
		require.NoError(t, db.Exec(sql).Error)
	}
	t.Cleanup(func() { db.Exec("DROP OWNED BY " + role + "; DROP ROLE " + role) })
	as := func(tenant string, fn func(ctx context.Context) error) error {
		return txutil.Atomic(ctx, db, func(ctx context.Context) error {
			if err := txutil.SetLocal(ctx, db, "role", role); err != nil {
				return err
			}
			if tenant != "" {
				if err := txutil.SetLocal(ctx, db, "app.tenant", tenant); err != nil {
					return err
				}
			}
			return fn(ctx)
		})
	}
	for tenant, want := range map[string]int64{"": 0, "1": 1, "2": 1, "3": 0} {
		require.NoError(t, as(tenant, func(ctx context.Context) error {
			n, err := rows.Count(ctx)
			require.Equal(t, want, n, tenant)
			return err
		}))
	}
	err := as("1", func(ctx context.Context) error { return rows.Create(ctx, &fenceRow{OrgID: 2}) })
	require.ErrorContains(t, err, "row-level security")
	require.NoError(t, as("1", func(ctx context.Context) error { return rows.Fenced("org_id", 1).Create(ctx, &fenceRow{}) }))
}
