package repo_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
)

type parcel struct {
	models.AutoKey
	Status string `gorm:"not null;index:parcels_new,where:status = 'new'"`
	Code   string `gorm:"type:char(4);index:parcels_code,where:code = 'a'"`
	Level  int16
	Hot    *bool
}

func (parcel) Meta() models.Meta {
	return models.Meta{Indexes: []models.Index{
		{Name: "parcels_level", Fields: []string{"level"}, Where: "level IN (-1, 7)"},
		{Name: "parcels_hot", Fields: []string{"id"}, Where: "hot"},
	}}
}

// A query for the constants of a partial index finds the rows that SQL finds,
// and the server's plan for any parameters uses the index.
func TestConstants(t *testing.T) {
	t.Parallel()
	ctx, db := t.Context(), openDB(t, &parcel{})
	for _, ix := range []string{"(id) WHERE status = 'new'", "(id) WHERE code = 'a'", "(level) WHERE level IN (-1, 7)", "(id) WHERE hot"} {
		require.NoError(t, db.Exec("CREATE INDEX ON parcels "+ix).Error) // those of Meta are package migrate's
	}
	require.NoError(t, db.Exec(`INSERT INTO parcels (status, code, level, hot)
		SELECT (ARRAY['new', 'New', 'it''s', ''])[1 + i % 4], (ARRAY['a', 'b', 'a  '])[1 + i % 3], i % 9 - 1, (ARRAY[true, false, NULL])[1 + i % 3] FROM generate_series(1, 500) i`).Error)
	all := repo.New[parcel](db)
	for _, c := range []struct {
		lookup  string
		value   any
		where   string
		indexed bool
	}{
		{"status", "new", "status = 'new'", true},
		{"status__in", []string{"new"}, "status = 'new'", true},
		{"status__lte", "new", "status <= 'new'", false},
		{"status", "New", "status = 'New'", false},
		{"status", "", "status = ''", false},
		{"status__in", []string{"new", "it's"}, "status IN ('new', 'it''s')", false},
		{"code", "a", "code = 'a'", true},
		{"code", "a  ", "code = 'a  '", false},
		{"level", -1, "level = -1", true},
		{"level__in", []int{7, -1, 7}, "level IN (7, -1)", true},
		{"level__in", []int{7, 2}, "level IN (7, 2)", false},
		{"hot", true, "hot", true},
		{"hot", false, "NOT hot", false},
	} {
		for _, exclude := range []bool{false, true} {
			qs, where := all.Filter(repo.Lookup[parcel](c.lookup), c.value), c.where
			if exclude {
				qs, where = all.Exclude(repo.Lookup[parcel](c.lookup), c.value), "("+c.where+") IS NOT TRUE"
			}
			var want int64
			require.NoError(t, db.Raw("SELECT count(*) FROM parcels WHERE "+where).Row().Scan(&want))
			require.EqualValues(t, want, count(t, ctx, qs), where)
		}
		if !c.indexed {
			continue
		}
		text, _, err := all.Filter(repo.Lookup[parcel](c.lookup), c.value).Filter("id__gt", 3).SQL()
		require.NoError(t, err)
		require.NoError(t, db.Connection(func(tx *gorm.DB) error {
			for _, sql := range []string{"SET plan_cache_mode = force_generic_plan", "SET enable_seqscan = off", "ALTER TABLE parcels DROP CONSTRAINT IF EXISTS parcels_pkey", "PREPARE kept AS " + text} {
				require.NoError(t, tx.Exec(sql).Error)
			}
			var plan []string
			require.NoError(t, tx.Raw("EXPLAIN EXECUTE kept(3)").Scan(&plan).Error)
			require.Contains(t, fmt.Sprint(plan), "Index", text)
			return tx.Exec("DEALLOCATE kept; RESET plan_cache_mode; RESET enable_seqscan").Error
		}))
	}
}
