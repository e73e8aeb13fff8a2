package repo_test

import (
	"encoding/json"
	"fmt"
	"math/rand"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/gormango/gormango/models"
)

// The models of a zoo have foreign keys with every action on delete, keys of
// every kind, circles, a table between and a polymorphic relation. All
// constraints are immediate, so that the order of the statements matters.

type zArea struct {
	models.AutoKey
	Code     string `gorm:"not null;uniqueIndex"`
	ParentID *int64
	Parent   *zArea
	Pens     []zPen `gorm:"foreignKey:AreaID"`
}

// Meta says what happens to zPen.AreaID too, for which zPen has no relation.
func (zArea) Meta() models.Meta { return cascading("parent", "pens") }

func cascading(names ...string) models.Meta {
	m := models.Meta{Relations: map[string]models.RelationOptions{}}
	for _, n := range names {
		m.Relations[n] = models.RelationOptions{OnDelete: models.Cascade}
	}
	return m
}

type zPen struct {
	models.AutoKey
	AreaID   int64 `gorm:"not null"`
	BackupID *int64
	Backup   *zArea
	HomeID   int64 `gorm:"not null;default:1"`
	Home     *zArea
	Tags     []zTag  `gorm:"many2many:z_pen_tags"`
	Notes    []zNote `gorm:"polymorphic:Owner;polymorphicValue:pen"`
}

func (zPen) Meta() models.Meta {
	m := cascading("notes")
	m.Relations["backup"] = models.RelationOptions{OnDelete: models.SetNull}
	m.Relations["home"] = models.RelationOptions{OnDelete: models.SetDefault}
	return m
}

type zTag struct {
	ID   string `gorm:"primaryKey;type:varchar(20)"`
	Pens []zPen `gorm:"many2many:z_pen_tags"`
}

type zNote struct {
	models.AutoKey
	OwnerID   int64
	OwnerType string
}

type zBeast struct {
	ID     uuid.UUID `gorm:"primaryKey;type:uuid;default:gen_random_uuid()"`
	PenID  *int64
	Pen    *zPen
	AreaID *int64
	Area   *zArea
}

func (zBeast) Meta() models.Meta {
	m := cascading("area")
	m.Relations["pen"] = models.RelationOptions{OnDelete: models.Restrict}
	return m
}

// zTooth has a key of two columns, one of them a foreign key.
type zTooth struct {
	BeastID uuid.UUID `gorm:"primaryKey;type:uuid"`
	Beast   *zBeast
	N       int64 `gorm:"primaryKey;autoIncrement:false"`
}

func (zTooth) TableName() string { return "z_teeth" }

func (zTooth) Meta() models.Meta { return cascading("beast") }

type zFilling struct {
	models.AutoKey
	ToothBeastID *uuid.UUID `gorm:"type:uuid"`
	ToothN       *int64
	Tooth        *zTooth `gorm:"foreignKey:ToothBeastID,ToothN;references:BeastID,N"`
	PenID        *int64
	Pen          *zPen
}

func (zFilling) Meta() models.Meta {
	m := cascading("tooth")
	m.Relations["pen"] = models.RelationOptions{OnDelete: models.Restrict}
	return m
}

type zContract struct {
	models.AutoKey
	PenID  *int64
	Pen    *zPen
	AreaID *int64
	Area   *zArea
}

func (zContract) Meta() models.Meta {
	m := cascading("area")
	m.Relations["pen"] = models.RelationOptions{OnDelete: models.Protect}
	return m
}

// zTicket refers to a column that is not the primary key, and to a beast
// without an action.
type zTicket struct {
	models.AutoKey
	AreaCode *string
	Area     *zArea     `gorm:"foreignKey:AreaCode;references:Code"`
	BeastID  *uuid.UUID `gorm:"type:uuid"`
	Beast    *zBeast
}

func (zTicket) Meta() models.Meta { return cascading("area") }

// zHen and zEgg are a circle.
type zHen struct {
	models.AutoKey
	EggID  *int64
	Egg    *zEgg
	AreaID *int64
	Area   *zArea
}

func (zHen) Meta() models.Meta { return cascading("egg", "area") }

type zEgg struct {
	models.AutoKey
	HenID *int64
	Hen   *zHen
}

func (zEgg) Meta() models.Meta { return cascading("hen") }

func zoo() []any {
	return []any{&zArea{}, &zPen{}, &zTag{}, &zNote{}, &zBeast{}, &zTooth{}, &zFilling{}, &zContract{}, &zTicket{}, &zHen{}, &zEgg{}}
}

// zKey is a foreign key of the zoo, told once more for the reference, which
// knows nothing of the models.
type zKey struct {
	from     string
	columns  []string
	to       string
	refs     []string
	action   models.OnDelete
	ownerIs  string // the value of owner_type
	noServer bool   // without a constraint
}

var zKeys = []zKey{
	{"z_areas", []string{"parent_id"}, "z_areas", []string{"id"}, models.Cascade, "", false},
	{"z_pens", []string{"area_id"}, "z_areas", []string{"id"}, models.Cascade, "", false},
	{"z_pens", []string{"backup_id"}, "z_areas", []string{"id"}, models.SetNull, "", false},
	{"z_pens", []string{"home_id"}, "z_areas", []string{"id"}, models.SetDefault, "", false},
	{"z_pen_tags", []string{"z_pen_id"}, "z_pens", []string{"id"}, models.Cascade, "", false},
	{"z_pen_tags", []string{"z_tag_id"}, "z_tags", []string{"id"}, models.Cascade, "", false},
	{"z_notes", []string{"owner_id"}, "z_pens", []string{"id"}, models.Cascade, "pen", true},
	{"z_beasts", []string{"pen_id"}, "z_pens", []string{"id"}, models.Restrict, "", false},
	{"z_beasts", []string{"area_id"}, "z_areas", []string{"id"}, models.Cascade, "", false},
	{"z_teeth", []string{"beast_id"}, "z_beasts", []string{"id"}, models.Cascade, "", false},
	{"z_fillings", []string{"tooth_beast_id", "tooth_n"}, "z_teeth", []string{"beast_id", "n"}, models.Cascade, "", false},
	{"z_fillings", []string{"pen_id"}, "z_pens", []string{"id"}, models.Restrict, "", false},
	{"z_contracts", []string{"pen_id"}, "z_pens", []string{"id"}, models.Protect, "", false},
	{"z_contracts", []string{"area_id"}, "z_areas", []string{"id"}, models.Cascade, "", false},
	{"z_tickets", []string{"area_code"}, "z_areas", []string{"code"}, models.Cascade, "", false},
	{"z_tickets", []string{"beast_id"}, "z_beasts", []string{"id"}, models.DoNothing, "", false},
	{"z_hens", []string{"egg_id"}, "z_eggs", []string{"id"}, models.Cascade, "", false},
	{"z_hens", []string{"area_id"}, "z_areas", []string{"id"}, models.Cascade, "", false},
	{"z_eggs", []string{"hen_id"}, "z_hens", []string{"id"}, models.Cascade, "", false},
}

// zTables are the tables of the zoo with the names that their rows are counted
// by, and the columns of the primary keys.
var zTables = []struct {
	table, model string
	key          []string
}{
	{"z_areas", "zArea", []string{"id"}}, {"z_pens", "zPen", []string{"id"}}, {"z_tags", "zTag", []string{"id"}}, {"z_pen_tags", "z_pen_tags", []string{"z_pen_id", "z_tag_id"}},
	{"z_notes", "zNote", []string{"id"}}, {"z_beasts", "zBeast", []string{"id"}}, {"z_teeth", "zTooth", []string{"beast_id", "n"}}, {"z_fillings", "zFilling", []string{"id"}},
	{"z_contracts", "zContract", []string{"id"}}, {"z_tickets", "zTicket", []string{"id"}}, {"z_hens", "zHen", []string{"id"}}, {"z_eggs", "zEgg", []string{"id"}},
}

// zRow is a row as JSON has it.
type zRow map[string]any

func (r zRow) values(columns []string) []any {
	out := make([]any, len(columns))
	for i, c := range columns {
		if out[i] = r[c]; out[i] == nil {
			return nil
		}
	}
	return out
}

// zState are the rows of all tables.
type zState map[string][]zRow

func zRead(t testing.TB, db *gorm.DB) zState {
	t.Helper()
	s := zState{}
	var reads []string
	for i, tab := range zTables {
		s[tab.table] = []zRow{}
		reads = append(reads, fmt.Sprintf("SELECT %d AS n, to_jsonb(t)::text AS text FROM %s t", i, tab.table))
	}
	var rows []struct {
		N    int
		Text string
	}
	require.NoError(t, db.Raw(strings.Join(reads, " UNION ALL ")+" ORDER BY 1, 2").Scan(&rows).Error)
	for _, row := range rows {
		var r zRow
		require.NoError(t, json.Unmarshal([]byte(row.Text), &r))
		s[zTables[row.N].table] = append(s[zTables[row.N].table], r)
	}
	return s
}

// zOutcome is what a delete does.
type zOutcome struct {
	Err     string // "", "protected", "restricted" or "foreign key"
	Holders []string
	By      map[string]int64
	After   zState
}

// refers says that a row refers to another by a key.
func (k zKey) refers(from, to zRow) bool {
	have := from.values(k.columns)
	return have != nil && reflect.DeepEqual(have, to.values(k.refs)) && (k.ownerIs == "" || from["owner_type"] == k.ownerIs)
}

// zReference does a delete as Django's rules say, slowly: one rule after the
// other over all rows.
func zReference(s zState, table string, picked func(zRow) bool) zOutcome {
	gone := map[string][]bool{}
	for t, rows := range s {
		gone[t] = make([]bool, len(rows))
		for i, r := range rows {
			gone[t][i] = t == table && picked(r)
		}
	}
	// referring calls fn for each row that refers to one that goes.
	referring := func(act models.OnDelete, fn func(k zKey, i int)) {
		for _, k := range zKeys {
			for i, from := range s[k.from] {
				for j, to := range s[k.to] {
					if k.action == act && gone[k.to][j] && k.refers(from, to) {
						fn(k, i)
						break
					}
				}
			}
		}
	}
	for again := true; again; {
		again = false
		referring(models.Cascade, func(k zKey, i int) {
			again = again || !gone[k.from][i]
			gone[k.from][i] = true
		})
	}
	out := zOutcome{By: map[string]int64{}, After: s}
	hold := func(k zKey, i int) {
		for _, tab := range zTables {
			if h := fmt.Sprint(tab.model, s[k.from][i].values(tab.key)); tab.table == k.from && !slices.Contains(out.Holders, h) {
				out.Holders = append(out.Holders, h)
			}
		}
	}
	if referring(models.Protect, hold); len(out.Holders) > 0 {
		slices.Sort(out.Holders)
		out.Err = "protected"
		return out
	}
	referring(models.Restrict, func(k zKey, i int) {
		if !gone[k.from][i] {
			hold(k, i)
		}
	})
	if len(out.Holders) > 0 {
		slices.Sort(out.Holders)
		out.Err = "restricted"
		return out
	}
	set := func(v any) func(k zKey, i int) {
		return func(k zKey, i int) {
			r := zRow{}
			for c, v := range s[k.from][i] {
				r[c] = v
			}
			for _, c := range k.columns {
				r[c] = v
			}
			s[k.from][i] = r
		}
	}
	before := zState{}
	for t, rows := range s {
		before[t] = slices.Clone(rows)
	}
	referring(models.SetNull, set(nil))
	referring(models.SetDefault, set(float64(1)))
	after := zState{}
	for _, tab := range zTables {
		after[tab.table] = []zRow{}
		for i, r := range s[tab.table] {
			if gone[tab.table][i] {
				out.By[tab.model]++
			} else {
				after[tab.table] = append(after[tab.table], r)
			}
		}
	}
	for _, k := range zKeys {
		for _, from := range after[k.from] {
			if !k.noServer && from.values(k.columns) != nil && !slices.ContainsFunc(after[k.to], func(to zRow) bool { return k.refers(from, to) }) {
				return zOutcome{Err: "foreign key", By: map[string]int64{}, After: before}
			}
		}
	}
	out.After = after
	return out
}

// zFill fills the zoo by chance; what refuses is rare, so that about half of
// the deletes succeed.
func zFill(t testing.TB, db *gorm.DB, rnd *rand.Rand) {
	t.Helper()
	var names []string
	for _, tab := range zTables {
		names = append(names, tab.table)
	}
	var all []string
	sql := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	defer func() { require.NoError(t, db.Exec(strings.Join(all, "; ")).Error) }()
	sql("TRUNCATE %s RESTART IDENTITY CASCADE", strings.Join(names, ", "))
	one := func(n int) string { return fmt.Sprint(1 + rnd.Intn(n)) }
	maybe := func(chance float64, v string) string {
		if rnd.Float64() < chance {
			return v
		}
		return "NULL"
	}
	beast := func(n int) string { return fmt.Sprintf("'00000000-0000-0000-0000-%012d'", 1+rnd.Intn(n)) }
	refuse := []float64{0, 0.3, 0.8}[rnd.Intn(3)]

	areas, pens, beasts, circle := 2+rnd.Intn(4), 1+rnd.Intn(5), 1+rnd.Intn(5), 1+rnd.Intn(4)
	for i := 1; i <= areas; i++ {
		sql("INSERT INTO z_areas (id, code) VALUES (%d, 'a%d')", i, i)
	}
	for i := 1; i <= areas; i++ {
		sql("UPDATE z_areas SET parent_id = %s WHERE id = %d", maybe(0.5, one(areas)), i)
	}
	for i := 1; i <= pens; i++ {
		sql("INSERT INTO z_pens (id, area_id, backup_id, home_id) VALUES (%d, %s, %s, %s)", i, one(areas), maybe(0.5, one(areas)), one(areas))
	}
	for i := 1; i <= 3; i++ {
		sql("INSERT INTO z_tags VALUES ('t%d')", i)
		sql("INSERT INTO z_notes (owner_id, owner_type) VALUES (%s, '%s')", one(pens), []string{"pen", "else"}[rnd.Intn(2)])
		sql("INSERT INTO z_pen_tags (z_pen_id, z_tag_id) VALUES (%s, 't%s') ON CONFLICT DO NOTHING", one(pens), one(i))
	}
	for i := 1; i <= beasts; i++ {
		sql("INSERT INTO z_beasts (id, pen_id, area_id) VALUES ('00000000-0000-0000-0000-%012d', %s, %s)", i, maybe(refuse, one(pens)), maybe(0.7, one(areas)))
		sql("INSERT INTO z_teeth VALUES (%s, %s) ON CONFLICT DO NOTHING", beast(i), one(3))
	}
	for range rnd.Intn(4) {
		sql("INSERT INTO z_fillings (tooth_beast_id, tooth_n, pen_id) SELECT beast_id, n, %s FROM z_teeth ORDER BY random() LIMIT 1", maybe(refuse, one(pens)))
		sql("INSERT INTO z_contracts (pen_id, area_id) VALUES (%s, %s)", maybe(refuse, one(pens)), maybe(0.5, one(areas)))
		sql("INSERT INTO z_tickets (area_code, beast_id) VALUES (%s, %s)", maybe(0.7, "'a"+one(areas)+"'"), maybe(refuse, beast(beasts)))
	}
	for i := 1; i <= circle; i++ {
		sql("INSERT INTO z_hens (id, area_id) VALUES (%d, %s)", i, maybe(0.5, one(areas)))
		sql("INSERT INTO z_eggs (id, hen_id) VALUES (%d, %s)", i, maybe(0.8, one(i)))
	}
	for i := 1; i <= circle; i++ {
		sql("UPDATE z_hens SET egg_id = %s WHERE id = %d", maybe(0.8, one(circle)), i)
	}
}
