package modelinfo_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/models"
)

type Parcel struct {
	models.AutoKey
	Code  string
	Email string
	State string
}

func (Parcel) Meta() models.Meta {
	return models.Meta{
		Indexes: []models.Index{
			{Fields: []string{"code"}},
			{Fields: []string{"code"}, Where: "state = 'open'"},
			{Fields: []string{"-code nulls last"}, Method: "btree", Opclasses: []string{"text_pattern_ops"}},
			{Fields: []string{"state"}, Where: "state <> ''"},
			{Fields: []string{"code"}, Expressions: []string{"lower( email )"}},
		},
		Constraints: []models.Constraint{
			{Unique: []string{"code"}, Where: "state = 'open'"},
			{Expressions: []string{"lower(email)"}},
			{Unique: []string{"code"}, Include: []string{"state"}},
			{Exclude: "USING gist (code WITH =)"},
		},
		Fields: map[string]models.FieldOptions{"state": {Checked: true, Choices: []models.Choice{{Value: "open"}, {Value: "it's shut"}}}},
	}
}

// The names do not depend on the order of the list, which may change.
func TestNamesOfMeta(t *testing.T) {
	t.Parallel()
	m := model[Parcel](t, offline(t)).Meta
	var names []string
	for _, ix := range m.Indexes {
		names = append(names, ix.Name)
	}
	for _, c := range m.Constraints {
		names = append(names, c.Name)
	}
	require.Equal(t, []string{
		"idx_parcels_code", "idx_parcels_code_af704c6d", "idx_parcels_code_651f9c82", "idx_parcels_state", "idx_parcels_code_email_e0489d39",
		"uni_parcels_code_state_af704c6d", "uni_parcels_email_72852951", "uni_parcels_code", "exc_parcels_code_7c4cb3c9", "chk_parcels_state_ff2fb0bc",
	}, names)
	require.Equal(t, `"state" IN ('open', 'it''s shut')`, m.Constraints[4].Check)
}
