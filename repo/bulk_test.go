package repo_test

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"iter"
	"runtime"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/internal/longtest"
	"github.com/gormango/gormango/migrate"
	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/txutil"
)

func TestBulkCreate(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	ann := l.author(t, "Ann")
	// More values than a statement may have parameters.
	books := make([]*Book, 10_000)
	day := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	for i := range books {
		books[i] = &Book{Title: fmt.Sprint("ä", i), AuthorID: ann.ID, Pages: i, Price: decimal.New(int64(i), -2), Status: "x"}
		if i%2 == 0 {
			books[i].Rating, books[i].PublishedAt, books[i].Day, books[i].Subtitle = ptr(float64(i)), ptr(time.Now()), &day, ptr("s")
		}
	}
	require.NoError(t, l.books.BulkCreate(ctx, books))
	got, err := l.books.OrderBy("id").All(ctx)
	require.NoError(t, err)
	require.Len(t, got, len(books))
	for i, b := range books {
		require.Equal(t, b.ID, got[i].ID, "each object got the key of its own row")
		require.True(t, b.Price.Equal(got[i].Price))
		b.Price, got[i].Price = decimal.Zero, decimal.Zero
		if b.PublishedAt != nil {
			require.True(t, b.PublishedAt.Equal(*got[i].PublishedAt))
			b.PublishedAt, got[i].PublishedAt = nil, nil
		}
		require.Equal(t, *b, *got[i])
	}
	require.NoError(t, l.books.BulkCreate(ctx, nil))
}

func TestBulkCreateMixed(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	a := []*Author{{Name: "a"}, {AutoKey: key(50), Name: "b"}, {Name: "c"}, {AutoKey: key(51), Name: "d"}}
	require.NoError(t, l.authors.BulkCreate(ctx, a))
	require.Equal(t, int64(50), a[1].ID)
	require.NotZero(t, a[0].ID)
	names := func() (out []string) {
		all, err := l.authors.All(ctx)
		require.NoError(t, err)
		for _, x := range all {
			out = append(out, x.Name)
		}
		return out
	}
	require.Equal(t, []string{"a", "b", "c", "d"}, names())

	// Two statements, the second fails: nothing stays.
	err := l.authors.BulkCreate(ctx, []*Author{{Name: "e"}, {AutoKey: key(50), Name: "f"}})
	var ie *gormango.IntegrityError
	require.ErrorAs(t, err, &ie)
	require.Equal(t, []string{"id"}, ie.Columns)
	require.Equal(t, []string{"a", "b", "c", "d"}, names())

	err = l.books.BulkCreate(ctx, []*Book{{Title: "x"}, {Title: ""}})
	var ve *models.ValidationError
	require.ErrorAs(t, err, &ve)
	require.EqualError(t, err, "repo: Book: object 1: models: invalid title: This field cannot be blank.")
	var oe *repo.ObjectError
	require.ErrorAs(t, err, &oe)
	require.Equal(t, 1, oe.Index)
	require.EqualError(t, l.books.BulkCreate(ctx, []*Book{nil}), "repo: Book: object 0: repo: Book: a nil object")
}

type labelled struct {
	models.AutoKey
	Labels []string       `gorm:"type:text[]"`
	Data   map[string]any `gorm:"type:jsonb;serializer:json"`
}

type mood string

type sized struct {
	models.AutoKey
	Word  string  `gorm:"size:3"`
	Code  string  `gorm:"type:char(2)"`
	Bits  *string `gorm:"type:varchar(1)"`
	Mood  mood    `gorm:"type:mood"`
	Other *mood   `gorm:"type:mood"`
	Level level   `gorm:"type:smallint"`
}

type level uint8

func sizedRows(t *testing.T) (context.Context, *repo.Repository[sized]) {
	t.Helper()
	db := openDB(t)
	require.NoError(t, db.Exec("CREATE TYPE mood AS ENUM ('calm', 'wild')").Error)
	_, err := migrate.Auto(context.Background(), db, &sized{})
	require.NoError(t, err)
	return context.Background(), repo.New[sized](db)
}

// A cast to varchar(3) cuts what is too long in silence; a column refuses it.
func TestBulkCreateCutsNothing(t *testing.T) {
	t.Parallel()
	ctx, r := sizedRows(t)
	for _, bad := range []*sized{{Word: "four", Mood: "calm"}, {Code: "abc", Mood: "calm"}, {Bits: ptr("xy"), Mood: "calm"}} {
		one := *bad
		require.ErrorContains(t, r.Create(ctx, &one), "22001")
		require.ErrorContains(t, r.BulkCreate(ctx, []*sized{bad, {Word: "ok", Mood: "calm"}}), "22001")
	}
	n, err := r.Count(ctx)
	require.NoError(t, err)
	require.Zero(t, n)
}

// Named types of text and small integers, enums of PostgreSQL among them, go
// into lists.
func TestNamedTypesInLists(t *testing.T) {
	t.Parallel()
	ctx, r := sizedRows(t)
	require.NoError(t, r.BulkCreate(ctx, []*sized{{Word: "a", Mood: "calm", Level: 3}, {Word: "b", Mood: "wild", Other: ptr(mood("calm")), Level: 200}}))
	for lookup, v := range map[repo.Lookup[sized]]any{"mood__in": []mood{"wild"}, "mood": mood("wild"), "other__in": []*mood{ptr(mood("calm"))}, "level__in": []level{200, 7}, "level": level(200)} {
		got, err := r.Filter(lookup, v).Get(ctx)
		require.NoError(t, err, lookup)
		require.Equal(t, "b", got.Word, lookup)
	}
}

// unnest flattens arrays of arrays, so such rows go as values, many at a time.
func TestBulkCreateArrays(t *testing.T) {
	t.Parallel()
	onlyOpened(t, "arrays in plain slices: GORM does not read them")
	db := openDB(t, &labelled{})
	h := &happened{Interface: logger.Discard}
	ctx := context.WithValue(context.Background(), happenedKey{}, h)
	r := repo.New[labelled](db.Session(&gorm.Session{Logger: h}))
	rows := []*labelled{{Labels: []string{"a", "b"}, Data: map[string]any{"x": 1.0}}, {Labels: []string{}}, {Labels: nil}, {AutoKey: key(70_000), Labels: []string{"k"}}}
	for range 2_500 {
		rows = append(rows, &labelled{Labels: []string{"a,\"b\"", "{NULL}"}})
	}
	require.NoError(t, r.BulkCreate(ctx, rows))
	require.Len(t, slices.DeleteFunc(h.steps, func(s string) bool { return s != "INSERT" }), 4, "three of a thousand at most, and one with a key")
	byID, err := repo.InBulk[int64](ctx, r, nil)
	require.NoError(t, err)
	require.Len(t, byID, len(rows))
	for _, row := range rows {
		require.Equal(t, row, byID[row.ID])
	}
}

// What the database refuses is named by index and field, and nothing is stored:
// in any way of writing, inside of a transaction as well.
func TestBulkCreateNamesTheBadRow(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	ann := l.author(t, "Ann")
	sizedCtx, sizedRows := sizedRows(t)
	books := func(bad func(b *Book)) []*Book {
		list := make([]*Book, 100)
		for i := range list {
			list[i] = &Book{Title: fmt.Sprint(i), AuthorID: ann.ID, Pages: i}
		}
		bad(list[73])
		return list
	}
	for name, c := range map[string]struct {
		bad   func(b *Book)
		field string
	}{
		"check":       {func(b *Book) { b.Stock = -1 }, "stock"},
		"unique":      {func(b *Book) { b.Title = "5" }, "title"},
		"foreign key": {func(b *Book) { b.AuthorID = 4711 }, "author_id"},
		"numeric":     {func(b *Book) { b.Price = decimal.New(1, 20) }, "price"},
	} {
		for how, opts := range map[string][]repo.BulkOption{"arrays": nil, "batches": {repo.BatchSize(30)}, "copy": {repo.UseCopy()}} {
			list := books(c.bad)
			err := l.books.BulkCreate(ctx, list, opts...)
			var oe *repo.ObjectError
			require.ErrorAs(t, err, &oe, "%s by %s", name, how)
			require.Equal(t, 73, oe.Index, "%s by %s: %v", name, how, err)
			require.Equal(t, c.field, oe.Field, "%s by %s: %v", name, how, err)
			require.Zero(t, list[3].ID)
			require.Zero(t, count(t, ctx, l.books))
			n, err := l.books.BulkCreateSeq(ctx, each(list), append(opts, repo.BatchSize(40))...)
			require.ErrorAs(t, err, &oe)
			require.Equal(t, 73, oe.Index, "%s by %s", name, how)
			require.Zero(t, n)
			require.Zero(t, count(t, ctx, l.books))
		}
	}
	rows := []*sized{{Word: "a", Mood: "calm"}, {Word: "b", Mood: "calm"}, {Word: "four", Mood: "calm"}}
	err := sizedRows.BulkCreate(sizedCtx, rows)
	require.EqualError(t, err, `repo: sized: object 2: word: gormango: value too long for type character varying(3) (SQLSTATE 22001)`)
	rows[2] = &sized{Word: "c", Mood: "sad"}
	require.ErrorContains(t, sizedRows.BulkCreate(sizedCtx, rows), "repo: sized: object 2: mood: ")

	// A transaction goes on after it.
	require.NoError(t, txutil.Atomic(ctx, l.db, func(ctx context.Context) error {
		require.NoError(t, l.books.BulkCreate(ctx, books(func(*Book) {})[:3]))
		var oe *repo.ObjectError
		list := []*Book{{Title: "x", AuthorID: ann.ID}, {Title: "y", AuthorID: ann.ID}, {Title: "1", AuthorID: ann.ID}}
		require.ErrorAs(t, l.books.BulkCreate(ctx, list), &oe)
		require.Equal(t, 2, oe.Index, "a row of the same transaction is in the way")
		require.Zero(t, list[0].ID)
		return nil
	}))
	require.EqualValues(t, 3, count(t, ctx, l.books))
}

func each[T any](objs []*T) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		for _, o := range objs {
			if !yield(o, nil) {
				return
			}
		}
	}
}

func TestBulkCreateByCopy(t *testing.T) {
	t.Parallel()
	ctx, l := setup(t)
	ann := l.author(t, "Ann")
	list := make([]*Book, 3_000)
	for i := range list {
		list[i] = &Book{Title: fmt.Sprint("ü", i), AuthorID: ann.ID, Price: decimal.New(int64(i), -2), Status: "x", PublishedAt: ptr(time.Now()), Day: ptr(time.Now())}
	}
	list[7].ID = 77_777
	require.NoError(t, l.books.BulkCreate(ctx, list, repo.UseCopy()))
	require.Zero(t, list[0].ID, "nothing comes back")
	got, err := repo.InBulkBy[string](ctx, l.books, "title", nil)
	require.NoError(t, err)
	require.Len(t, got, len(list))
	for _, b := range list {
		is := got[b.Title]
		require.True(t, b.Price.Equal(is.Price))
		require.True(t, b.PublishedAt.Equal(*is.PublishedAt))
		require.Equal(t, b.Status, is.Status)
	}
	require.EqualValues(t, 77_777, got["ü7"].ID)
	// A type that the driver does not know by heart is inserted; an object of
	// nothing but defaults too.
	sctx, sizedRows := sizedRows(t)
	require.NoError(t, sizedRows.BulkCreate(sctx, []*sized{{Word: "a", Mood: "wild"}}, repo.UseCopy()))
	require.EqualValues(t, 1, count(t, sctx, sizedRows))
	_, _, seats := seats(t)
	require.NoError(t, seats.Defaults("rank").BulkCreate(ctx, []*seat{seatCoded("a", 0)}, repo.UseCopy()))
	require.EqualValues(t, 1, count(t, ctx, seats.Filter("rank", 7)))

	require.EqualError(t, l.books.BulkCreate(ctx, nil, repo.BatchSize(0)), "repo: BatchSize(0) (a statement writes at least one object)")
}

func TestBulkCreateSeq(t *testing.T) {
	t.Parallel()
	ctx, _, seats := seats(t)
	stop := errors.New("the file is broken")
	lines := func(n int, end error) iter.Seq2[*seat, error] {
		return func(yield func(*seat, error) bool) {
			for i := range n {
				if !yield(seatCoded(fmt.Sprint(i), i), nil) {
					return
				}
			}
			if end != nil {
				yield(nil, end)
			}
		}
	}
	n, err := seats.BulkCreateSeq(ctx, lines(250, stop), repo.BatchSize(100))
	require.ErrorIs(t, err, stop)
	require.Zero(t, n)
	require.Zero(t, count(t, ctx, seats))
	n, err = seats.BulkCreateSeq(ctx, lines(250, nil), repo.BatchSize(100))
	require.NoError(t, err)
	require.EqualValues(t, 250, n)
	n, err = seats.BulkCreateSeq(ctx, lines(0, nil))
	require.NoError(t, err)
	require.Zero(t, n)
	_, err = seats.BulkCreateSeq(ctx, nil)
	require.EqualError(t, err, "repo: seat: BulkCreateSeq of no sequence")
	_, err = seats.BulkCreateSeq(ctx, lines(251, nil), repo.BatchSize(100))
	require.ErrorContains(t, err, "object 0: ")
	// From one database into another.
	others := repo.New[seat](openDB(t, &seat{}))
	n, err = others.BulkCreateSeq(ctx, seats.Iter(ctx))
	require.NoError(t, err)
	require.EqualValues(t, 250, n)
}

// Many objects pass through (a million with GORMANGO_LONG=1), and the heap
// stays as it is: what is reachable at any time is a batch.
func TestBulkCreateSeqHoldsOneBatch(t *testing.T) { // alone, since the heap is everybody's
	onlyOpened(t, "COPY")
	db := openDB(t, &plainRow{})
	rows := repo.New[plainRow](db)
	total := longtest.Size(300_000, 1_000_000)
	var peak uint64
	made := func(yield func(*plainRow, error) bool) {
		for i := range total {
			if i%(total/20) == 0 {
				var m runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&m)
				peak = max(peak, m.HeapAlloc)
			}
			if !yield(&plainRow{Name: "a row with a text of some length " + strconv.Itoa(i), N: i}, nil) {
				return
			}
		}
	}
	var before runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	n, err := rows.BulkCreateSeq(context.Background(), made, repo.UseCopy())
	require.NoError(t, err)
	require.EqualValues(t, total, n)
	require.EqualValues(t, total, count(t, context.Background(), rows))
	t.Logf("%d MB more than before at most", (int64(peak)-int64(before.HeapAlloc))>>20)
	require.Less(t, int64(peak)-int64(before.HeapAlloc), int64(40<<20), "all of them would be more than 100 MB")
}

type plainRow struct {
	ID   int64
	Name string
	N    int
}

// A list that is not written has the fields that it had.
func TestBulkCreateRestoresFields(t *testing.T) {
	t.Parallel()
	ctx, db, docs := documents(t)
	fine, cut := time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC), time.Date(2026, 1, 2, 3, 4, 5, 6789, time.UTC)
	list := func() []*document {
		list := make([]*document, 70)
		for i := range list {
			list[i] = &document{Name: fmt.Sprint(i % 69)}
			list[i].CreatedAt = []time.Time{{}, fine, cut}[i%3]
			if i%2 == 0 {
				list[i].ID = uuid.New()
			}
		}
		return list
	}
	for how, opts := range map[string][]repo.BulkOption{"arrays": nil, "copy": {repo.UseCopy()}} {
		bad, copies := list(), []document{}
		for _, d := range bad {
			copies = append(copies, *d)
		}
		require.Error(t, docs.BulkCreate(ctx, bad, opts...), how)
		for i, d := range bad {
			require.Equal(t, copies[i], *d, how)
		}
		bad[69].Name = "69"
		err := txutil.Atomic(ctx, db, func(ctx context.Context) error {
			require.NoError(t, docs.BulkCreate(ctx, bad, opts...), how)
			require.NotZero(t, bad[0].CreatedAt)
			require.Equal(t, cut.Truncate(time.Microsecond), bad[2].CreatedAt)
			return io.EOF
		})
		require.ErrorIs(t, err, io.EOF)
		bad[69].Name = copies[69].Name
		for i, d := range bad {
			require.Equal(t, copies[i], *d, how)
		}
	}
}

// hostile is a text whose Value panics for "panic".
type hostile string

func (h hostile) Value() (driver.Value, error) {
	if h == "panic" {
		panic("hostile")
	}
	return string(h), nil
}

type hostileRow struct {
	models.AutoKey
	Name      string `gorm:"uniqueIndex"`
	Text      hostile
	CreatedAt time.Time
}

// A panic of a value is one in the caller's goroutine, which can recover it,
// and nothing is written.
func TestBulkCreateOfValuesThatPanic(t *testing.T) {
	t.Parallel()
	onlyOpened(t, "transaction that a panic within database/sql can end: it keeps the lock that Rollback waits for")
	ctx, db := t.Context(), openDB(t, &hostileRow{})
	rows := repo.New[hostileRow](db)
	for range 20 { // more than there are connections
		for _, opts := range [][]repo.BulkOption{nil, {repo.UseCopy()}} {
			require.PanicsWithValue(t, "hostile", func() {
				_ = rows.BulkCreate(ctx, []*hostileRow{{Name: "a"}, {Name: "b", Text: "panic"}}, opts...)
			})
		}
	}
	n, err := rows.Count(ctx)
	require.NoError(t, err)
	require.Zero(t, n)
}

// An object that is in a list twice is as before where the list is refused.
func TestBulkCreateRestoresAnObjectThatIsListedTwice(t *testing.T) {
	t.Parallel()
	ctx, db := t.Context(), openDB(t, &hostileRow{})
	for _, opts := range [][]repo.BulkOption{nil, {repo.UseCopy()}} {
		row := &hostileRow{Name: "a"}
		require.ErrorAs(t, repo.New[hostileRow](db).BulkCreate(ctx, []*hostileRow{row, row}, opts...), new(*gormango.IntegrityError))
		require.Equal(t, hostileRow{Name: "a"}, *row)
	}
}
