package checks_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/checks"
	"github.com/gormango/gormango/migrate"
	"github.com/gormango/gormango/models"
)

type slip struct {
	models.AutoKey
	OwnerID   int64  `gorm:"not null"`
	OwnerType string `gorm:"not null"`
}

type kept struct {
	models.AutoKey
	Slips []slip `gorm:"polymorphic:Owner"`
}

type declared struct {
	models.AutoKey
	Slips []servedSlip `gorm:"polymorphic:Owner"`
}

type servedSlip struct {
	models.AutoKey
	OwnerID   int64  `gorm:"not null;index:owned,priority:2"`
	OwnerType string `gorm:"not null;index:owned,priority:1"`
}

func (declared) Meta() models.Meta {
	return models.Meta{Relations: map[string]models.RelationOptions{"slips": {OnDelete: models.Cascade}}}
}

type keyless struct{ Name string }

type money struct {
	ID        int32     `gorm:"primaryKey;autoIncrement"`
	Price     float64   `gorm:"not null"`
	Weight    float64   `gorm:"not null"`
	PK        int64     `gorm:"column:pk"`
	At        time.Time `gorm:"type:timestamp"`
	Data      []byte    `gorm:"type:json"`
	Status    string    `gorm:"type:varchar(4);default:gone"`
	OldStatus string    `gorm:"type:varchar(6);default:open"`
}

func (money) Meta() models.Meta {
	choices := models.Labeled("open", "closed")
	return models.Meta{Fields: map[string]models.FieldOptions{
		"status": {Choices: append(models.Labeled("open"), choices...)}, "old_status": {Choices: choices},
	}}
}

type twice struct {
	models.AutoKey
	One string `gorm:"column:same"`
	Two string `gorm:"column:same"`
}

type egg struct {
	models.AutoKey
	HenID int64 `gorm:"not null;index:-"`
	Hen   *hen  `gorm:"belongsTo;foreignKey:HenID"`
}

type hen struct {
	models.AutoKey
	EggID int64  `gorm:"not null;index:hens_egg;index:hens_egg_name"`
	Egg   *egg   `gorm:"belongsTo;foreignKey:EggID"`
	Name  string `gorm:"index:hens_egg_name"`
}

type gone struct {
	models.AutoKey
	Name      string `gorm:"not null"`
	Code      string `gorm:"not null;uniqueIndex"`
	DeletedAt gorm.DeletedAt
}

func (gone) Meta() models.Meta {
	return models.Meta{Constraints: []models.Constraint{{Name: "uni_name", Unique: []string{"name"}, Deferrable: "deferred"}}}
}

type longName struct {
	models.AutoKey
	Text string `gorm:"column:a_name_of_a_column_that_has_more_bytes_than_a_name_of_postgresql"`
}

type misnamed struct {
	models.AutoKey
	Name string
}

func (misnamed) Meta() models.Meta { return models.Meta{Ordering: []string{"nome", "neme"}} }

type clash struct {
	models.AutoKey
	One string `gorm:"index:same_name"`
}

type clashing struct {
	models.AutoKey
	Two string `gorm:"index:same_name"`
}

// short returns the findings as ID and place.
func short(found []checks.Finding) []string {
	out := []string{}
	for _, f := range found {
		place := f.Model
		if f.Field != "" {
			place += "." + f.Field
		}
		out = append(out, f.ID+" "+place)
	}
	return out
}

func TestModels(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		models []any
		want   []string
	}{
		"polymorphic":      {[]any{&kept{}, &slip{}}, []string{"relations.W301 kept.slips", "relations.W302 kept.slips"}},
		"declared":         {[]any{&declared{}, &servedSlip{}}, []string{}},
		"a model unlisted": {[]any{&declared{}}, []string{"models.W004 servedSlip"}},
		"no key":           {[]any{&keyless{}}, []string{"models.W003 keyless"}},
		"columns": {[]any{&money{}}, []string{
			"fields.E107 money.status", "fields.E108 money.status", "fields.E109 money.status",
			"fields.W105 money.at", "fields.W106 money.data", "fields.W104 money.id", "fields.W102 money.pk", "fields.W103 money.price"}},
		"a column of two": {[]any{&twice{}}, []string{"fields.E101 twice.same"}},
		"a circle": {[]any{&egg{}, &hen{}}, []string{
			"relations.W303 egg.hen", "relations.W304 egg.hen_id", "relations.W303 hen.egg", "indexes.W401 hen.hens_egg"}},
		"soft delete":       {[]any{&gone{}}, []string{"indexes.W402 gone.uni_name"}},
		"a long name":       {[]any{&longName{}}, []string{"names.W201 longName.a_name_of_a_column_that_has_more_bytes_than_a_name_of_postgresql"}},
		"several mistakes":  {[]any{&misnamed{}, 7}, []string{"models.E001 ", "models.E001 ", "models.E001 "}},
		"one name of two":   {[]any{&clash{}, &clashing{}}, []string{"models.E002 "}},
		"only declarations": {[]any{migrate.Extension{Name: "hstore"}}, []string{}},
		"a declaration":     {[]any{migrate.Extension{Name: "hstore"}, &keyless{}}, []string{"models.W003 keyless"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, short(checks.Models(c.models...)))
		})
	}
}

func TestFindingText(t *testing.T) {
	t.Parallel()
	found := checks.Models(&money{})
	require.Equal(t, `error fields.E107: money.status: the choice "closed" has 6 characters, and the column holds 4 (make the column longer)`, found[0].String())
	require.Equal(t, `error fields.E108: money.status: the default gone is none of the choices (choices are closed, open, open)`, found[1].String())
	require.Len(t, checks.Without(found, "fields.E107", "fields.W106"), len(found)-2)
}
