package repo_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/gormango/gormango/migrate"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repotest"
)

// attachment has columns whose values may be large.
type attachment struct {
	ID   int64
	Name string `gorm:"uniqueIndex"`
	Text string
	Data []byte
	Tags map[string]any `gorm:"type:jsonb;serializer:json"`
}

// A bulk statement is bounded in bytes, and what needs several is still written
// as a whole. Not parallel: the values take memory.
func TestBulkStatementsAreBoundedInBytes(t *testing.T) {
	ctx := t.Context()
	db := repotest.Open(t, &attachment{})
	_, err := migrate.Auto(ctx, db)
	require.NoError(t, err)
	w := &recorded{Interface: logger.Discard}
	rows := repo.New[attachment](db.Session(&gorm.Session{Logger: w}))
	const n = 40
	large := strings.Repeat("x", 600_000)
	list := func() (out []*attachment) { // 72 MB
		for i := range n {
			out = append(out, &attachment{Name: fmt.Sprint(i), Text: large, Data: []byte(large), Tags: map[string]any{"a": large}})
		}
		return out
	}
	sent := func(verb string) (count int) {
		for _, sql := range w.take() {
			if strings.HasPrefix(sql, verb) {
				count++
			}
		}
		return count
	}
	stored := func() (count int64) {
		count, err := rows.Count(ctx)
		require.NoError(t, err)
		w.take()
		return count
	}

	// The second statement fails: nothing stays.
	twice := list()
	twice[n-1].Name = "0"
	require.ErrorIs(t, rows.BulkCreate(ctx, twice), gorm.ErrDuplicatedKey)
	require.Zero(t, stored())
	require.Zero(t, twice[0].ID)

	objs := list()
	require.NoError(t, rows.BulkCreate(ctx, objs))
	require.Equal(t, 2, sent("INSERT"))
	require.EqualValues(t, n, stored())
	for i, o := range objs {
		require.NotZero(t, o.ID)
		o.Name = fmt.Sprint("new ", i)
	}
	changed, err := rows.BulkUpdate(ctx, objs, "name", "text", "data", "tags")
	require.NoError(t, err)
	require.EqualValues(t, n, changed)
	require.Equal(t, 2, sent("UPDATE"))

	require.NoError(t, rows.OnConflict("name").Update("text", "data", "tags").BulkCreate(ctx, objs))
	require.Equal(t, 2, sent("INSERT"))
	require.EqualValues(t, n, stored())

	// A sequence is written before its batch is full.
	_, err = rows.Delete(ctx, objs...)
	require.NoError(t, err)
	w.take()
	written, err := rows.BulkCreateSeq(ctx, func(yield func(*attachment, error) bool) {
		for _, o := range list() {
			if !yield(o, nil) {
				return
			}
		}
	})
	require.NoError(t, err)
	require.EqualValues(t, n, written)
	require.Equal(t, 2, sent("INSERT"))

	// Small values are one statement.
	small := make([]*attachment, 1000)
	for i := range small {
		small[i] = &attachment{Name: fmt.Sprint("small ", i), Text: "x"}
	}
	require.NoError(t, rows.BulkCreate(ctx, small))
	require.Equal(t, 1, sent("WITH written AS (INSERT"))
}
