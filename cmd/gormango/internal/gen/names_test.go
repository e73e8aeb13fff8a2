package gen_test

import (
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm/schema"

	"github.com/gormango/gormango/cmd/gormango/internal/gen/testdata/kinds"
)

// Gen finds in the source what GORM finds at run time: every column, in GORM's
// order, and every relation whose model has fields.
func TestNamesAreGORMs(t *testing.T) {
	t.Parallel()
	models := map[string]any{
		"Passport": kinds.Passport{}, "Person": kinds.Person{}, "Remark": kinds.Remark{},
		"Reserved": kinds.Reserved{}, "Scalars": kinds.Scalars{}, "View": kinds.View{},
	}
	left := map[string][]string{"Person": {"silent"}}
	meta := map[string][]string{"Person": {"reports"}, "Reserved": {"member_id"}} // which GORM does not know
	all := reflect.ValueOf(kinds.F)
	require.Equal(t, len(models), all.NumField())
	for name, m := range models {
		s, err := schema.Parse(m, &sync.Map{}, schema.NamingStrategy{IdentifierMaxLength: 64})
		require.NoError(t, err, name)
		var wantRels []string
		for rel := range s.Relationships.Relations {
			if n := s.Relationships.Relations[rel].Name; !strings.HasPrefix(rel, "_") {
				wantRels = append(wantRels, schema.NamingStrategy{}.ColumnName("", n))
			}
		}
		columns, rels := generated(all.FieldByName(name))
		rels = append(rels, left[name]...)
		slices.Sort(rels)
		require.Equal(t, s.DBNames, columns, name)
		wantRels = append(wantRels, meta[name]...)
		slices.Sort(wantRels)
		require.Equal(t, wantRels, rels, name)
	}
}

// generated returns the names of the columns and relations of a model's fields.
func generated(fields reflect.Value) (columns, relations []string) {
	for _, f := range fields.Elem().Fields() {
		if f.Kind() == reflect.Func {
			rel := f.Call(nil)[0].Elem().FieldByName("Rel")
			relations = append(relations, rel.Call(nil)[0].String())
			continue
		}
		columns = append(columns, f.MethodByName("Name").Call(nil)[0].String())
	}
	return columns, relations
}

// GORM cannot read the structs that gen leaves out for this reason.
func TestGORMCannotReadWhatIsLeftOut(t *testing.T) {
	t.Parallel()
	_, err := schema.Parse(kinds.Config{}, &sync.Map{}, schema.NamingStrategy{})
	require.Error(t, err)
}

// Fields have their paths, Go types and suffixes. The compiler is half of the
// test.
func TestGeneratedFields(t *testing.T) {
	t.Parallel()
	require.EqualValues(t, "boss__country__name", kinds.F.Person.Boss().Country().Name.Name())
	require.EqualValues(t, "groups__path", kinds.F.Person.Groups().Path_.Name())
	require.EqualValues(t, "work_town", kinds.F.Person.WorkCity.Name())
	require.EqualValues(t, "friends", kinds.F.Person.Friends().Rel())
	_ = kinds.F.Scalars.Status.Eq(kinds.Status("x"))
	require.EqualValues(t, "groups__member_id__name", kinds.F.Person.Groups().MemberID().Name.Name())
	_ = kinds.F.Scalars.Labels.Contains(kinds.Status("x"))
	_ = kinds.F.Scalars.Grid.Element(0).Eq([]int{1})
	_ = kinds.F.Scalars.Days.Has(time.Time{})
	_ = kinds.F.Scalars.Options.Path("a", 0).Gt(3)
	_ = kinds.F.Scalars.NullAttrs.Key("a").IContains("x")
	_ = kinds.F.Scalars.Vector.Search("x")
	_ = kinds.F.Scalars.NullTime.Year().Gte(2026)
	_ = kinds.F.Person.Boss().Is(&kinds.Person{})
}
