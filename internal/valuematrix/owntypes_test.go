package valuematrix_test

import (
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
)

type settings struct{ Colour string }

// ownTypes shows types of package models as the page does.
type ownTypes struct {
	models.AutoKey
	Title    string
	Settings models.JSON[settings]
	Tags     models.Array[string] `gorm:"not null"`
	Seats    models.Range[int32]
	During   models.Range[time.Time]
	Days     models.Range[time.Time] `gorm:"type:daterange"`
	Rank     models.Null[int16]      `gorm:"type:smallint"`
	Mail     models.Email            `gorm:"not null"`
	Address  *netip.Addr             `gorm:"type:inet"`
	Search   models.SearchVector     // Generated: models.SearchText("english", "title")
}

func (ownTypes) Meta() models.Meta {
	return models.Meta{Fields: map[string]models.FieldOptions{"search": {Generated: models.SearchText("english", "title")}}}
}

func TestFieldTypesOfModels(t *testing.T) {
	t.Parallel()
	r := repo.New[ownTypes](openTypes(t, nil, gormango.Config{}, &ownTypes{}))
	require.NoError(t, r.Create(t.Context(), &ownTypes{Title: "halls", Settings: models.NewJSON(settings{"red"}), Seats: models.NewRange[int32](1, 5)}))
	o, err := r.Filter("settings__Colour", "red").Filter("search__search", "hall").Filter("seats__contains", 4).Get(t.Context())
	require.NoError(t, err)
	require.Equal(t, []any{models.Array[string]{}, models.Null[int16]{}, false}, []any{o.Tags, o.Rank, o.During.Valid})
}
