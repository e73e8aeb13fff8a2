package main

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5/pgxpool"
)

// allEntries selects what the cases leave. Keys begin at 1 in each round.
const allEntries = "SELECT " + itemList + " FROM entries ORDER BY code"

// writeCases are the cases that change the table entries, which each round
// begins with the rows it needs.
func writeCases(Size) []Case {
	list := []Case{
		write("insert one", 1, 0, func(p Peer, es []*Entry) Op {
			return func(ctx context.Context) (any, error) { return es[0], p.Insert(ctx, es[0]) }
		}),
	}
	for _, n := range []int{100, 1000, 100_000} {
		list = append(list, write("bulk insert "+count(n)+" with ids", n, 0, func(p Peer, es []*Entry) Op {
			return func(ctx context.Context) (any, error) { return es, p.BulkInsert(ctx, es) }
		}))
	}
	return append(list,
		write("COPY 100,000", 100_000, 0, func(p Peer, es []*Entry) Op {
			return func(ctx context.Context) (any, error) { return nil, p.Copy(ctx, es) }
		}),
		write("update one by key", 1, 1, func(p Peer, es []*Entry) Op {
			change(es)
			return func(ctx context.Context) (any, error) { return nil, p.Update(ctx, es[0]) }
		}),
		write("update 1,000 different", 1000, 1, func(p Peer, es []*Entry) Op {
			change(es)
			return func(ctx context.Context) (any, error) { return nil, p.BulkUpdate(ctx, es) }
		}),
		write("upsert 1,000", 1000, 0.5, func(p Peer, es []*Entry) Op {
			for _, e := range es {
				e.ID = 0
			}
			change(es)
			return func(ctx context.Context) (any, error) { return es, p.Upsert(ctx, es) }
		}),
		write("delete one", 1, 1, func(p Peer, es []*Entry) Op {
			return func(ctx context.Context) (any, error) { return nil, p.Delete(ctx, es[0].ID) }
		}),
		write("transaction of 3", 1, 0, func(p Peer, es []*Entry) Op {
			name := es[0].Name + ", changed"
			return func(ctx context.Context) (any, error) { return p.Transaction(ctx, es[0], name, 4711) }
		}),
		write("get-or-create, hit", 1, 1, func(p Peer, es []*Entry) Op {
			es[0].ID = 0
			return func(ctx context.Context) (any, error) { return p.GetOrCreate(ctx, es[0]) }
		}),
	)
}

// change changes the columns that updates write.
func change(es []*Entry) {
	for _, e := range es {
		e.Name += ", changed"
		e.Stock += 1000
	}
}

// write returns a case whose operations have the entries of rows rows each. Of
// an operation's entries the first part, from 0 to 1, stands in the table with
// its keys when the round begins.
func write(name string, rows int, part float64, op func(p Peer, es []*Entry) Op) Case {
	there := int(float64(rows) * part)
	return Case{
		Name: name, Rows: rows, Left: allEntries,
		Reset: func(ctx context.Context, db *pgxpool.Pool, ops int) error {
			if _, err := db.Exec(ctx, "TRUNCATE entries RESTART IDENTITY"); err != nil || there == 0 {
				return err
			}
			es := make([]*Entry, 0, ops*there)
			for i := range ops {
				es = append(es, newEntries(i*rows, there)...)
			}
			if err := (byPgx{pool: db}).Copy(ctx, es); err != nil {
				return fmt.Errorf("bench: fill the table of entries: %w", err)
			}
			_, err := db.Exec(ctx, "ANALYZE entries")
			return err
		},
		Ops: func(p Peer, first, n int) []Op {
			ops := make([]Op, n)
			for i := range ops {
				es := newEntries((first+i)*rows, rows)
				for k := range there {
					es[k].ID = int64((first+i)*there + k + 1)
				}
				ops[i] = op(p, es)
			}
			return ops
		},
	}
}
