package migrate

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"time"

	"gorm.io/gorm"
)

// errElsewhere reports that another process runs the same data migration.
var errElsewhere = errors.New("another process runs this data migration")

// Batch is what the function of a GoMigration works with: it runs the parts of
// the migration in transactions of their own and remembers in each what is
// done. When the function runs again, after a failure or a crash, finished
// parts are not repeated.
//
// It is for one goroutine. The function must call its methods in the same order
// each time.
type Batch struct {
	r       *Runner
	history history
	task    task
	state   string // of the row while the migration runs
	cursor  cursor
	saved   string // the cursor as the row has it
	txs     int    // calls of Tx outside of Keys
	loops   int    // calls of Keys
	at      *Range // the range of the loop that is running, which Tx finishes
	pace    Pace
	took    time.Duration // by the last batch
	ended   time.Time     // when it did, zero before the first one
}

// cursor is what a Batch remembers. It is the JSON of a column.
type cursor struct {
	Txs   int    `json:"txs,omitempty"`   // how many Tx outside of Keys are finished
	Loops int    `json:"loops,omitempty"` // how many Keys are finished
	Key   string `json:"key,omitempty"`   // the last key that the next Keys has finished
	Begun bool   `json:"begun,omitempty"` // there is a Key
}

// Range is a range of keys. From and To are the first and the last key of it,
// so that "id BETWEEN ? AND ?" finds its rows. They are int64 for integer
// columns, else the texts of the keys.
type Range struct {
	From, To any

	last string
}

// Tx runs fn in a transaction. Within a loop over Keys it finishes the range:
// the rows that fn changes and the note of the last key are kept together or
// not at all. Outside of a loop, the first call of a migration is finished
// once, and so on: a finished one returns nil without calling fn.
//
// The statements of fn wait for a table or a row in use no longer than
// LockTimeout. After that, and after a deadlock, fn is called again. tx is
// valid in fn only. Before a batch Tx waits as the Pace says.
func (b *Batch) Tx(ctx context.Context, fn func(tx *gorm.DB) error) error {
	next := b.cursor
	if b.at != nil {
		next.Key, next.Begun = b.at.last, true
	} else {
		if b.txs++; b.txs <= b.cursor.Txs {
			return nil
		}
		next.Txs = b.txs
	}
	if err := b.breathe(ctx); err != nil {
		return err
	}
	w := &wait{limits: b.r.limits}
	for attempt := 1; ; attempt++ {
		start := time.Now()
		err := b.advance(ctx, next, fn)
		if err == nil {
			b.at, b.took, b.ended = nil, time.Since(start), time.Now()
			b.r.event(Event{Kind: "batch", ID: b.task.ID, Back: b.task.back, Took: time.Since(start), Attempt: attempt})
			return nil
		}
		if !retryable(err) {
			return err
		}
		b.r.event(Event{Kind: "retry", ID: b.task.ID, Back: b.task.back, Attempt: attempt, Err: err})
		if err := w.again(ctx, time.Since(start), err); err != nil {
			return err
		}
	}
}

// advance runs fn and moves the cursor to next in one transaction. The row of
// the history is locked first, so that two processes do not run the same part.
func (b *Batch) advance(ctx context.Context, next cursor, fn func(tx *gorm.DB) error) error {
	text, err := json.Marshal(next)
	if err != nil {
		return err
	}
	saved := ""
	err = b.r.inTx(ctx, func(tx *gorm.DB) error {
		state, now, err := b.row(tx, " FOR UPDATE")
		if err != nil {
			return err
		}
		if state != b.state || now != b.saved {
			return errElsewhere
		}
		if fn != nil {
			if err := fn(session(ctx, tx)); err != nil {
				return err
			}
		}
		return tx.Raw(`UPDATE `+b.history.name()+` SET cursor = ?::text::jsonb WHERE id = ? RETURNING cursor::text`, string(text), string(b.task.ID)).Row().Scan(&saved)
	})
	if err == nil {
		b.cursor, b.saved = next, saved
	}
	return err
}

// row returns the state and the cursor of the migration's row, empty without a
// row.
func (b *Batch) row(tx *gorm.DB, lock string) (state, cursor string, err error) {
	rows, err := tx.Raw(`SELECT state, coalesce(cursor::text, '') FROM `+b.history.name()+` WHERE id = ?`+lock, string(b.task.ID)).Rows()
	if err != nil {
		return "", "", err
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(&state, &cursor); err != nil {
			return "", "", err
		}
	}
	return state, cursor, rows.Err()
}

// Keys returns the ranges of the values of a column, each of up to size rows,
// in the order of the column. where is an SQL condition for the rows, "" for
// all. The loop calls Tx once for each range, which finishes it. When the
// migration runs again, Keys goes on after the last finished range:
//
//	for keys, err := range b.Keys(ctx, "orders", "id", "channel IS NULL", 1000) {
//		if err != nil {
//			return err
//		}
//		if err := b.Tx(ctx, func(tx *gorm.DB) error {
//			return tx.Exec("UPDATE orders SET channel = 'web' WHERE id BETWEEN ? AND ?", keys.From, keys.To).Error
//		}); err != nil {
//			return err
//		}
//	}
//
// table is a name or "schema.name", and key is a name; both are as the database
// has them. The column should lead an index, and its values should not change
// while the migration runs.
func (b *Batch) Keys(ctx context.Context, table, key, where string, size int) iter.Seq2[Range, error] {
	return func(yield func(Range, error) bool) {
		if b.loops++; b.loops <= b.cursor.Loops {
			return // finished by an earlier run
		}
		if size < 1 {
			yield(Range{}, fmt.Errorf("migrate: Keys of %d rows (want 1 or more)", size))
			return
		}
		for {
			keys, more, err := b.keys(ctx, table, key, where, size)
			if err != nil {
				yield(Range{}, fmt.Errorf("migrate: keys of table %q: %w", table, err))
				return
			}
			if !more {
				break
			}
			b.at = &keys
			if !yield(keys, nil) {
				b.at = nil
				return
			}
			if b.at != nil {
				b.at = nil
				yield(Range{}, errors.New("migrate: a range of Keys without Tx (call Tx once for each range)"))
				return
			}
		}
		next := b.cursor
		next.Loops, next.Key, next.Begun = b.loops, "", false
		if err := b.advance(ctx, next, nil); err != nil {
			yield(Range{}, err)
		}
	}
}

// keys returns the range after the cursor. It reports false if there is none.
func (b *Batch) keys(ctx context.Context, table, key, where string, size int) (Range, bool, error) {
	column := quote(key)
	conditions, args := "", []any{}
	if b.cursor.Begun {
		conditions, args = " AND "+column+" > ?", append(args, b.cursor.Key)
	}
	if where != "" {
		conditions += " AND (" + where + ")"
	}
	args = append(args, size)
	var from, to, kind *string
	err := session(ctx, b.r.db).Raw(`SELECT (array_agg(k::text ORDER BY k))[1], (array_agg(k::text ORDER BY k DESC))[1], min(pg_typeof(k)::text)
FROM (SELECT `+column+` AS k FROM `+quoteTable(table)+` WHERE `+column+` IS NOT NULL`+conditions+` ORDER BY `+column+` LIMIT ?) AS keys`, args...).Row().Scan(&from, &to, &kind)
	if err != nil || from == nil {
		return Range{}, false, err
	}
	out := Range{From: *from, To: *to, last: *to}
	switch *kind {
	case "smallint", "integer", "bigint":
		first, err1 := strconv.ParseInt(*from, 10, 64)
		last, err2 := strconv.ParseInt(*to, 10, 64)
		if err := errors.Join(err1, err2); err != nil {
			return Range{}, false, err
		}
		out.From, out.To = first, last
	}
	return out, true, nil
}

// runCode runs the function of a GoMigration, from the place where an earlier
// run has stopped.
func (r *Runner) runCode(ctx context.Context, h history, t task, a *attempt) (done bool, err error) {
	b := &Batch{r: r, history: h, task: t, state: stateRunning}
	fn := t.Code.Up
	if t.back {
		b.state, fn = stateUndoing, t.Code.Down
	}
	err = r.inTx(ctx, func(tx *gorm.DB) error {
		if t.back {
			// The cursor of an unfinished way forward means nothing on the way back.
			if err := tx.Exec(`UPDATE `+h.name()+` SET state = 'undoing', cursor = NULL WHERE id = ? AND state <> 'undoing'`, string(t.ID)).Error; err != nil {
				return err
			}
		} else if _, err := h.begin(tx, t.Migration, stateRunning, t.breaks, t.note); err != nil {
			return err
		}
		var state string
		if state, b.saved, err = b.row(tx, ""); err != nil {
			return err
		}
		if done = state != b.state; done || b.saved == "" {
			return nil
		}
		return json.Unmarshal([]byte(b.saved), &b.cursor)
	})
	if err != nil || done { // done by another process
		return false, err
	}
	if err := fn(ctx, b); err != nil {
		if errors.Is(err, errElsewhere) {
			return false, err
		}
		return false, t.failed(Stmt{}, err)
	}
	return r.ended(ctx, h, t, a)
}

// ended completes the row of a task that has run in several transactions. It
// reports false if another process did.
func (r *Runner) ended(ctx context.Context, h history, t task, a *attempt) (done bool, err error) {
	err = r.inTx(ctx, func(tx *gorm.DB) error {
		event := "applied"
		if t.back {
			event = "undone"
			if err := r.forget(tx, h, t.Migration); err != nil {
				return err
			}
			done, err = h.remove(tx, t.ID, stateUndoing)
		} else {
			done, err = h.finish(tx, t.ID, stateRunning, time.Since(a.begun))
		}
		if err != nil || !done {
			return err
		}
		return h.note(tx, t.ID, event, t.Sum, "", time.Since(a.begun))
	})
	return done, err
}
