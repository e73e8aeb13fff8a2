package repo_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repotest"
	"github.com/gormango/gormango/txutil"
)

type fcOrder struct {
	models.AutoKey
	models.SoftDelete
	Number  string  `gorm:"type:varchar(6);not null;unique"`
	ShopID  int64   `gorm:"not null"`
	Shop    *fcShop `json:"-"`
	Gross   int     `gorm:"not null"`
	Net     int     `gorm:"->;type:int GENERATED ALWAYS AS (gross * 2) STORED"`
	Message []byte
}

func (fcOrder) Meta() models.Meta {
	return models.Meta{Constraints: []models.Constraint{{Name: "fc_net", Check: "net < 100"}}}
}

// TestFullClean tests what Django has not: deleted rows, computed columns,
// objects that are loaded, one statement, a transaction.
func TestFullClean(t *testing.T) {
	t.Parallel()
	c := openCounted(t, &fcShop{}, &fcOrder{})
	ctx, db := context.Background(), c.db
	orders, shop := repo.New[fcOrder](db), &fcShop{Name: "a"}
	require.NoError(t, repo.New[fcShop](db).Create(ctx, shop))
	first := &fcOrder{Number: "1", ShopID: shop.ID}
	require.NoError(t, orders.Create(ctx, first))

	text := func(err error) string {
		text, jsonErr := json.Marshal(err)
		require.NoError(t, jsonErr)
		return string(text)
	}
	o := &fcOrder{Number: "1", Shop: shop, Gross: 50}
	trips := c.trips(func() {
		err := repo.FullClean(ctx, orders, o)
		require.JSONEq(t, `{"number":["Fc order with this Number already exists."], "__all__":["Constraint “fc_net” is violated."]}`, text(err))
	})
	require.EqualValues(t, 1, trips)
	require.Equal(t, shop.ID, o.ShopID, "the key of the loaded object is taken, as by Create")
	require.NoError(t, repo.FullClean(ctx, orders, o, "message"))
	require.JSONEq(t, `{"shop_id":["fc shop instance with id 77 does not exist."]}`, text(repo.FullClean(ctx, orders, &fcOrder{Number: "2", ShopID: 77})))
	require.JSONEq(t, `{"number":["This field cannot be blank."]}`, text(repo.FullClean(ctx, orders, &fcOrder{ShopID: 1})))
	require.NoError(t, repo.FullClean(ctx, orders, first), "its own row is no obstacle")
	require.JSONEq(t, `{"id":["Fc order with this Id already exists."],"number":["Fc order with this Number already exists."]}`, text(repo.FullCleanNew(ctx, orders, first)))

	_, err := orders.Delete(ctx, first)
	require.NoError(t, err)
	o.Gross = 1
	require.NoError(t, repo.FullClean(ctx, orders, o), "a deleted row does not count")
	require.NoError(t, txutil.Atomic(ctx, db, func(ctx context.Context) error {
		require.NoError(t, orders.Create(ctx, &fcOrder{Number: "1", ShopID: shop.ID}))
		require.Error(t, repo.FullClean(ctx, orders, o), "it sees the transaction's rows")
		return nil
	}))
	var field *repo.FieldError
	require.ErrorAs(t, repo.FullClean(ctx, orders, o, "nix"), &field)
	require.Error(t, repo.FullClean(ctx, orders, nil))
	require.ErrorIs(t, repo.FullClean(ctx, (*repo.Repository[fcOrder])(nil), o), repo.ErrUnbound)
}

type fcFailing struct {
	models.AutoKey
	Name string
}

var errFC = errors.New("no connection")

func (*fcFailing) Clean(context.Context) error { return fmt.Errorf("clean: %w", errFC) }

// An error of Clean that is no ValidationError is the error of FullClean.
func TestFullCleanFails(t *testing.T) {
	t.Parallel()
	db := repotest.Open(t, &fcFailing{})
	require.ErrorIs(t, repo.FullClean(context.Background(), repo.New[fcFailing](db), &fcFailing{}), errFC)
}

// RL-02: FullClean tests that a foreign key leads to a row that may be chosen.
func TestFullCleanLimits(t *testing.T) {
	t.Parallel()
	ctx, db := context.Background(), openDB(t, &contest{}, &contestant{})
	contests, people := repo.New[contest](db), repo.New[contestant](db)
	require.NoError(t, people.Create(ctx, &contestant{Name: "ann", Age: 20}, &contestant{Name: "al", Age: 9}))
	ann, al := int64(1), int64(2)
	require.NoError(t, repo.FullClean(ctx, contests, &contest{JudgeID: &ann}))
	require.NoError(t, repo.FullClean(ctx, contests, &contest{}))
	invalid, ok := repo.Validation(ctx, repo.FullClean(ctx, contests, &contest{JudgeID: &al}))
	require.True(t, ok)
	require.Equal(t, "invalid", invalid.Fields["judge_id"][0].Code)
	require.NoError(t, repo.FullClean(ctx, contests, &contest{JudgeID: &al}, "id"))
}
