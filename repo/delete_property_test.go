package repo_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/longtest"
	"github.com/gormango/gormango/repo"
)

// zDelete deletes rows of one table of the zoo that a column picks, as objects
// or as rows.
type zDelete struct {
	table, column string
	run           func(ctx context.Context, db *gorm.DB, values []any, asObjects bool) (repo.Deleted, error)
}

func zDeleteOf[T any](table, column string) zDelete {
	return zDelete{table, column, func(ctx context.Context, db *gorm.DB, values []any, asObjects bool) (repo.Deleted, error) {
		r := repo.New[T](db)
		qs := r.Filter(repo.Lookup[T](column+"__in"), values)
		if !asObjects {
			return qs.Delete(ctx)
		}
		objs, err := qs.All(ctx)
		if err != nil || len(objs) == 0 {
			return repo.Deleted{By: map[string]int64{}}, err
		}
		return r.Delete(ctx, objs...)
	}}
}

var zDeletes = []zDelete{
	zDeleteOf[zArea]("z_areas", "id"), zDeleteOf[zArea]("z_areas", "id"), zDeleteOf[zPen]("z_pens", "id"), zDeleteOf[zPen]("z_pens", "id"), zDeleteOf[zTag]("z_tags", "id"), zDeleteOf[zNote]("z_notes", "id"),
	zDeleteOf[zBeast]("z_beasts", "id"), zDeleteOf[zTooth]("z_teeth", "n"), zDeleteOf[zFilling]("z_fillings", "id"), zDeleteOf[zContract]("z_contracts", "id"),
	zDeleteOf[zTicket]("z_tickets", "id"), zDeleteOf[zHen]("z_hens", "id"), zDeleteOf[zEgg]("z_eggs", "id"),
}

func listenTo[T any](db *gorm.DB, name string, pre, post map[string]int64) (stop func()) {
	a := repo.PreDelete(db, func(context.Context, repo.DeleteEvent[T]) error { pre[name]++; return nil })
	b := repo.PostDelete(db, func(context.Context, repo.DeleteEvent[T]) error { post[name]++; return nil })
	return func() { a(); b() }
}

// zListen has every model of the zoo listened to.
func zListen(db *gorm.DB, pre, post map[string]int64) (stop func()) {
	stops := []func(){
		listenTo[zArea](db, "zArea", pre, post), listenTo[zPen](db, "zPen", pre, post), listenTo[zTag](db, "zTag", pre, post), listenTo[zNote](db, "zNote", pre, post),
		listenTo[zBeast](db, "zBeast", pre, post), listenTo[zTooth](db, "zTooth", pre, post), listenTo[zFilling](db, "zFilling", pre, post),
		listenTo[zContract](db, "zContract", pre, post), listenTo[zTicket](db, "zTicket", pre, post), listenTo[zHen](db, "zHen", pre, post), listenTo[zEgg](db, "zEgg", pre, post),
	}
	return func() {
		for _, fn := range stops {
			fn()
		}
	}
}

func zHolders(list []repo.Holder) []string {
	var out []string
	for _, h := range list {
		key, ok := h.Key.([]any)
		if !ok {
			key = []any{h.Key}
		}
		out = append(out, fmt.Sprint(h.Model, key))
	}
	slices.Sort(out)
	return out
}

// Random deletes in random graphs have the results of a slow reference: counts,
// rows that stay, objects that prevent the delete, and a signal for each row if
// there are receivers.
func TestDeleteAsTheReference(t *testing.T) {
	t.Parallel()
	ctx, db := context.Background(), openDB(t, zoo()...)
	seen := map[string]int{}
	for seed := range int64(longtest.Count(80, 160)) {
		rnd := rand.New(rand.NewSource(seed))
		zFill(t, db, rnd)
		d := zDeletes[rnd.Intn(len(zDeletes))]
		values, all := []any{}, zRead(t, db)
		for _, r := range all[d.table] {
			if v := r[d.column]; rnd.Intn(2) == 0 && !slices.Contains(values, v) {
				values = append(values, v)
			}
		}
		want := zReference(all, d.table, func(r zRow) bool { return slices.Contains(values, r[d.column]) })
		args := make([]any, len(values))
		for i, v := range values {
			switch x := v.(type) {
			case float64:
				args[i] = int64(x)
			case string:
				args[i] = x
				if id, err := uuid.Parse(x); err == nil {
					args[i] = id
				}
			}
		}
		asObjects, listened := rnd.Intn(2) == 0, rnd.Intn(3) == 0
		pre, post := map[string]int64{}, map[string]int64{}
		stop := func() {}
		if listened {
			stop = zListen(db, pre, post)
		}
		got, err := d.run(ctx, db, args, asObjects)
		stop()
		text := fmt.Sprintf("seed %d: %s %s in %v, as objects %v, listened to %v", seed, d.table, d.column, values, asObjects, listened)
		outcome := zOutcome{After: zRead(t, db), By: map[string]int64{}}
		var protected *repo.ProtectedError
		var restricted *repo.RestrictedError
		var integrity *gormango.IntegrityError
		switch {
		case errors.As(err, &protected):
			outcome.Err, outcome.Holders = "protected", zHolders(protected.Holders)
		case errors.As(err, &restricted):
			outcome.Err, outcome.Holders = "restricted", zHolders(restricted.Holders)
		case errors.As(err, &integrity) && integrity.Kind == gormango.ForeignKey:
			outcome.Err = "foreign key"
		default:
			require.NoError(t, err, text)
			outcome.By = got.By
			var total int64
			for _, n := range got.By {
				total += n
			}
			require.Equal(t, total, got.Total, text)
		}
		if want.Err != "" {
			want.By = map[string]int64{}
		}
		require.Equal(t, want, outcome, text)
		seen[outcome.Err]++
		if listened && err == nil {
			delete(got.By, "z_pen_tags")
			require.Equal(t, got.By, pre, text)
			require.Equal(t, got.By, post, text)
		}
		if outcome.Total() > 3 {
			seen["large"]++
		}
	}
	for _, kind := range []string{"", "protected", "restricted", "foreign key", "large"} {
		require.Greater(t, seen[kind], longtest.Size(0, 3), "%q of %v", kind, seen)
	}
}

// Total is how many rows went.
func (o zOutcome) Total() (n int64) {
	for _, x := range o.By {
		n += x
	}
	return n
}
