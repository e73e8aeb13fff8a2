package migrate_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/migrate"
	"github.com/gormango/gormango/repo"
)

// thenOrder is a row of orders as migration 0004 finds it.
type thenOrder struct {
	ID      int64
	Channel *string
	Note    string
}

func (thenOrder) TableName() string { return "orders" }

// nowOrder is the model of today.
type nowOrder struct {
	thenOrder
	Total int64
}

func (nowOrder) TableName() string { return "orders" }

// Code reads and writes rows by a struct of the columns of its time, with the
// queries of repositories, and later migrations may drop them.
func TestCodeHasTheModelsOfItsTime(t *testing.T) {
	t.Parallel()
	fill := migrate.GoMigration{
		ID: "shop/0004_fill", After: []migrate.ID{"shop/0003_note"}, Models: []any{thenOrder{}},
		Up: func(ctx context.Context, b *migrate.Batch) error {
			return b.Tx(ctx, func(tx *gorm.DB) error {
				orders := repo.New[thenOrder](tx)
				list, err := orders.Filter("channel__isnull", true).OrderBy("id").All(ctx)
				for _, o := range list {
					o.Note = "web"
					if err := orders.Save(ctx, o); err != nil {
						return err
					}
				}
				if err != nil {
					return err
				}
				_, err = orders.Filter("channel__isnull", true).Update(ctx, orders.Set("channel", "filled"))
				return err
			})
		},
	}
	files := shopFiles()
	files["0005_drop.sql"] = fileText("-- +gormango id shop/0005_drop after shop/0004_fill\n-- +gormango op {\"drop_column\":{\"table\":\"orders\",\"column\":\"channel\"}}",
		"ALTER TABLE orders DROP COLUMN channel;", "ALTER TABLE orders ADD COLUMN channel text;")
	s := loadSet(t, files, migrate.App("shop", onlyOrders{}), migrate.WithGo(fill))
	require.NoError(t, s.Check())
	db := setup(t)
	r := newRunner(t, db, s, migrate.Unlinted())
	_, err := r.Up(t.Context(), "0003")
	require.NoError(t, err)
	run(t, db, `INSERT INTO orders (id, channel) VALUES (1, NULL), (2, 'shop')`)
	_, err = r.Up(t.Context())
	require.NoError(t, err)
	require.Equal(t, []string{"web", "none"}, names(t, db, `SELECT coalesce(note, 'none') FROM orders ORDER BY id`))
}

// onlyOrders is orders at the end of the chain.
type onlyOrders struct {
	ID   int64 `gorm:"autoIncrement:false"`
	Note *string
}

func (onlyOrders) TableName() string { return "orders" }

// A model of another time is an error before anything runs.
func TestModelsOfAnotherTime(t *testing.T) {
	t.Parallel()
	type Faxes struct{ ID int64 }
	for want, model := range map[string]any{
		`migrate: shop/0004_fill: its model nowOrder has the column "total", which table "orders" does not have there ` +
			`(declare a struct of the columns that the code uses, not today's model; choices: id, channel, note)`: nowOrder{},
		`migrate: shop/0004_fill: its model Faxes is of the table "faxes", which no migration before it makes (choices: orders)`: &Faxes{},
	} {
		s := goSet(t, migrate.GoMigration{Models: []any{thenOrder{}, model}, Up: nothing})
		require.EqualError(t, s.Check(), want)
		db := setup(t)
		_, err := migrate.Up(t.Context(), db, s)
		var e *migrate.ChainError
		require.ErrorAs(t, err, &e)
		require.EqualError(t, err, want)
		require.Equal(t, []string{"0"}, names(t, db, `SELECT count(*)::text FROM pg_tables WHERE tablename = 'orders'`))
	}
}
