package rowcodec_test

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/gormango/gormango/internal/rowcodec"
)

// BenchmarkPlan decodes a query of 1,000 rows and 10 columns by a plan and by
// pgx's own Scan. Both times include the query.
type benchRow struct {
	ID     int64
	Name   string
	Text   string
	Count  int32
	Score  float64
	Ok     bool
	Note   *string
	Uid    uuid.UUID
	At     time.Time
	Closed *time.Time
}

const benchTable = `CREATE TEMPORARY TABLE bench AS SELECT i::int8 AS id, 'name ' || i AS name, repeat('x', 40) AS text, i::int4 AS count,
	i::float8 / 3 AS score, i % 2 = 0 AS ok, CASE WHEN i % 2 = 0 THEN 'note' END AS note, '6ba7b810-9dad-11d1-80b4-00c04fd430c8'::uuid AS uid,
	to_timestamp(i) AS at, CASE WHEN i % 3 = 0 THEN to_timestamp(i) END AS closed FROM generate_series(1, 1000) i`

const benchQuery = "SELECT id, name, text, count, score, ok, note, uid, at, closed FROM bench LIMIT $1"

func benchmark(b *testing.B, rows int, read func(conn *pgx.Conn) (int, error)) {
	conn := connect(b, databaseURL(b))
	exec(b, conn, benchTable)
	b.ReportAllocs()
	for b.Loop() {
		n, err := read(conn)
		if err != nil || n != rows {
			b.Fatal(n, err)
		}
	}
}

func plan(b *testing.B, n int) {
	shape := shapeOf[benchRow](b)
	benchmark(b, n, func(conn *pgx.Conn) (int, error) {
		rows, err := conn.Query(b.Context(), benchQuery, rowcodec.ResultFormats(), n)
		if err != nil {
			return 0, err
		}
		list, err := rowcodec.Collect[*benchRow](b.Context(), rows, shape, 0)
		return len(list), err
	})
}

func pgxScan(b *testing.B, n int) {
	benchmark(b, n, func(conn *pgx.Conn) (int, error) {
		rows, err := conn.Query(b.Context(), benchQuery, n)
		if err != nil {
			return 0, err
		}
		defer rows.Close()
		var list []*benchRow
		for rows.Next() {
			r := new(benchRow)
			if err := rows.Scan(&r.ID, &r.Name, &r.Text, &r.Count, &r.Score, &r.Ok, &r.Note, &r.Uid, &r.At, &r.Closed); err != nil {
				return 0, err
			}
			list = append(list, r)
		}
		return len(list), rows.Err()
	})
}

func BenchmarkPlan(b *testing.B)       { plan(b, 1000) }
func BenchmarkPgxScan(b *testing.B)    { pgxScan(b, 1000) }
func BenchmarkPlanOne(b *testing.B)    { plan(b, 1) }
func BenchmarkPgxScanOne(b *testing.B) { pgxScan(b, 1) }

// replay is a result whose rows were read before, so that a benchmark measures
// their decoding alone.
type replay struct {
	pgx.Rows
	fds  []pgconn.FieldDescription
	tm   *pgtype.Map
	vals [][][]byte
	next int
}

func (r *replay) Next() bool                                   { r.next++; return r.next <= len(r.vals) }
func (r *replay) RawValues() [][]byte                          { return r.vals[r.next-1] }
func (r *replay) FieldDescriptions() []pgconn.FieldDescription { return r.fds }
func (r *replay) TypeMap() *pgtype.Map                         { return r.tm }
func (r *replay) Close()                                       {}
func (r *replay) Err() error                                   { return nil }

func record(b *testing.B, n int) *replay {
	conn := connect(b, databaseURL(b))
	exec(b, conn, benchTable)
	rows := query(b, conn, benchQuery, n)
	r := &replay{fds: slices.Clone(rows.FieldDescriptions()), tm: conn.TypeMap()}
	for rows.Next() {
		var vals [][]byte
		for _, v := range rows.RawValues() {
			vals = append(vals, bytes.Clone(v))
		}
		r.vals = append(r.vals, vals)
	}
	if rows.Err() != nil || len(r.vals) != n {
		b.Fatal(len(r.vals), rows.Err())
	}
	b.ReportAllocs()
	return r
}

// BenchmarkDecode measures the decoding part of BenchmarkPlan.
func BenchmarkDecode(b *testing.B) {
	r, shape := record(b, 1000), shapeOf[benchRow](b)
	for b.Loop() {
		r.next = 0
		if list, err := rowcodec.Collect[*benchRow](b.Context(), r, shape, 0); err != nil || len(list) != 1000 {
			b.Fatal(len(list), err)
		}
	}
}

// BenchmarkDecodePgx does the work of rows.Scan after its plans are made.
func BenchmarkDecodePgx(b *testing.B) {
	r := record(b, 1000)
	targets := func(r *benchRow) []any {
		return []any{&r.ID, &r.Name, &r.Text, &r.Count, &r.Score, &r.Ok, &r.Note, &r.Uid, &r.At, &r.Closed}
	}
	var plans []pgtype.ScanPlan
	for i, target := range targets(new(benchRow)) {
		plans = append(plans, r.tm.PlanScan(r.fds[i].DataTypeOID, r.fds[i].Format, target))
	}
	for b.Loop() {
		var list []*benchRow
		for _, vals := range r.vals {
			row := new(benchRow)
			for i, target := range targets(row) {
				if err := plans[i].Scan(vals[i], target); err != nil {
					b.Fatal(err)
				}
			}
			list = append(list, row)
		}
		if len(list) != len(r.vals) {
			b.Fatal(len(list))
		}
	}
}
