package repo_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repo/fn"
)

type twinned struct {
	models.AutoKey
	Twin json.RawMessage `gorm:"type:jsonb"`
}

// A NUL ends the text of a statement in the protocol, so no name may hold one,
// and the connection goes on.
func TestNUL(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	db := openDB(t, &twinned{})
	r := repo.New[twinned](db)
	second := func(_ any, err error) error { return err }
	for name, err := range map[string]error{
		"Filter":        r.Filter("twin__a\x00b", 1).Err(),
		"Filter, UTF-8": r.Filter("twin__\xff", 1).Err(),
		"OrderBy":       r.OrderBy("twin__a\x00b").Err(),
		"Values":        second(repo.Values[any](ctx, r, "twin__a\x00b")),
		"Columns":       r.Columns("twin__a\x00b").Err(),
		"GroupBy":       r.GroupBy("twin__a\x00b").Err(),
		"Only":          r.Only("twin__a\x00b").Err(),
		"F":             r.Annotate("x", repo.F("twin__a\x00b")).Err(),
		"an annotation": r.Annotate("x", repo.F("twin")).Filter("x__a\x00b", 1).Err(),
		"its name":      r.Annotate("a\x00b", repo.F("id")).Err(),
		"Raw":           second(r.Annotate("x", repo.Raw("1 \x00")).Columns("x").All(ctx)),
		"Raw in Values": second(repo.Values[any](ctx, r.Annotate("x", repo.Raw("1 \x00").WithType(repo.TypeInt)), "x")),
		"Type":          r.Annotate("x", repo.Cast(repo.F("id"), "te\x00xt")).Err(),
		"Type, UNION":   r.Annotate("x", repo.Cast(repo.F("id"), "text UNION SELECT name")).Err(),
		"WithType":      r.Annotate("x", repo.F("id").WithType("boolean OR true")).Err(),
		"Func":          r.Annotate("x", repo.Func("a\x00", repo.F("id"))).Err(),
		"Collate":       r.Annotate("x", fn.Lower(repo.F("id")).Collate("a\x00")).Err(),
		"Update":        second(r.AllRows().Update(ctx, r.Set("id", repo.Raw("1 \x00")))),
		"Delete":        second(r.Where(repo.Holds[twinned](repo.Raw("true \x00").WithType(repo.TypeBool))).Delete(ctx)),
		"Count":         second(r.Where(repo.Holds[twinned](repo.Raw("true \x00").WithType(repo.TypeBool))).Count(ctx)),
	} {
		require.Error(t, err, name)
	}
	for _, err := range repo.SelectRaw[int](ctx, db, "SELECT 1 \x00") {
		require.ErrorContains(t, err, "NUL")
	}
	_, err := r.Count(ctx)
	require.NoError(t, err)
}
