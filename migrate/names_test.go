package migrate_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/models"
)

type firstNamed struct {
	ID   int64
	Name string `gorm:"index:idx_name"`
}

type secondNamed struct {
	ID   int64
	Name string `gorm:"index:idx_name"`
}

type uniqueTwice struct {
	ID   int64
	Name string `gorm:"unique"`
}

func (uniqueTwice) Meta() models.Meta {
	return models.Meta{Constraints: []models.Constraint{{Unique: []string{"name"}}}}
}

type countedFromOne struct {
	ID int64 `gorm:"default:1;autoIncrement"`
}

type keysOfOneName struct {
	ID    int64
	Other []shelf `gorm:"many2many:key_shelves;constraint:fk_same,OnDelete:CASCADE"`
}

type likeATable struct {
	ID   int64
	Name string `gorm:"index:like_a_tables"`
}

func TestNamesUsedTwice(t *testing.T) {
	t.Parallel()
	// GORM leaves the second index out without an error.
	require.Equal(t, `migrate: "idx_name" is the name of an index of table "first_nameds" and of an index of table "second_nameds" `+
		`(a name is used once in a schema: rename one)`, stateError(t, &firstNamed{}, &secondNamed{}))
	require.Equal(t, `migrate: table "unique_twices" has two constraints named "uni_unique_twices_name" (rename one)`, stateError(t, &uniqueTwice{}))
	require.Equal(t, `migrate: table "key_shelves" has two constraints named "fk_same" (rename one)`, stateError(t, &keysOfOneName{}))
	require.Equal(t, `migrate: column "id" of table "counted_from_ones" counts up and has the default "1" (drop one)`, stateError(t, &countedFromOne{}))
	require.Equal(t, `migrate: "like_a_tables" is the name of table "like_a_tables" and of an index of table "like_a_tables" `+
		`(a name is used once in a schema: rename one)`, stateError(t, &likeATable{}))
}
