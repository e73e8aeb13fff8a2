package valuematrix_test

import (
	"testing"

	"github.com/jackc/pgx/v5/pgtype"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repotest"
)

type (
	incomparable struct {
		models.AutoKey
		Point *string `gorm:"type:point"`
		XML   *string `gorm:"type:xml"`
	}
	stores struct {
		models.AutoKey
		A []pgtype.Hstore `gorm:"type:hstore[]"`
	}
	storeTexts struct {
		models.AutoKey
		A []string `gorm:"type:hstore[]"`
	}
)

func (*storeTexts) prepare() string { return `CREATE EXTENSION hstore` }

// A type without an operator = is compared by isnull and as text. The chain
// refuses the rest.
func TestTypesWithoutEquality(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := repo.New[incomparable](openTypes(t, nil, gormango.Config{}, &incomparable{}))
	o := &incomparable{Point: p("(1,2)"), XML: p("<a/>")}
	require.NoError(t, r.Create(ctx, o))
	for column, text := range map[repo.Lookup[incomparable]]string{"point": "(1,2)", "xml": "<a/>"} {
		for op, v := range map[repo.Lookup[incomparable]]any{"": text, "__in": []string{text}, "__gt": text, "__lte": text, "__range": []string{text, text}} {
			_, err := r.Filter(column+op, v).Count(ctx)
			require.ErrorAs(t, err, new(*repo.LookupValueError), column+op)
		}
		_, err := r.By(repo.Name[incomparable](column)).GetOrCreate(ctx, &incomparable{Point: o.Point, XML: o.XML})
		require.ErrorAs(t, err, new(*repo.LookupValueError))
		for op, v := range map[repo.Lookup[incomparable]]any{"__isnull": false, "__iexact": text, "__startswith": text[:2]} {
			n, err := r.Filter(column+op, v).Count(ctx)
			require.NoError(t, err, column+op)
			require.EqualValues(t, 1, n, column+op)
		}
		n, err := r.Filter(column, nil).Count(ctx)
		require.NoError(t, err)
		require.Zero(t, n)
	}
	_, err := r.Filter("point", "(1,2)").Count(ctx)
	require.ErrorContains(t, err, "incomparable.point takes isnull and lookups of its text, such as iexact (PostgreSQL compares no two values of type point), not string")
}

// An array of hstore is a slice of texts.
func TestArraysOfHstore(t *testing.T) {
	t.Parallel()
	_, err := gormango.Open(t.Context(), gormango.Config{URL: repotest.URL(t), Models: []any{&stores{}}})
	require.EqualError(t, err, "gormango: model stores: field A is []pgtype.Hstore in a column of hstore[], which the driver cannot read (use a slice of texts, or jsonb)")
	matrixOf(t, &storeTexts{}, &storeTexts{A: []string{`"a"=>"b"`, ""}})
}
