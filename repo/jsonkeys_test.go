package repo_test

import (
	"encoding/json"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repo/fn"
)

type setting struct {
	models.AutoKey
	Name   string
	Data   map[string]any  `gorm:"type:jsonb;serializer:json"`
	Plain  json.RawMessage `gorm:"type:json"`
	Parent *setting
	// ParentID is the key of the setting that this one stands in for.
	ParentID *int64
}

// Key names every key that a JSON object can have, and the elements of its
// arrays, in conditions, orders and annotations.
func TestJSONKeys(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r := repo.New[setting](openDB(t, &setting{}))
	keys := []string{"a__b", "", "__", "exact", "isnull", "has_key", "year", "contains__in", "0", "-1", "+1", "99999999999", "pk", "a b", `q"uo'te`, "é", "a.b", "{a,b}", "a?b", "$1", "data", "::text", "\\"}
	for i, key := range keys {
		data := map[string]any{key: map[string]any{key: i, "s": "x" + key, "l": []any{i, map[string]any{key: "in"}}}}
		plain, err := json.Marshal(data)
		require.NoError(t, err)
		require.NoError(t, r.Create(ctx, &setting{Name: key, Data: data, Plain: plain}))
	}
	require.NoError(t, r.Create(ctx, &setting{Name: "list", Data: map[string]any{"0": []any{"zero", []any{"one"}}}, Plain: json.RawMessage(`["zero", {"0": "member"}]`)}))
	find := func(e repo.Expr) []string {
		t.Helper()
		names, err := repo.Values[string](ctx, r.Where(repo.Holds[setting](e)).OrderBy("id"), "name")
		require.NoError(t, err)
		return names
	}
	for i, key := range keys {
		for _, column := range []repo.Ref{"data", "plain"} {
			of, only := repo.F(column), []string{key}
			require.Equal(t, only, find(fn.Key(of, key, key).Eq(i)), "%s of %q", column, key)
			require.Equal(t, only, find(fn.Key(of, key, "l", 0).Eq(i)))
			require.Equal(t, only, find(fn.Key(of, key, "l", -2).Eq(i)))
			require.Equal(t, only, find(fn.Key(of, key, "l", 1, key).Eq("in")))
			require.Equal(t, only, find(fn.Key(fn.Key(of, key), "s").Compare("icontains", "X"+key)))
			require.Equal(t, only, find(fn.KeyText(of, key, "s").Eq("x"+key)))
			require.Equal(t, only, find(fn.KeyText(of, key, key).In([]string{strconv.Itoa(i)})))
			require.Equal(t, only, find(fn.Key(of, key, "s").IsNull().Not()))
			require.Empty(t, find(fn.Key(of, key, "nope").IsNull().Not()))
			require.Equal(t, only, find(fn.Key(of, key).Compare("s", "x"+key)))
			require.Equal(t, only, find(fn.Key(of, key).Compare("has_key", "s")))
			// An annotation has lookups and keys of its own.
			names, err := repo.Values[string](ctx, r.Annotate("x", fn.Key(of, key)).Filter("x__l__0", i).OrderBy("x"), "name")
			require.NoError(t, err)
			require.Equal(t, only, names)
			values, err := repo.Values[any](ctx, r.Filter("name", key).Annotate("x", fn.KeyText(of, key, "s")).GroupBy("x").Annotate("n", repo.Count(repo.F("id"))), "x")
			require.NoError(t, err)
			require.Equal(t, []any{"x" + key}, values)
			last, err := r.OrderByExpr(fn.Key(of, key, "s").Desc().NullsLast()).First(ctx)
			require.NoError(t, err)
			require.Equal(t, key, last.Name)
		}
	}
	// A text is a member, an integer is an element.
	require.Equal(t, []string{"list"}, find(fn.Key(repo.F("plain"), 0).Eq("zero")))
	require.Equal(t, []string{"list"}, find(fn.Key(repo.F("plain"), -1, "0").Eq("member")))
	require.Empty(t, find(fn.Key(repo.F("plain"), "0").Eq("zero")))
	require.Empty(t, find(fn.Key(repo.F("plain"), 1, 0).Eq("member")))
	require.Equal(t, []string{"list"}, find(fn.Key(repo.F("data"), "0", 0).Eq("zero")))
	require.Empty(t, find(fn.Key(repo.F("data"), 0, 0).Eq("zero")))
	require.Empty(t, find(fn.Key(repo.F("data"), "0", "0").Eq("zero")))
	n, err := r.Filter("name", "list").Update(ctx, r.Set("name", fn.KeyText(repo.F("data"), "0", 1, 0)))
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
	parent, err := r.Filter("name", "one").Get(ctx)
	require.NoError(t, err)
	require.NoError(t, r.Create(ctx, &setting{Name: "child", ParentID: &parent.ID}))
	require.Equal(t, []string{"child"}, find(fn.Key(repo.F("parent__data"), "0", 0).Eq("zero")))
	require.Equal(t, []string{"child"}, find(repo.Exists(r.Filter("id", repo.OuterRef("parent_id")).Where(repo.Holds[setting](fn.Key(repo.F("data"), "0", 0).Eq("zero"))))))

	// A path and a longer one of other steps are both in one statement.
	both, err := repo.Values[[]any](ctx, r.Filter("name", "one").Annotate("x", repo.F("data__0__1")).Annotate("y", fn.Key(repo.F("x"), 0)).Annotate("z", fn.Key(repo.F("x"), "0")).GroupBy("x", "y", "z"))
	require.NoError(t, err)
	require.Len(t, both, 1)
	require.Equal(t, []any{nil}, both[0][2:])

	var field *repo.FieldError
	for name, e := range map[string]repo.Expr{
		"no JSON": fn.Key(repo.F("name"), "a"), "no key": fn.Key(repo.F("data"), nil), "a float": fn.Key(repo.F("data"), "a", 1.5), "too large an index": fn.Key(repo.F("data"), 1<<40),
		"the text of no JSON": fn.KeyText(repo.F("name"), "a"), "an unknown name": fn.Key(repo.F("nope"), "a"), "no operand": fn.Key(nil, "a"),
	} {
		require.ErrorAs(t, r.Annotate("x", e).Err(), &field, name)
	}
}
