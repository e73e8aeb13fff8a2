package repo_test

import (
	"context"
	"errors"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repo/fn"
	"github.com/gormango/gormango/txutil"
)

// seat has columns whose default is a constant, Django's db_default.
type seat struct {
	models.AutoKey
	models.Timestamps
	Code   string `gorm:"not null;uniqueIndex"`
	Status string `gorm:"not null;default:new"`
	Rank   int    `gorm:"not null;default:7"`
	Price  *int
	Fee    *decimal.Decimal `gorm:"type:numeric(8,2);default:1.5"` // GORM sets no nil into such a pointer
}

// happened is what ran, in its order; a context carries it to hooks and
// statements.
type happened struct {
	logger.Interface
	mu    sync.Mutex
	steps []string
}

type happenedKey struct{}

func note(ctx context.Context, step string) {
	if h, ok := ctx.Value(happenedKey{}).(*happened); ok {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.steps = append(h.steps, step)
	}
}

func (h *happened) LogMode(logger.LogLevel) logger.Interface { return h }

func (h *happened) Trace(ctx context.Context, _ time.Time, fc func() (string, int64), _ error) {
	sql, _ := fc()
	note(ctx, strings.Fields(sql)[0])
}

func (s *seat) Clean(ctx context.Context) error { note(ctx, "Clean"); return nil }
func (s *seat) BeforeSave(tx *gorm.DB) error    { note(tx.Statement.Context, "BeforeSave"); return nil }
func (s *seat) BeforeCreate(tx *gorm.DB) error {
	note(tx.Statement.Context, "BeforeCreate")
	return nil
}
func (s *seat) AfterCreate(tx *gorm.DB) error { note(tx.Statement.Context, "AfterCreate"); return nil }
func (s *seat) BeforeUpdate(tx *gorm.DB) error {
	note(tx.Statement.Context, "BeforeUpdate")
	return nil
}
func (s *seat) AfterUpdate(tx *gorm.DB) error     { note(tx.Statement.Context, "AfterUpdate"); return nil }
func (s *seat) AfterSave(tx *gorm.DB) error       { note(tx.Statement.Context, "AfterSave"); return nil }
func (s *seat) AfterFind(tx *gorm.DB) error       { note(tx.Statement.Context, "AfterFind"); return nil }
func (s *seat) named(code string, rank int) *seat { s.Code, s.Rank = code, rank; return s }
func seatCoded(code string, rank int) *seat       { return (&seat{}).named(code, rank) }
func seats(t *testing.T) (context.Context, *gorm.DB, *repo.Repository[seat]) {
	t.Helper()
	db := openDB(t, &seat{})
	return context.Background(), db, repo.New[seat](db)
}

// Each row of the table in docs/saving.md is what happens.
func TestSavingRunsAsTheTableSays(t *testing.T) {
	t.Parallel()
	_, db, seats := seats(t)
	repo.PreSave(db, func(ctx context.Context, e repo.SaveEvent[seat]) error { note(ctx, "PreSave"); return nil })
	repo.PostSave(db, func(ctx context.Context, e repo.SaveEvent[seat]) error { note(ctx, "PostSave"); return nil })
	watched := repo.New[seat](db.Session(&gorm.Session{Logger: &happened{Interface: logger.Discard}}))
	require.NoError(t, seats.Create(context.Background(), seatCoded("there", 1)))
	there := func(ctx context.Context) *seat {
		s, err := seats.Filter("code", "there").Get(ctx)
		require.NoError(t, err)
		return s
	}
	calls := map[string]func(ctx context.Context) error{
		"Create":               func(ctx context.Context) error { return watched.Create(ctx, seatCoded("a", 1)) },
		"Save without a key":   func(ctx context.Context) error { return watched.Save(ctx, seatCoded("b", 1)) },
		"Save":                 func(ctx context.Context) error { return watched.Save(ctx, there(context.Background())) },
		"Save of named fields": func(ctx context.Context) error { return watched.Save(ctx, there(context.Background()), "rank") },
		"Refresh":              func(ctx context.Context) error { return watched.Refresh(ctx, there(context.Background())) },
		"GetOrCreate, found": func(ctx context.Context) error {
			_, err := watched.By("code").GetOrCreate(ctx, seatCoded("there", 5))
			return err
		},
		"GetOrCreate, created": func(ctx context.Context) error {
			_, err := watched.By("code").GetOrCreate(ctx, seatCoded("c", 5))
			return err
		},
		"UpdateOrCreate, found": func(ctx context.Context) error {
			_, err := watched.By("code").UpdateOrCreate(ctx, seatCoded("there", 5), "rank")
			return err
		},
		"UpdateOrCreate, created": func(ctx context.Context) error {
			_, err := watched.By("code").UpdateOrCreate(ctx, seatCoded("d", 5), "rank")
			return err
		},
	}
	one := func(code string) []*seat { return []*seat{seatCoded(code, 1)} }
	for name, call := range map[string]func(ctx context.Context) error{
		"BulkCreate":    func(ctx context.Context) error { return watched.BulkCreate(ctx, one("e")) },
		"BulkCreateSeq": func(ctx context.Context) error { _, err := watched.BulkCreateSeq(ctx, each(one("g"))); return err },
		"OnConflict(…).Update(…), Create or BulkCreate": func(ctx context.Context) error {
			return watched.OnConflict("code").Update("rank").Create(ctx, one("f")[0])
		},
		"OnConflict(…).Ignore(), Create or BulkCreate": func(ctx context.Context) error { return watched.OnConflict().Ignore().BulkCreate(ctx, one("f")) },
		"BulkUpdate": func(ctx context.Context) error {
			_, err := watched.BulkUpdate(ctx, []*seat{there(context.Background())}, "rank")
			return err
		},
		"QuerySet.Update": func(ctx context.Context) error {
			_, err := watched.Filter("rank", 1).Update(ctx, watched.Set("rank", 2))
			return err
		},
		"UpdateReturning of objects": func(ctx context.Context) error {
			_, err := repo.UpdateReturning[seat](ctx, watched.Filter("code", "a"), watched.Set("rank", 2))
			return err
		},
		"DeleteReturning of columns": func(ctx context.Context) error {
			_, err := repo.DeleteReturning[string](ctx, watched.Filter("code", "a").Columns("code"))
			return err
		},
		"InsertFrom": func(ctx context.Context) error {
			from := watched.Filter("code", "b").Annotate("other", fn.Concat(repo.F("code"), "'")).Columns("other", "status", "rank")
			_, err := repo.InsertFrom(ctx, watched, from, "code", "status", "rank")
			return err
		},
	} {
		calls[name] = call
	}
	page, err := os.ReadFile("../docs/saving.md")
	require.NoError(t, err)
	_, table, _ := strings.Cut(string(page), "\n## What runs")
	table, _, _ = strings.Cut(table, "\n## ")
	rows := regexp.MustCompile("(?m)^\\| `([^`]+)`([^|]*) \\| ([^|]+) \\|").FindAllStringSubmatch(table, -1)
	require.Len(t, rows, len(calls))
	for _, row := range rows {
		name := strings.TrimSpace(row[1] + row[2])
		call := calls[name]
		require.NotNil(t, call, name)
		h := &happened{}
		require.NoError(t, call(context.WithValue(context.Background(), happenedKey{}, h)), name)
		require.Equal(t, strings.TrimSpace(row[3]), strings.Join(h.steps, ", "), name)
	}
}

func TestSaveSignals(t *testing.T) {
	t.Parallel()
	ctx, db, seats := seats(t)
	type told struct {
		key     int64
		created bool
		fields  []repo.Name[seat]
	}
	var pre, post []told
	fail := false
	stop := repo.PreSave(db, func(ctx context.Context, e repo.SaveEvent[seat]) error {
		pre = append(pre, told{e.Obj.ID, e.Created, e.Fields})
		e.Obj.Price = ptr(3) // before the statement: it is written
		return nil
	})
	repo.PostSave(db, func(ctx context.Context, e repo.SaveEvent[seat]) error {
		post = append(post, told{e.Obj.ID, e.Created, e.Fields})
		require.True(t, txutil.InTransaction(ctx, db))
		if fail {
			return errors.New("not this one")
		}
		return nil
	})
	s := seatCoded("a", 1)
	require.NoError(t, seats.Create(ctx, s))
	require.NoError(t, seats.Save(ctx, s, "rank", "code"))
	require.NoError(t, seats.KeepTimes().Save(ctx, s, "rank"))
	require.NoError(t, seats.Save(ctx, s))
	want := []told{{s.ID, true, nil}, {s.ID, false, []repo.Name[seat]{"rank", "code", "updated_at"}}, {s.ID, false, []repo.Name[seat]{"rank"}}, {s.ID, false, nil}}
	require.Equal(t, want, post)
	want[0].key = 0
	require.Equal(t, want, pre)
	got, err := seats.ByPK(ctx, s.ID)
	require.NoError(t, err)
	require.Equal(t, ptr(3), got.Price)

	// An error is that of the write, which is rolled back; the key that it had
	// filled goes.
	fail = true
	b := seatCoded("b", 1)
	require.EqualError(t, seats.Create(ctx, b), "not this one")
	require.Zero(t, b.ID)
	require.Zero(t, count(t, ctx, seats.Filter("code", "b")))
	s.Rank = 99
	require.EqualError(t, seats.Save(ctx, s), "not this one")
	require.Zero(t, count(t, ctx, seats.Filter("rank", 99)))
	stop()
	n := len(pre)
	require.Error(t, seats.Save(ctx, s))
	require.Len(t, pre, n)
}

// A zero value is written, and the database's default is taken where it is
// asked for.
func TestDefaults(t *testing.T) {
	t.Parallel()
	ctx, seatsDB, seats := seats(t)
	zero := seatCoded("a", 0)
	require.NoError(t, seats.Create(ctx, zero))
	got, err := seats.ByPK(ctx, zero.ID)
	require.NoError(t, err)
	require.Equal(t, 0, got.Rank)
	require.Empty(t, got.Status)

	byDB := seatCoded("b", 3)
	require.NoError(t, seats.Defaults("rank", "status").Create(ctx, byDB))
	require.Equal(t, 7, byDB.Rank, "read back, whatever the object held")
	require.Equal(t, "new", byDB.Status)
	_, err = seats.Defaults("status").By("code").GetOrCreate(ctx, seatCoded("c", 1))
	require.NoError(t, err)
	many := []*seat{seatCoded("d", 1), seatCoded("e", 2)}
	require.NoError(t, seats.Defaults("rank").BulkCreate(ctx, many))
	require.Equal(t, 7, many[1].Rank)
	require.EqualValues(t, 2, count(t, ctx, seats.Filter("status", "new")))
	require.EqualValues(t, 3, count(t, ctx, seats.Filter("rank", 7)))
	again := seatCoded("f", 1)
	require.NoError(t, seats.Defaults("rank").Defaults().Create(ctx, again))
	require.Equal(t, 1, again.Rank)
	// What failed is as it was.
	twice := seatCoded("b", 3)
	require.Error(t, seats.Defaults("rank").Create(ctx, twice))
	require.Equal(t, 3, twice.Rank)

	rolled := seatCoded("r", 3)
	require.Error(t, txutil.Atomic(ctx, seatsDB, func(ctx context.Context) error {
		require.NoError(t, seats.Defaults("rank", "fee").Create(ctx, rolled))
		require.NotNil(t, rolled.Fee)
		return errors.New("not after all")
	}))
	require.Nil(t, rolled.Fee)
	require.Equal(t, 3, rolled.Rank)

	bad := seats.Defaults("rnak")
	var fe *repo.FieldError
	require.ErrorAs(t, bad.Err(), &fe)
	require.Equal(t, "rank", fe.Nearest)
	require.ErrorAs(t, bad.Create(ctx, again), &fe)
	var none *repo.Repository[seat]
	require.ErrorIs(t, none.Defaults("rank").Create(ctx, again), repo.ErrUnbound)
}

func TestSaveOfNamedFields(t *testing.T) {
	t.Parallel()
	ctx, _, seats := seats(t)
	s := seatCoded("a", 1)
	require.NoError(t, seats.Create(ctx, s))
	was := s.UpdatedAt
	s.Rank, s.Status = 0, "unsaved"
	require.NoError(t, seats.KeepTimes().Save(ctx, s, "rank"))
	got, err := seats.ByPK(ctx, s.ID)
	require.NoError(t, err)
	require.Equal(t, 0, got.Rank, "a zero value too")
	require.Empty(t, got.Status)
	require.Equal(t, was, got.UpdatedAt)
	require.NoError(t, seats.Save(ctx, s, "rank"))
	require.True(t, s.UpdatedAt.After(was))
	old := time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)
	s.UpdatedAt = old
	require.NoError(t, seats.KeepTimes().Save(ctx, s))
	require.NoError(t, seats.Refresh(ctx, s))
	require.True(t, old.Equal(s.UpdatedAt), "written as it is")

	var fe *repo.FieldError
	for _, name := range []repo.Name[seat]{"id", "pk", "ranke", ""} {
		require.ErrorAs(t, seats.Save(ctx, s, name), &fe, name)
	}
	require.ErrorIs(t, seats.Save(ctx, &seat{}, "rank"), repo.ErrNoKey)
	require.ErrorIs(t, seats.Save(ctx, &seat{AutoKey: key(99)}, "rank"), repo.ErrDoesNotExist)
	require.ErrorIs(t, seats.Save(ctx, &seat{AutoKey: key(99), Code: "z"}), repo.ErrDoesNotExist)
	require.Zero(t, count(t, ctx, seats.Filter("code", "z")), "never inserted under a key that is set")
}

// What Only and Defer left out is not written by a repository with the same
// mask.
func TestSaveOfPartlyLoadedObjects(t *testing.T) {
	t.Parallel()
	ctx, _, seats := seats(t)
	s := seatCoded("a", 5)
	s.Status, s.Price = "sold", ptr(9)
	require.NoError(t, seats.Create(ctx, s))
	for _, qs := range []*repo.QuerySet[seat]{seats.Only("rank"), seats.Defer("code", "status", "price", "created_at")} {
		some := qs
		got, err := some.Get(ctx)
		require.NoError(t, err)
		require.Empty(t, got.Status)
		got.Rank++
		require.NoError(t, some.Save(ctx, got))
		whole, err := seats.Get(ctx)
		require.NoError(t, err)
		require.Equal(t, got.Rank, whole.Rank)
		require.Equal(t, "sold", whole.Status)
		require.Equal(t, ptr(9), whole.Price)
		require.False(t, whole.CreatedAt.IsZero())
	}
	keys := seats.Only("id")
	got, err := keys.Get(ctx)
	require.NoError(t, err)
	require.ErrorContains(t, keys.Save(ctx, got), "repo: seat: nothing to save: Only or Defer loads no column but the key")
	// A match is read whole, whatever the mask.
	found := &seat{Code: "a"}
	_, err = keys.By("code").GetOrCreate(ctx, found)
	require.NoError(t, err)
	require.Equal(t, "sold", found.Status)
}

// A foreign key that cannot be NULL is taken from its object, and an object
// that was never saved is refused; a key that was cleared stays so.
func TestSaveTakesKeys(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	ann, bob := l.author(t, "Ann"), l.author(t, "Bob")
	b := l.book(t, "x", ann)
	b.Author, b.AuthorID = bob, 0
	require.NoError(t, l.books.Save(ctx, b))
	require.Equal(t, bob.ID, b.AuthorID)
	b.Author, b.AuthorID = ann, 0
	n, err := l.books.BulkUpdate(ctx, []*Book{b}, "author")
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
	require.EqualValues(t, 1, count(t, ctx, l.books.Filter("author", ann)))

	b.Editor = &Author{Name: "unsaved"}
	require.ErrorIs(t, l.books.Save(ctx, b), repo.ErrNoKey)
	require.ErrorIs(t, l.books.Save(ctx, b, "editor"), repo.ErrNoKey)
	_, err = l.books.BulkUpdate(ctx, []*Book{b}, "editor")
	require.ErrorIs(t, err, repo.ErrNoKey)

	b.Editor, b.EditorID = bob, &bob.ID
	require.NoError(t, l.books.Save(ctx, b))
	got, err := l.books.SelectRelated("editor").Get(ctx)
	require.NoError(t, err)
	got.EditorID = nil
	require.NoError(t, l.books.Save(ctx, got))
	require.Nil(t, got.Editor, "the object that the key does not name is dropped")
	require.EqualValues(t, 1, count(t, ctx, l.books.Filter("editor__isnull", true)))
}

// IM-10: a copy is the struct without its key.
func TestCopyOfARow(t *testing.T) {
	t.Parallel()
	ctx, _, seats := seats(t)
	s := seatCoded("a", 5)
	require.NoError(t, seats.Create(ctx, s))
	twin := *s
	twin.AutoKey, twin.Code = models.AutoKey{}, "b"
	require.NoError(t, seats.Save(ctx, &twin))
	require.NotEqual(t, s.ID, twin.ID)
	require.EqualValues(t, 2, count(t, ctx, seats.Filter("rank", 5)))
}
