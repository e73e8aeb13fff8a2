package repo_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
	"pgregory.net/rapid"

	"github.com/gormango/gormango/internal/longtest"
	"github.com/gormango/gormango/repo"
)

// softRow is a row of the model: the delete that marked it, 0 for a live row,
// and the rows that it refers to.
type softRow struct {
	mark int
	to   map[string]int64
}

// softModel is what docs/deleting.md says, over the tables of fillBins.
type softModel struct {
	rows map[string]map[int64]*softRow
	mark int
}

// softKeys are the foreign keys: of whom, the column, to whom, and what it
// does. Nails and views have no mark.
var softKeys = []struct{ from, column, to, action string }{
	{"s_bins", "in_id", "s_bins", "cascade"},
	{"s_papers", "bin_id", "s_bins", "cascade"},
	{"s_nails", "bin_id", "s_bins", "cascade"},
	{"s_leases", "bin_id", "s_bins", "restrict"},
	{"s_leases", "paper_id", "s_papers", "protect"},
	{"s_views", "bin_id", "s_bins", "set null"},
}

var (
	softTables = []string{"s_bins", "s_papers", "s_leases", "s_nails", "s_views"}
	softNames  = map[string]string{"s_bins": "sBin", "s_papers": "sPaper", "s_leases": "sLease", "s_nails": "sNail", "s_views": "sView"}
)

func marked(table string) bool { return table != "s_nails" && table != "s_views" }

type softID struct {
	table string
	id    int64
}

// along are the rows that go with others: those that refer to them by a
// cascade, and that follow says yes to.
func (m *softModel) along(start map[softID]bool, follow func(parent, child *softRow, table string) bool) {
	for again := true; again; {
		again = false
		for _, k := range softKeys {
			for id, r := range m.rows[k.from] {
				at := softID{k.from, id}
				owner := softID{k.to, r.to[k.column]}
				if k.action == "cascade" && !start[at] && start[owner] && follow(m.rows[owner.table][owner.id], r, k.from) {
					start[at], again = true, true
				}
			}
		}
	}
}

// refused says who holds rows that go: a protecting row in any case, a
// restricting one that does not go along.
func (m *softModel) refused(gone map[softID]bool, live bool) string {
	for _, action := range []string{"protect", "restrict"} {
		for _, k := range softKeys {
			for id, r := range m.rows[k.from] {
				if k.action == action && (!live || r.mark == 0) && gone[softID{k.to, r.to[k.column]}] && (action == "protect" || !gone[softID{k.from, id}]) {
					return action
				}
			}
		}
	}
	return ""
}

func counted(gone map[softID]bool) map[string]int64 {
	by := map[string]int64{}
	for at := range gone {
		by[softNames[at.table]]++
	}
	return by
}

// soft marks rows that are live, restore empties the mark of rows that have
// one, hard removes rows. Each returns what is counted.
func (m *softModel) soft(rows map[softID]bool) (by map[string]int64, refused string) {
	m.along(rows, func(_, child *softRow, table string) bool { return marked(table) && child.mark == 0 })
	if refused = m.refused(rows, true); refused != "" {
		return nil, refused
	}
	m.mark++
	for at := range rows {
		m.rows[at.table][at.id].mark = m.mark
	}
	return counted(rows), ""
}

func (m *softModel) restore(rows map[softID]bool) map[string]int64 {
	m.along(rows, func(parent, child *softRow, _ string) bool { return child.mark != 0 && child.mark == parent.mark })
	for at := range rows {
		m.rows[at.table][at.id].mark = 0
	}
	return counted(rows)
}

func (m *softModel) hard(rows map[softID]bool) (by map[string]int64, refused string) {
	m.along(rows, func(_, _ *softRow, _ string) bool { return true })
	if refused = m.refused(rows, false); refused != "" {
		return nil, refused
	}
	for _, k := range softKeys {
		for _, r := range m.rows[k.from] {
			if k.action == "set null" && rows[softID{k.to, r.to[k.column]}] {
				delete(r.to, k.column)
			}
		}
	}
	for at := range rows {
		delete(m.rows[at.table], at.id)
	}
	return counted(rows), ""
}

// softVerbs are the verbs of one model that has a mark.
type softVerbs struct {
	ids func(ctx context.Context, kind string) ([]int64, error)
	run func(ctx context.Context, verb string, ids []int64, asObjects bool) (map[string]int64, error)
}

func softVerbsOf[T any](db *gorm.DB) softVerbs {
	r := repo.New[T](db)
	return softVerbs{
		ids: func(ctx context.Context, kind string) ([]int64, error) {
			return repo.Values[int64](ctx, map[string]*repo.QuerySet[T]{"live": r, "marked": r.OnlyDeleted(), "all": r.WithDeleted()}[kind], "pk")
		},
		run: func(ctx context.Context, verb string, ids []int64, asObjects bool) (map[string]int64, error) {
			qs := r.Filter("pk__in", ids)
			if verb == "hard" {
				qs = qs.WithDeleted()
			}
			var d repo.Deleted
			var err error
			if asObjects {
				objs, err := r.WithDeleted().Filter("pk__in", ids).All(ctx)
				if err != nil {
					return nil, err
				}
				switch verb {
				case "soft":
					d, err = r.Delete(ctx, objs...)
				case "hard":
					d, err = r.HardDelete(ctx, objs...)
				default:
					back, err := r.Restore(ctx, objs...)
					return back.By, err
				}
				return d.By, err
			}
			switch verb {
			case "soft":
				d, err = qs.Delete(ctx)
			case "hard":
				d, err = qs.HardDelete(ctx)
			default:
				back, err := qs.Restore(ctx)
				return back.By, err
			}
			return d.By, err
		},
	}
}

// read compares the tables with the model: which rows there are, to what they
// refer, and which were marked by one delete.
func (m *softModel) read(t require.TestingT, db *gorm.DB, verbs map[string]softVerbs) {
	ctx := context.Background()
	times := map[string]int{}
	for _, table := range softTables {
		var rows []map[string]any
		require.NoError(t, db.Raw("SELECT * FROM "+table).Scan(&rows).Error)
		require.Len(t, rows, len(m.rows[table]), table)
		for _, row := range rows {
			want := m.rows[table][row["id"].(int64)]
			require.NotNil(t, want, "%s %v", table, row["id"])
			for _, k := range softKeys {
				if k.from != table {
					continue
				}
				id, _ := row[k.column].(int64)
				require.Equal(t, want.to[k.column], id, "%s %v: %s", table, row["id"], k.column)
			}
			at, is := row["deleted_at"]
			require.Equal(t, want.mark != 0, is && at != nil, "%s %v", table, row["id"])
			if want.mark != 0 {
				text := fmt.Sprint(at)
				if _, seen := times[text]; !seen {
					require.NotContains(t, slices.Collect(maps.Values(times)), want.mark, "one delete, two times")
					times[text] = want.mark
				}
				require.Equal(t, want.mark, times[text], "two deletes, one time")
			}
		}
	}
	for table, v := range verbs {
		for _, kind := range []string{"live", "marked", "all"} {
			ids, err := v.ids(ctx, kind)
			require.NoError(t, err)
			require.ElementsMatch(t, m.ids(table, kind), ids, "%s %s", kind, table)
		}
	}
}

func (m *softModel) ids(table, kind string) []int64 {
	out := []int64{}
	for id, r := range m.rows[table] {
		if kind == "all" || (kind == "live") == (r.mark == 0) {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// Random creates, soft deletes, restores, hard deletes and moves do what
// docs/deleting.md says.
func TestSoftDeleteAsTheReference(t *testing.T) {
	t.Parallel()
	ctx, db := context.Background(), openDB(t, &sBin{}, &sTag{}, &sPaper{}, &sNail{}, &sLease{}, &sView{})
	verbs := map[string]softVerbs{"s_bins": softVerbsOf[sBin](db), "s_papers": softVerbsOf[sPaper](db), "s_leases": softVerbsOf[sLease](db)}
	seen := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		require.NoError(t, db.Exec("TRUNCATE "+strings.Join(softTables, ", ")+", s_bin_tags RESTART IDENTITY").Error)
		m := &softModel{rows: map[string]map[int64]*softRow{}}
		for _, table := range softTables {
			m.rows[table] = map[int64]*softRow{}
		}
		next := map[string]int64{}
		refer := func(table, column string) (id int64) {
			for _, k := range softKeys {
				if k.from != table || k.column != column {
					continue
				}
				must := table == "s_papers" || table == "s_nails"
				if ids := m.ids(k.to, "all"); len(ids) > 0 && (must || rapid.IntRange(0, 3).Draw(t, "refers") > 0) {
					return rapid.SampledFrom(ids).Draw(t, column)
				}
			}
			return 0
		}
		create := func(table string) {
			r := &softRow{to: map[string]int64{}}
			columns, values := []string{"id"}, []any{next[table] + 1}
			for _, k := range softKeys {
				if k.from != table {
					continue
				}
				if id := refer(table, k.column); id != 0 {
					r.to[k.column] = id
					columns, values = append(columns, k.column), append(values, id)
				} else if table == "s_papers" || table == "s_nails" {
					return // there is no bin
				}
			}
			if table == "s_bins" || table == "s_papers" {
				columns, values = append(columns, "lock_version"), append(values, 1)
			}
			next[table]++
			m.rows[table][next[table]] = r
			require.NoError(t, db.Exec(fmt.Sprintf("INSERT INTO %s (%s) VALUES (?)", table, strings.Join(columns, ", ")), values).Error)
		}
		for range rapid.IntRange(3, 8).Draw(t, "bins") {
			create("s_bins")
		}
		for range rapid.IntRange(5, 20).Draw(t, "more") {
			create(rapid.SampledFrom(softTables).Draw(t, "table"))
		}
		for range rapid.IntRange(5, 30).Draw(t, "steps") {
			verb := rapid.SampledFrom([]string{"create", "soft", "soft", "restore", "restore", "hard", "move"}).Draw(t, "verb")
			switch verb {
			case "create":
				create(rapid.SampledFrom(softTables).Draw(t, "table"))
			case "move":
				k := rapid.SampledFrom(softKeys).Draw(t, "key")
				ids := m.ids(k.from, "all")
				if len(ids) == 0 {
					continue
				}
				id, to := rapid.SampledFrom(ids).Draw(t, "id"), refer(k.from, k.column)
				var value any
				if m.rows[k.from][id].to[k.column] = to; to != 0 {
					value = to
				}
				require.NoError(t, db.Exec(fmt.Sprintf("UPDATE %s SET %s = ? WHERE id = ?", k.from, k.column), value, id).Error)
			default:
				table := rapid.SampledFrom([]string{"s_bins", "s_bins", "s_papers", "s_leases"}).Draw(t, "table")
				from := m.ids(table, map[string]string{"soft": "live", "restore": "marked", "hard": "all"}[verb])
				if len(from) == 0 {
					continue
				}
				ids := rapid.SliceOfNDistinct(rapid.SampledFrom(from), 1, min(len(from), 3), rapid.ID[int64]).Draw(t, "ids")
				rows := map[softID]bool{}
				for _, id := range ids {
					rows[softID{table, id}] = true
				}
				asObjects := rapid.Bool().Draw(t, "as objects")
				by, err := verbs[table].run(ctx, verb, ids, asObjects)
				var want map[string]int64
				refused := ""
				switch verb {
				case "soft":
					want, refused = m.soft(rows)
				case "hard":
					want, refused = m.hard(rows)
				default:
					want = m.restore(rows)
				}
				seen[verb+" "+refused]++
				if len(want) > 1 {
					seen[verb+" along"]++
				}
				var protected *repo.ProtectedError
				var restricted *repo.RestrictedError
				switch refused {
				case "protect":
					require.True(t, errors.As(err, &protected), "%v", err)
				case "restrict":
					require.True(t, errors.As(err, &restricted), "%v", err)
				default:
					require.NoError(t, err)
					require.Equal(t, want, by)
				}
			}
			m.read(t, db, verbs)
		}
	})
	t.Logf("%v", seen)
	if !longtest.Asked() {
		return // too few random steps to meet each case for certain
	}
	for _, what := range []string{"soft ", "soft along", "soft protect", "soft restrict", "restore ", "restore along", "hard ", "hard along", "hard protect", "hard restrict"} {
		require.NotZero(t, seen[what], "%q of %v", what, seen)
	}
}
