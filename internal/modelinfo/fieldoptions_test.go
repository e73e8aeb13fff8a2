package modelinfo_test

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/models"
)

type grade string

func (grade) Choices() []models.Choice { return models.Labeled[grade]("top", "not_bad") }

type Exam struct {
	models.AutoKey
	Points   int
	Share    int
	Grade    grade
	State    string         `gorm:"size:20;default:'new'"`
	Sheets   []string       `gorm:"type:text[];not null"`
	Extras   map[string]int `gorm:"type:jsonb;serializer:json;not null"`
	Maybe    []string       `gorm:"type:text[]"`
	Text     string         `gorm:"not null"`
	Started  string
	Finished *string
}

func (Exam) Meta() models.Meta {
	return models.Meta{Fields: map[string]models.FieldOptions{
		"share":    {Generated: "points * 100 / 50"},
		"state":    {Collation: "C", Comment: "how far it is"},
		"text":     {Label: "Answer", Help: "Write.", Deferred: true, ReadOnly: true},
		"started":  {Default: "now()"},
		"finished": {Choices: []models.Choice{{Value: "yes", Label: "Yes"}}},
	}}
}

func TestFieldOptions(t *testing.T) {
	t.Parallel()
	db := offline(t)
	m := model[Exam](t, db)
	require.True(t, m.Defers)
	share := m.Field("share")
	require.True(t, share.Generated)
	require.False(t, share.Creatable || share.Updatable, "plain GORM leaves it out too")
	require.True(t, share.Options().ReadOnly)
	require.True(t, m.Field("started").FuncDefault)
	require.Contains(t, m.Schema.FieldsWithDefaultDBValue, m.Field("started").Field, "plain GORM reads it back")
	require.Equal(t, "varchar(20)", m.Field("state").SQLType)
	require.Contains(t, string(m.Field("state").DataType), `COLLATE "C"`)
	require.False(t, m.Field("state").Comparable, "Go does not know the collation")
	require.Equal(t, "how far it is", m.Field("state").Comment)
	require.Equal(t, models.FieldOptions{Label: "Answer", Help: "Write.", Deferred: true, ReadOnly: true}, m.Field("text").Options())
	require.Equal(t, "grade", m.Field("grade").Options().Label)
	require.Equal(t, []models.Choice{{Value: grade("top"), Label: "Top"}, {Value: grade("not_bad"), Label: "Not Bad"}}, m.Field("grade").Options().Choices)
	for name, want := range map[string]bool{"sheets": true, "extras": true, "maybe": false, "text": false} {
		require.Equal(t, want, m.Field(name).NilEmpty, name)
	}
}

type twoExpressions struct {
	models.AutoKey
	N int `gorm:"->;generated:id + 1"`
}

func (twoExpressions) Meta() models.Meta {
	return models.Meta{Fields: map[string]models.FieldOptions{"n": {Generated: "id + 2"}}}
}

type twoCollations struct {
	models.AutoKey
	Name string `gorm:"type:text collate \"C\""`
}

func (twoCollations) Meta() models.Meta {
	return models.Meta{Fields: map[string]models.FieldOptions{"name": {Collation: "POSIX"}}}
}

type noSuchColumn struct{ models.AutoKey }

func (noSuchColumn) Meta() models.Meta {
	return models.Meta{Fields: map[string]models.FieldOptions{"idd": {Label: "x"}}}
}

type computedDefault struct {
	models.AutoKey
	N int
}

func (computedDefault) Meta() models.Meta {
	return models.Meta{Fields: map[string]models.FieldOptions{"n": {Generated: "id", Default: "7"}}}
}

type checkedFloats struct {
	models.AutoKey
	N float64
}

func (checkedFloats) Meta() models.Meta {
	return models.Meta{Fields: map[string]models.FieldOptions{"n": {Checked: true, Choices: []models.Choice{{Value: 1.5}}}}}
}

type checkedNothing struct {
	models.AutoKey
	N int
}

func (checkedNothing) Meta() models.Meta {
	return models.Meta{Fields: map[string]models.FieldOptions{"n": {Checked: true}}}
}

type wrongNulls struct {
	models.AutoKey
	N int
}

func (wrongNulls) Meta() models.Meta {
	return models.Meta{Indexes: []models.Index{{Fields: []string{"n nulls middle"}}}}
}

type deferredIndex struct {
	models.AutoKey
	N int
}

func (deferredIndex) Meta() models.Meta {
	return models.Meta{Constraints: []models.Constraint{{Unique: []string{"n"}, Where: "n > 0", Deferrable: "deferred"}}}
}

type checkWhere struct {
	models.AutoKey
	N int
}

func (checkWhere) Meta() models.Meta {
	return models.Meta{Constraints: []models.Constraint{{Check: "n > 0", Where: "n > 0"}}}
}

func TestMetaRefuses(t *testing.T) {
	t.Parallel()
	for want, model := range map[string]any{
		`model twoExpressions: field N has generated "id + 1" in its tag and "id + 2" in Meta.Fields (keep one)`:                                                                        twoExpressions{},
		`model twoCollations: field Name has the collation "C" in its tag and "POSIX" in Meta.Fields (keep one)`:                                                                        twoCollations{},
		`Meta.Fields of noSuchColumn: noSuchColumn has no field "idd" (did you mean "id"?); choices are id`:                                                                             noSuchColumn{},
		`model computedDefault: Meta.Fields["n"] has both Generated and Default (a computed column has no default)`:                                                                     computedDefault{},
		`model checkedFloats: Meta.Fields["n"]: a choice is a float64 (Checked takes texts, integers and booleans)`:                                                                     checkedFloats{},
		`model checkedNothing: Meta.Fields["n"] is Checked and has no choices`:                                                                                                          checkedNothing{},
		`Meta.Indexes of wrongNulls: "n nulls middle" (behind a field's name belongs "nulls first", "nulls last" or nothing)`:                                                           wrongNulls{},
		`Meta.Constraints of deferredIndex: constraint "uni_deferred_indices_n_n_d01f770f" is a unique index by its Where, Expressions, Include or Opclasses, and cannot be deferrable`: deferredIndex{},
		`Meta.Constraints of checkWhere: constraint "chk_check_wheres_n_d01f770f" has parts of a unique constraint (Where, Include and Opclasses belong to Unique)`:                     checkWhere{},
	} {
		_, err := modelinfo.Of(offline(t)).Model(reflect.TypeOf(model))
		require.EqualError(t, err, "gormango: "+want)
	}
}
