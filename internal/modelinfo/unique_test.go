package modelinfo_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/models"
)

type Seat struct {
	models.AutoKey
	Constraint string `gorm:"unique"`
	Indexed    string `gorm:"uniqueIndex"`
	Classed    string `gorm:"index:,unique"`
	Row        int    `gorm:"uniqueIndex:place"`
	Number     int    `gorm:"uniqueIndex:place"`
	Partial    string `gorm:"uniqueIndex:,where:partial <> ''"`
	Lowered    string `gorm:"uniqueIndex:,expression:lower(lowered)"`
	Plain      string `gorm:"index"`
	Named      int
	MetaIndex  int
	MetaWhere  int
	Later      int
}

func (Seat) Meta() models.Meta {
	return models.Meta{
		Indexes: []models.Index{
			{Fields: []string{"-meta_index"}, Unique: true},
			{Fields: []string{"meta_where"}, Unique: true, Where: "meta_where > 0"},
		},
		Constraints: []models.Constraint{{Unique: []string{"named"}}, {Unique: []string{"later"}, Deferrable: "deferred"}},
	}
}

func TestUnique(t *testing.T) {
	t.Parallel()
	m := model[Seat](t, offline(t))
	for columns, want := range map[string]struct{ unique, arbiter bool }{
		"id": {true, true}, "constraint": {true, true}, "indexed": {true, true}, "classed": {true, true},
		"row": {}, "number": {}, "number row": {true, true}, "row number": {true, true}, "id row": {},
		"partial": {}, "lowered": {}, "plain": {},
		"named": {true, true}, "meta_index": {true, true}, "meta_where": {}, "later": {true, false},
	} {
		var fields []*modelinfo.Field
		for _, name := range strings.Fields(columns) {
			fields = append(fields, m.Field(name))
		}
		require.Equal(t, want.unique, m.Unique(fields...), "Unique: %s", columns)
		require.Equal(t, want.arbiter, m.Arbiter(fields...), "Arbiter: %s", columns)
	}
}

type Room struct {
	models.AutoKey
	models.SoftDelete
	Door string `gorm:"unique"`
}

type keptRoom struct {
	models.AutoKey
	models.SoftDelete
	Door string `gorm:"unique"`
}

func (keptRoom) Meta() models.Meta { return models.Meta{UniqueDeleted: true} }

func TestLiveRows(t *testing.T) {
	t.Parallel()
	m := model[Room](t, offline(t))
	require.Equal(t, `"deleted_at" IS NULL`, m.LiveRows([]string{"door"}))
	require.Empty(t, m.LiveRows([]string{"door", "deleted_at"}), "the mark is part of the index already")
	require.True(t, m.Arbiter(m.Field("door")))
	require.Empty(t, model[keptRoom](t, offline(t)).LiveRows([]string{"door"}))
	require.Empty(t, model[Seat](t, offline(t)).LiveRows([]string{"indexed"}), "nothing marks rows")
}
