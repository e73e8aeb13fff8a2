package manage_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/checks"
	"github.com/gormango/gormango/models"
)

type bill struct {
	models.AutoKey
	Price float64 `gorm:"not null"`
	State string  `gorm:"not null"`
}

func (bill) Meta() models.Meta {
	return models.Meta{Fields: map[string]models.FieldOptions{"state": {Choices: models.Labeled("open", "paid")}}}
}

type wrongBill struct {
	models.AutoKey
	Name string
}

func (wrongBill) Meta() models.Meta { return models.Meta{Ordering: []string{"nome"}} }

func TestCheck(t *testing.T) {
	t.Parallel()
	a := newApplication(t, &bill{})
	a.ok("makemigrations")
	out := a.ok("check")
	require.Contains(t, out, "warning fields.W103: bill.price: sums of money in a float64 lose cents (use decimal.Decimal")
	code, _, errs := a.run("check", "--fail-level", "warning")
	require.Equal(t, 3, code)
	require.Contains(t, errs, "1 findings")
	require.Equal(t, "the models are right, and the migrations lead to them\n", a.ok("check", "--silence", "fields.W103", "--fail-level", "info"))
	code, _, errs = a.run("check", "--silence", "fields.W999")
	require.Equal(t, 2, code)
	require.Contains(t, errs, `no check "fields.W999" (--list names them)`)
	code, _, errs = a.run("check", "--fail-level", "fatal")
	require.Equal(t, 2, code)
	require.Contains(t, errs, `no level "fatal" (choices are info, warning, error)`)
	var found []checks.Finding
	require.NoError(t, json.Unmarshal([]byte(a.ok("check", "--json")), &found))
	require.Equal(t, []string{"fields.W103"}, []string{found[0].ID})
	require.Contains(t, a.ok("check", "--list"), "relations.W301  a polymorphic relation without an OnDelete, which cascades\n")
	require.Zero(t, a.opens, "none of these needs a database")

	code, out, _ = a.run("check", "--database")
	require.Equal(t, 3, code)
	require.Contains(t, out, "error database.E501: bill: the database has no table \"bills\" (run the migrations)")
	a.ok("migrate")
	a.ok("check", "--database")

	a.models = []any{&wrongBill{}}
	code, out, _ = a.run("check", "--database")
	require.Equal(t, 3, code)
	require.Contains(t, out, `error models.E001: Meta.Ordering of wrongBill: `)
	require.NotContains(t, out, "migrations.E001", "what cannot be read is not compared")
}
