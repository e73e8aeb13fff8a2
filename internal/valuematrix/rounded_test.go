package valuematrix_test

import (
	"context"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/txutil"
)

type rounded struct {
	models.AutoKey
	N     int
	Price decimal.Decimal   `gorm:"type:numeric(10,2)"`
	Whole *decimal.Decimal  `gorm:"type:numeric(10)"`
	Text  string            `gorm:"type:decimal(10,2)"`
	Share float64           `gorm:"type:numeric(6,3)"`
	Real  float64           `gorm:"type:real"`
	Float *float64          `gorm:"type:float(10)"`
	At    time.Time         `gorm:"type:timestamptz(3)"`
	Wall  time.Time         `gorm:"type:timestamp(0)"`
	Clock string            `gorm:"type:time(1)"`
	Took  time.Duration     `gorm:"type:interval(0)"`
	List  []decimal.Decimal `gorm:"type:numeric(10,1)[]"`
	Char  string            `gorm:"type:char(6)"`
	Vary  string            `gorm:"type:varchar(3)"`
	Owned decimal.Decimal   `gorm:"type:cents"`
	Reals []float64         `gorm:"type:real[]"`
}

// A row is found again by a value that its column rounds.
func TestGetOrCreateByWhatTheServerRounds(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	zone, err := time.LoadLocation("America/New_York")
	require.NoError(t, err)
	db := openTypes(t, []string{"CREATE DOMAIN cents AS numeric(10,2)"}, gormango.Config{TimeZone: zone}, &rounded{})
	r := repo.New[rounded](db)
	at := time.Date(2026, 7, 1, 12, 0, 0, 987654000, time.UTC)
	of := func() *rounded {
		return &rounded{Price: decimal.RequireFromString("1.005"), Whole: p(decimal.RequireFromString("12.5")), Text: "2.345", Share: 0.33333, Real: 0.1, Float: p(1.0 / 3),
			At: at, Wall: at, Clock: "10:00:00.26", Took: 1600 * time.Millisecond, List: []decimal.Decimal{decimal.RequireFromString("0.25")}, Char: "ab", Vary: "abc", Owned: decimal.RequireFromString("0.005"), Reals: []float64{0.1}}
	}
	require.NoError(t, r.Create(ctx, of()))
	for _, name := range []repo.Name[rounded]{"price", "whole", "text", "share", "real", "float", "at", "wall", "clock", "took", "list", "char", "vary", "owned", "reals"} {
		created, err := r.By(name).GetOrCreate(ctx, of())
		require.NoError(t, err, name)
		require.False(t, created, name)
		o := of()
		o.N = 7
		created, err = r.By(name).UpdateOrCreate(ctx, o, "n")
		require.NoError(t, err, name)
		require.False(t, created, name)
	}
	long := of()
	long.Vary = "abcd" // a cast would cut it
	_, err = r.By("vary").GetOrCreate(ctx, long)
	require.ErrorAs(t, err, new(*gormango.DataError))
	large := of()
	large.Price = decimal.New(1, 9)
	err = txutil.Atomic(ctx, db, func(ctx context.Context) error {
		_, err = r.By("price").GetOrCreate(ctx, large)
		require.ErrorAs(t, err, new(*gormango.DataError))
		_, err := r.Count(ctx)
		return err // the transaction goes on
	})
	require.NoError(t, err)
	n, err := r.Count(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
}
