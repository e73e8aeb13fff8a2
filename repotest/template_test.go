package repotest

import (
	"context"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/migrate"
	"github.com/gormango/gormango/models"
)

type shelf struct {
	models.AutoKey
	Name string `gorm:"not null;uniqueIndex"`
}

type box struct {
	models.AutoKey
	ShelfID int64
	Shelf   *shelf
}

func templatesOf(t *testing.T, server string, models ...any) (names []string) {
	t.Helper()
	sum, err := sumOf(server, models)
	require.NoError(t, err)
	require.NoError(t, onServer(server, func(ctx context.Context, conn *pgx.Conn) error {
		rows, err := conn.Query(ctx, "SELECT datname FROM pg_database WHERE datname LIKE '%' || $1", templateMark+sum)
		if err != nil {
			return err
		}
		names, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	}))
	return names
}

func TestOpenCopiesATemplate(t *testing.T) {
	t.Parallel()
	one, two := Open(t, &shelf{}, &box{}), Open(t, &shelf{}, &box{})
	require.NoError(t, one.Create(&box{Shelf: &shelf{Name: "top"}}).Error)
	var n int64
	require.NoError(t, one.Model(&shelf{}).Count(&n).Error)
	require.EqualValues(t, 1, n)
	require.NoError(t, two.Model(&shelf{}).Count(&n).Error)
	require.Zero(t, n)
	report, err := migrate.Auto(t.Context(), two)
	require.NoError(t, err)
	require.Empty(t, report.Statements, "a copy has everything")
	require.Len(t, templatesOf(t, serverURL(t), &shelf{}, &box{}), 1)
}

// Only one of many test binaries makes the template.
func TestTemplateIsMadeOnce(t *testing.T) {
	t.Parallel()
	type crate struct {
		models.AutoKey
		Weight int
	}
	server, set := serverURL(t), []any{&crate{}}
	sum, err := sumOf(server, set)
	require.NoError(t, err)
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			other := &template{sum: sum} // another process's view of it
			_, err := other.ensure(server, set)
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	require.Len(t, templatesOf(t, server, set...), 1)
}

func TestSumTellsModelsApart(t *testing.T) {
	t.Parallel()
	server := serverURL(t)
	sum := func(set ...any) string {
		s, err := sumOf(server, set)
		require.NoError(t, err)
		return s
	}
	narrow := func() any {
		type pot struct {
			models.AutoKey
			Size int
		}
		return &pot{}
	}
	wide := func() any {
		type pot struct {
			models.AutoKey
			Size int64 `gorm:"default:4"`
		}
		return &pot{}
	}
	require.Equal(t, sum(narrow()), sum(narrow()))
	require.NotEqual(t, sum(narrow()), sum(wide()), "types of one name")
	require.NotEqual(t, sum(&shelf{}), sum(&shelf{}, &box{}))
	require.Equal(t, sum(&box{}, &shelf{}), sum(&shelf{}, &box{}))
}

func TestSweptTemplateIsMadeAgain(t *testing.T) {
	t.Parallel()
	type jar struct {
		models.AutoKey
		Lid bool
	}
	server := serverURL(t)
	Open(t, &jar{})
	for _, name := range templatesOf(t, server, &jar{}) {
		require.NoError(t, onServer(server, func(ctx context.Context, conn *pgx.Conn) error {
			_, err := conn.Exec(ctx, "DROP DATABASE "+name)
			return err
		}))
	}
	require.NoError(t, Open(t, &jar{}).Create(&jar{}).Error)
}

func TestTemplateOfWrongModels(t *testing.T) {
	t.Parallel()
	type vase struct {
		models.AutoKey
		Shape string `gorm:"type:no_such_type"`
	}
	server := serverURL(t)
	_, err := cloneOf(server, []any{&vase{}})
	var unknown *migrate.UnknownTypeError
	require.ErrorAs(t, err, &unknown)
	require.Empty(t, templatesOf(t, server, &vase{}))
}

func BenchmarkOpen(b *testing.B) {
	server := serverURL(b)
	for b.Loop() {
		name, err := cloneOf(server, []any{&shelf{}, &box{}})
		require.NoError(b, err)
		b.StopTimer()
		require.NoError(b, onServer(server, func(ctx context.Context, conn *pgx.Conn) error {
			_, err := conn.Exec(ctx, "DROP DATABASE "+name)
			return err
		}))
		b.StartTimer()
	}
}
