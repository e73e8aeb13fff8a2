package collect_test

import (
	"context"
	"database/sql"
	"reflect"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/internal/collect"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/models"
)

// Held has columns of the types that keys and foreign keys have.
type Held struct {
	models.AutoKey
	Small   *int32
	Text    string
	ID2     uuid.UUID       `gorm:"type:uuid"`
	ID3     string          `gorm:"type:uuid"`
	Null    sql.NullInt64   `gorm:"type:bigint"`
	Price   decimal.Decimal `gorm:"type:numeric(8,2)"`
	At      time.Time
	Bytes   []byte
	Deleted gorm.DeletedAt
}

// The same value is the same, whatever type of Go holds it; NULL refers to nothing.
func TestIdentity(t *testing.T) {
	t.Parallel()
	m, ctx := registry(t)(Held{}), context.Background()
	id, seven := uuid.New(), int32(7)
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.FixedZone("x", 3600))
	a := reflect.ValueOf(&Held{AutoKey: models.AutoKey{ID: 7}, Small: &seven, Null: sql.NullInt64{Int64: 7, Valid: true}, ID2: id, ID3: id.String(), Text: `a","b`, At: at,
		Price: decimal.RequireFromString("1.50"), Bytes: []byte("x"), Deleted: gorm.DeletedAt{Time: at, Valid: true}}).Elem()
	b := reflect.ValueOf(&Held{At: at.UTC(), Price: decimal.RequireFromString("1.5"), Bytes: []byte("x"), Text: "a"}).Elem()
	is := func(rv reflect.Value, names ...string) any {
		var fields []*modelinfo.Field
		for _, n := range names {
			require.NotNil(t, m.Field(n), n)
			fields = append(fields, m.Field(n))
		}
		return collect.Identity(ctx, rv, fields)
	}
	require.Equal(t, int64(7), is(a, "id"))
	require.Equal(t, is(a, "id"), is(a, "small"))
	require.Equal(t, is(a, "id"), is(a, "null"))
	require.Equal(t, is(a, "id2"), is(a, "id3"))
	require.Equal(t, is(a, "price"), is(b, "price"))
	require.Equal(t, is(a, "at"), is(b, "at"))
	require.Equal(t, is(a, "at"), is(a, "deleted"))
	require.Equal(t, is(a, "bytes"), is(b, "bytes"))
	require.Equal(t, is(a, "id", "small"), is(a, "null", "id"))
	require.NotEqual(t, is(a, "text", "id"), is(b, "text", "text"))
	for _, name := range []string{"small", "null", "deleted"} {
		require.Nil(t, is(b, name), name)
		require.Nil(t, is(b, "text", name), name)
	}
	require.Equal(t, at, collect.Plain(ctx, m.Field("deleted"), a))
	require.Equal(t, seven, collect.Plain(ctx, m.Field("small"), a))
}
