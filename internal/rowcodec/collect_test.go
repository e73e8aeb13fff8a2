package rowcodec_test

import (
	"context"
	"fmt"
	"testing"
	"unsafe"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/rowcodec"
)

func series(from, to int) string {
	return fmt.Sprintf("SELECT i::int8 AS id, 'n' || i AS name FROM generate_series(%d, %d) i", from, to)
}

// All rows arrive, whatever the last result or the limit was.
func TestCollectSizes(t *testing.T) {
	t.Parallel()
	conn := connect(t, databaseURL(t))
	shape := shapeOf[Country](t)
	for _, n := range []int{0, 1, 7, 8, 9, 63, 64, 65, 500, 3, 129} {
		for _, limit := range []int{0, 1, n, n + 10, 5000} {
			got, err := rowcodec.Collect[*Country](t.Context(), query(t, conn, series(1, n)), shape, limit)
			require.NoError(t, err)
			require.NotNil(t, got)
			require.Len(t, got, n)
			for i, c := range got {
				require.Equal(t, Country{int64(i + 1), fmt.Sprint("n", i+1)}, *c)
			}
		}
	}
}

func TestCollectPointers(t *testing.T) {
	t.Parallel()
	conn := connect(t, databaseURL(t))
	got, err := rowcodec.CollectPointers(t.Context(), query(t, conn, series(1, 70)), shapeOf[Country](t), 0)
	require.NoError(t, err)
	require.Len(t, got, 70)
	require.Equal(t, Country{70, "n70"}, *(*Country)(got[69]))
}

// The pointers lie in the room as far as it suffices, whatever it holds.
func TestCollectFew(t *testing.T) {
	t.Parallel()
	conn := connect(t, databaseURL(t))
	for _, n := range []int{0, 1, 2, 3, 70} {
		for _, size := range []int{0, 1, 2, 100} {
			shape := shapeOf[Country](t)
			for range 2 { // the second knows how many rows to expect
				room := make([]unsafe.Pointer, size)
				got, err := rowcodec.CollectFew(t.Context(), query(t, conn, series(1, n)), shape, 0, room)
				require.NoError(t, err)
				require.NotNil(t, got)
				require.Len(t, got, n)
				for i, at := range got {
					require.Equal(t, Country{int64(i + 1), fmt.Sprint("n", i+1)}, *(*Country)(at))
				}
				if n > 0 && size == 100 {
					require.Same(t, &room[0], &got[0])
				}
			}
		}
	}
}

func TestFirstRow(t *testing.T) {
	t.Parallel()
	conn := connect(t, databaseURL(t))
	shape := shapeOf[Country](t)
	got, err := scanOne[Country](t.Context(), query(t, conn, series(1, 3)), shape)
	require.NoError(t, err)
	require.Equal(t, &Country{1, "n1"}, got)
	_, err = scanOne[Country](t.Context(), query(t, conn, series(1, 0)), shape)
	require.ErrorIs(t, err, pgx.ErrNoRows)
	// The connection is usable again.
	exec(t, conn, "SELECT 1")
}

func TestScanInto(t *testing.T) {
	t.Parallel()
	conn := connect(t, databaseURL(t))
	label := &Label{ID: 1, Name: ptr("old"), CountryID: ptr(int64(3))}
	shape := shapeOf[Label](t, "name")
	require.NoError(t, rowcodec.ScanInto(t.Context(), query(t, conn, "SELECT NULL::text"), shape, label))
	require.Equal(t, &Label{ID: 1, CountryID: ptr(int64(3))}, label)

	// The old value stays unchanged: another pointer may refer to it.
	label.Name = ptr("held")
	held := label.Name
	require.NoError(t, rowcodec.ScanInto(t.Context(), query(t, conn, "SELECT 'new'"), shape, label))
	require.Equal(t, "held", *held)
	require.Equal(t, "new", *label.Name)

	require.ErrorIs(t, rowcodec.ScanInto(t.Context(), query(t, conn, "SELECT 'x' WHERE false"), shape, label), pgx.ErrNoRows)
	require.Equal(t, "new", *label.Name)
}

func TestScanEach(t *testing.T) {
	t.Parallel()
	conn := connect(t, databaseURL(t))
	exec(t, conn, "CREATE TABLE countries (id bigint GENERATED ALWAYS AS IDENTITY, name text)")
	list := []any{&Country{Name: "a"}, &Country{Name: "b"}, &Country{Name: "c"}}
	n, err := rowcodec.ScanEach(t.Context(), query(t, conn, "INSERT INTO countries (name) VALUES ('a'), ('b'), ('c') RETURNING id"), shapeOf[Country](t, "id"), list)
	require.NoError(t, err)
	require.Equal(t, 3, n)
	require.Equal(t, []any{&Country{1, "a"}, &Country{2, "b"}, &Country{3, "c"}}, list)

	n, err = rowcodec.ScanEach(t.Context(), query(t, conn, series(1, 2)), shapeOf[Country](t), list)
	require.NoError(t, err)
	require.Equal(t, 2, n)
	_, err = rowcodec.ScanEach(t.Context(), query(t, conn, series(1, 4)), shapeOf[Country](t), list)
	require.ErrorIs(t, err, rowcodec.ErrShape)
}

// Errors of the server before, between and after the rows are returned, and the
// connection is usable afterwards.
func TestServerErrors(t *testing.T) {
	t.Parallel()
	conn := connect(t, databaseURL(t))
	exec(t, conn, "CREATE TABLE once (id int8 UNIQUE DEFERRABLE INITIALLY DEFERRED)")
	shape := shapeOf[Country](t, "id")
	for code, sql := range map[string]string{
		"22012": "SELECT 100::int8 / (50 - i) FROM generate_series(1, 100) i",
		"23505": "INSERT INTO once VALUES (1), (1) RETURNING id",
	} {
		var pg *pgconn.PgError
		_, err := rowcodec.Collect[*Country](t.Context(), query(t, conn, sql), shape, 0)
		require.ErrorAs(t, err, &pg)
		require.Equal(t, code, pg.Code)
		_, err = scanOne[Country](t.Context(), query(t, conn, sql), shape)
		require.ErrorAs(t, err, &pg, "an error after the first row")
		_, err = rowcodec.ScanEach(t.Context(), query(t, conn, sql), shape, countries(100))
		require.ErrorAs(t, err, &pg)
	}
	rows, _ := conn.Query(t.Context(), "SELECT nonsense")
	_, err := rowcodec.Collect[*Country](t.Context(), rows, shape, 0)
	require.ErrorContains(t, err, "nonsense")

	ctx, cancel := context.WithCancel(t.Context())
	rows, err = conn.Query(ctx, "SELECT generate_series(1, 100000000)::int8")
	require.NoError(t, err)
	cancel()
	_, err = rowcodec.Collect[*Country](ctx, rows, shape, 0)
	require.ErrorIs(t, err, context.Canceled)
}

func countries(n int) []any {
	list := make([]any, n)
	for i := range list {
		list[i] = new(Country)
	}
	return list
}

// Another type than the shape's, or another number of columns, is refused
// before anything is written, and the rows are closed.
func TestRefused(t *testing.T) {
	t.Parallel()
	conn := connect(t, databaseURL(t))
	shape := shapeOf[Country](t)
	_, err := rowcodec.Collect[*Label](t.Context(), query(t, conn, series(1, 1)), shape, 0)
	require.ErrorIs(t, err, rowcodec.ErrShape)
	_, err = scanOne[Label](t.Context(), query(t, conn, series(1, 1)), shape)
	require.ErrorIs(t, err, rowcodec.ErrShape)
	_, err = rowcodec.ScanEach(t.Context(), query(t, conn, series(1, 1)), shape, []any{&Label{}})
	require.ErrorIs(t, err, rowcodec.ErrShape)
	_, err = rowcodec.Collect[*Country](t.Context(), query(t, conn, "SELECT 1::int8"), shape, 0)
	require.ErrorIs(t, err, rowcodec.ErrShape)
	require.ErrorIs(t, rowcodec.ScanInto(t.Context(), query(t, conn, "SELECT 1::int8"), shape, new(Country)), rowcodec.ErrShape)

	rows := query(t, conn, series(1, 1))
	require.True(t, rows.Next())
	plan, err := rowcodec.NewPlan(shape, rows.FieldDescriptions(), rows.TypeMap())
	require.NoError(t, err)
	require.ErrorIs(t, plan.Scan(t.Context(), unsafe.Pointer(new(Country)), rows.RawValues()[:1]), rowcodec.ErrShape)
	rows.Close()
	exec(t, conn, "SELECT 1")
}

// Rows that GORM has written into a table of its own read back as GORM reads
// them, all columns of a model together.
func TestTableAsGORM(t *testing.T) {
	t.Parallel()
	url := databaseURL(t)
	db, conn := open(t, url), connect(t, url)
	type Base struct {
		CreatedBy string
		Rank      *int16
	}
	type Entry struct {
		gorm.Model
		Base  `gorm:"embedded;embeddedPrefix:base_"`
		Extra *Base `gorm:"embedded;embeddedPrefix:extra_"`
		Title string
		Score float32
		Big   uint64
		Tags  []string       `gorm:"serializer:json"`
		Attrs map[string]any `gorm:"serializer:json;type:jsonb"`
		Seen  int64          `gorm:"serializer:unixtime;type:timestamptz"`
		Blob  []byte
		Skip  string `gorm:"-"`
	}
	require.NoError(t, db.AutoMigrate(&Entry{}))
	written := []*Entry{
		{},
		{Title: "x", Score: 0.1, Big: 1<<63 - 1, Tags: []string{"a", "b"}, Attrs: map[string]any{"k": 1.5}, Seen: 1, Blob: []byte{0, 1}},
		{Extra: &Base{"me", ptr(int16(3))}, Base: Base{"you", nil}, Skip: "not stored"},
	}
	require.NoError(t, db.Create(written).Error)
	require.NoError(t, db.Delete(written[1]).Error)

	var want []*Entry
	require.NoError(t, db.Unscoped().Order("id").Find(&want).Error)
	shape := shapeOf[Entry](t)
	columns := ""
	for i, f := range shape.Objects[0].Fields {
		if i > 0 {
			columns += ", "
		}
		columns += `"` + f.DBName + `"`
	}
	for _, m := range []mode{recommended, pgxDefault, simple} {
		got, err := rowcodec.Collect[*Entry](t.Context(), query(t, conn, "SELECT "+columns+" FROM entries ORDER BY id", m.args...), shape, 0)
		require.NoError(t, err)
		require.Equal(t, want, got, m.name)
	}
}
