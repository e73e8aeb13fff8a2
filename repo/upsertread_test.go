package repo_test

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
)

type upsertRead struct {
	models.AutoKey
	Code  string         `gorm:"unique"`
	Data  map[string]any `gorm:"type:jsonb;serializer:json"`
	Plain jsonMap        `gorm:"type:jsonb"`
	Small int8           `gorm:"type:integer"`
	Count int64
}

// An upsert whose object cannot take the row's new value changes nothing.
func TestUpsertOfWhatCannotBeRead(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	db := openDB(t, &upsertRead{})
	r := repo.New[upsertRead](db)
	require.NoError(t, r.Create(ctx, &upsertRead{Code: "a", Small: 100, Count: 1}))
	for name, set := range map[string]repo.Assign[upsertRead]{
		"data":  r.Set("data", "5"),
		"plain": r.Set("plain", "5"),
		"small": r.Set("small", repo.F("small").Add(100)),
	} {
		for how, write := range map[string]func(context.Context, *upsertRead) error{
			"Create": func(ctx context.Context, o *upsertRead) error {
				return r.OnConflict("code").Set(set, r.Set("count", 2)).Create(ctx, o)
			},
			"BulkCreate": func(ctx context.Context, o *upsertRead) error {
				return r.OnConflict("code").Set(set, r.Set("count", 2)).BulkCreate(ctx, []*upsertRead{o})
			},
		} {
			require.Error(t, write(ctx, &upsertRead{Code: "a"}), "%s by %s", name, how)
			var count int64
			require.NoError(t, db.Raw("SELECT count FROM upsert_reads").Scan(&count).Error)
			require.EqualValues(t, 1, count, "%s by %s", name, how)
		}
	}
	o := &upsertRead{Code: "a"}
	require.NoError(t, r.OnConflict("code").Set(r.Set("data", map[string]any{"a": "b"}), r.Set("count", repo.F("count").Add(1))).Create(ctx, o))
	require.Equal(t, map[string]any{"a": "b"}, o.Data)
	require.EqualValues(t, 2, o.Count)
}

// jsonMap reads and writes itself as JSON.
type jsonMap map[string]any

func (m jsonMap) Value() (driver.Value, error) { return json.Marshal(map[string]any(m)) }

func (m *jsonMap) Scan(v any) error {
	switch x := v.(type) {
	case string:
		return json.Unmarshal([]byte(x), (*map[string]any)(m))
	case []byte:
		return json.Unmarshal(x, (*map[string]any)(m))
	}
	return errors.New("no JSON")
}
