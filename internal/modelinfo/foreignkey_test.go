package modelinfo_test

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/models"
)

// Barn is the target of every kind of foreign key.
type Barn struct {
	models.AutoKey
	Cows  []Cow
	Hens  []Hen  `gorm:"many2many:barn_hens"`
	Notes []Memo `gorm:"polymorphic:Owner"`
}

func (Barn) Meta() models.Meta {
	return models.Meta{Relations: map[string]models.RelationOptions{"notes": {OnDelete: models.Cascade}, "hens": {RelatedName: "barns"}}}
}

type Cow struct {
	models.AutoKey
	BarnID int64 `gorm:"not null"`
	Barn   *Barn
	Spare  *int64
	Second *Barn `gorm:"foreignKey:Spare"`
}

func (Cow) Meta() models.Meta {
	return models.Meta{Relations: map[string]models.RelationOptions{
		"barn":   {OnDelete: models.Protect},
		"second": {OnDelete: models.SetNull, RelatedName: "spare_cows"},
	}}
}

type Hen struct{ models.AutoKey }

type Memo struct {
	models.AutoKey
	OwnerID   int64
	OwnerType string
}

// Sign refers to Barn, which has no field for it.
type Sign struct {
	models.AutoKey
	BarnID int64 `gorm:"not null;uniqueIndex"`
	Barn   *Barn
}

func (Sign) Meta() models.Meta {
	return models.Meta{Relations: map[string]models.RelationOptions{"barn": {RelatedName: "sign", OnDelete: models.DBCascade}}}
}

func TestReferrers(t *testing.T) {
	t.Parallel()
	db := offline(t)
	require.NoError(t, modelinfo.Install(db, []any{&Barn{}, &Sign{}}))
	barn := model[Barn](t, db)
	keys, err := modelinfo.Of(db).Referrers(barn)
	require.NoError(t, err)
	got := map[string]models.OnDelete{}
	for _, k := range keys {
		got[k.Name()] = k.OnDelete
	}
	require.Equal(t, map[string]models.OnDelete{
		"Cow.barn": models.Protect, "Cow.second": models.SetNull, "Sign.barn": models.DBCascade,
		"Barn.notes": models.Cascade, "barn_hens.barn_id": models.Cascade,
	}, got)
	for _, k := range keys {
		if k.Name() == "Cow.barn" {
			require.Same(t, barn.Relation("cows"), k.Reverse, "one key, seen from both ends")
			require.False(t, k.Nullable())
		}
	}

	again, err := modelinfo.Of(db).Referrers(barn)
	require.NoError(t, err)
	require.Equal(t, len(keys), len(again))
	require.Same(t, keys[0], again[0], "asked once")
}

func TestRelatedNames(t *testing.T) {
	t.Parallel()
	db := offline(t)
	require.NoError(t, modelinfo.Install(db, []any{&Barn{}, &Sign{}}))
	barn, cow, sign := model[Barn](t, db), model[Cow](t, db), model[Sign](t, db)
	spare := barn.Relation("spare_cows")
	require.Equal(t, modelinfo.HasMany, spare.Kind)
	require.Equal(t, []modelinfo.Pair{{From: barn.Field("id"), To: cow.Field("spare")}}, spare.Pairs)
	require.Nil(t, spare.Rel)
	_, ok := spare.In(reflect.ValueOf(Barn{}))
	require.False(t, ok, "no field stands behind it")
	require.Equal(t, modelinfo.HasOne, barn.Relation("sign").Kind, "the foreign key is unique")
	require.Same(t, sign, barn.Relation("sign").To)
	barns := model[Hen](t, db).Relation("barns")
	require.Equal(t, modelinfo.ManyToMany, barns.Kind)
	require.Equal(t, "hen_id", barns.Through.From[0].Column)
	require.Contains(t, barn.LookupNames(), "spare_cows")
}

type friend struct {
	models.AutoKey
	Friends []*friend `gorm:"many2many:friendships"`
	Pals    []*friend `gorm:"many2many:pals;joinForeignKey:FromID;joinReferences:ToID"`
}

type pal struct {
	models.AutoKey
	FromID, ToID int64
	Since        int
}

func (pal) TableName() string { return "pals" }

func (friend) Meta() models.Meta {
	return models.Meta{Relations: map[string]models.RelationOptions{"friends": {Symmetrical: true}}}
}

func TestAModelOfTheTableBetween(t *testing.T) {
	t.Parallel()
	db := offline(t)
	require.NoError(t, modelinfo.Install(db, []any{&friend{}, &pal{}}))
	f := model[friend](t, db)
	require.True(t, f.Relation("friends").Options.Symmetrical)
	require.True(t, f.Relation("friends").Through.Own)
	pals := f.Relation("pals").Through
	require.False(t, pals.Own)
	require.Same(t, model[pal](t, db), pals.Model)
	require.Same(t, pals.Model.Field("to_id"), pals.To[0].Field)
	require.Same(t, pals.Model, f.Relation("pals").Hops[0].To, "joins go over it too")
	require.Same(t, pals.Model.Field("since"), f.Relation("pals").Hops[1].From.Field("since"))
}

// Models with wrong options in Meta.Relations.
type (
	slipName struct {
		models.AutoKey
		Barn   *Barn
		BarnID int64
	}
	slipAction   slipName
	slipSymmetry slipName
	slipLimit    slipName
	slipRelated  slipName
	slipBothEnds struct {
		models.AutoKey
		Kids []slipKid `gorm:"foreignKey:ParentID"`
	}
	slipKid struct {
		models.AutoKey
		ParentID *int64
		Parent   *slipBothEnds
	}
	slipLinks struct {
		models.AutoKey
		Hens []Hen `gorm:"many2many:slip_hens"`
	}
)

func relations(name string, o models.RelationOptions) models.Meta {
	return models.Meta{Relations: map[string]models.RelationOptions{name: o}}
}

func (slipName) Meta() models.Meta { return relations("bran", models.RelationOptions{}) }
func (slipAction) Meta() models.Meta {
	return relations("barn", models.RelationOptions{OnDelete: "cascade"})
}
func (slipSymmetry) Meta() models.Meta {
	return relations("barn", models.RelationOptions{Symmetrical: true})
}
func (slipLimit) Meta() models.Meta {
	return relations("barn", models.RelationOptions{Limit: map[string]any{"colour": "red"}})
}
func (slipRelated) Meta() models.Meta {
	return relations("barn", models.RelationOptions{RelatedName: "cows"})
}
func (slipBothEnds) Meta() models.Meta {
	return relations("kids", models.RelationOptions{OnDelete: models.Cascade})
}
func (slipKid) Meta() models.Meta {
	return relations("parent", models.RelationOptions{OnDelete: models.SetNull})
}
func (slipLinks) Meta() models.Meta {
	return relations("hens", models.RelationOptions{OnDelete: models.Protect})
}

func TestMetaRelationsIsChecked(t *testing.T) {
	t.Parallel()
	for want, m := range map[string]any{
		`gormango: Meta.Relations of slipName: slipName has no field "bran" (did you mean "barn"?); choices are barn`:                                                                               slipName{},
		`gormango: slipAction.Meta.Relations["barn"].OnDelete is "cascade" (choices are DO_NOTHING, CASCADE, PROTECT, RESTRICT, SET_NULL, SET_DEFAULT, DB_CASCADE, DB_SET_NULL and DB_SET_DEFAULT)`: slipAction{},
		`gormango: Meta.Relations of slipSymmetry: "barn" is Symmetrical, and only a many-to-many relation of a model to itself can be`:                                                             slipSymmetry{},
		`gormango: Meta.Relations of slipLimit: Limit of "barn": Barn has no field "colour"; choices are cows, hens, id, notes`:                                                                     slipLimit{},
		`gormango: Meta.Relations of slipRelated: RelatedName of "barn" is "cows", and Barn has a field of that name`:                                                                               slipRelated{},
		`gormango: slipKid.Meta.Relations["parent"].OnDelete is SET_NULL, and slipBothEnds.Meta.Relations["kids"].OnDelete is CASCADE (declare it on one of them)`:                                  slipBothEnds{},
		`gormango: Meta.Relations of slipLinks: "hens" is many-to-many, whose links always go with either end (OnDelete belongs to the foreign keys of a model between)`:                            slipLinks{},
		`gormango: slipSetNull.Meta.Relations["barn"].OnDelete is SET_NULL, and slipSetNull.barn_id is not null (make it nullable, or choose another action)`:                                       slipSetNull{},
		`gormango: slipSetDefault.Meta.Relations["barn"].OnDelete is SET_DEFAULT, and slipSetDefault.barn_id has no default (declare one by the tag default, or choose another action)`:             slipSetDefault{},
	} {
		require.EqualError(t, modelinfo.Install(offline(t), []any{m}), want)
	}
}

type slipSetNull struct {
	models.AutoKey
	BarnID int64 `gorm:"not null"`
	Barn   *Barn
}

func (slipSetNull) Meta() models.Meta {
	return relations("barn", models.RelationOptions{OnDelete: models.SetNull})
}

type slipSetDefault struct {
	models.AutoKey
	BarnID int64 `gorm:"not null"`
	Barn   *Barn
}

func (slipSetDefault) Meta() models.Meta {
	return relations("barn", models.RelationOptions{OnDelete: models.SetDefault})
}

func TestARelatedNameComesTooLate(t *testing.T) {
	t.Parallel()
	db := offline(t)
	model[Barn](t, db)
	_, err := modelinfo.Of(db).Model(reflect.TypeFor[Sign]())
	require.EqualError(t, err, `gormango: Meta.Relations of Sign: RelatedName of "barn" cannot be given to Barn, which was read before (name both models in Config.Models)`)
	require.NoError(t, modelinfo.Of(db).Know([]any{&Cow{}}))
	require.Len(t, modelinfo.Of(db).Models(), 1, "what package migrate makes are the database's models")
}

// Crate has a polymorphic relation whose type column holds numbers.
type Crate struct {
	models.AutoKey
	Slips []Slip `gorm:"polymorphicType:KindID;polymorphicId:ObjectID;polymorphicValue:six"`
}

type Slip struct {
	models.AutoKey
	KindID   int32
	ObjectID int64
}

func TestPolymorphicValueOfANumber(t *testing.T) {
	_, err := modelinfo.Of(offline(t)).Model(reflect.TypeFor[Crate]())
	require.EqualError(t, err, `gormango: model Crate: relation slips: the column Slip.kind_id of its type is an integer, and polymorphicValue is "six" (write a number)`)
}

type dirBuyer struct {
	ID      int64
	BuyerID string
}

// dirOrder belongs to a buyer whose own number has the name of the foreign key.
type dirOrder struct {
	ID      int64
	BuyerID int64
	Buyer   *dirBuyer `gorm:"foreignKey:BuyerID"`
}

type dirRightOrder struct {
	ID      int64
	BuyerID int64
	Buyer   *dirBuyer `gorm:"belongsTo;foreignKey:BuyerID"`
}

type dirUser struct {
	ID           int64
	DirProfileID int64
	DirProfile   *dirProfile
}

type dirProfile struct {
	ID        int64
	DirUserID int64
	DirUser   *dirUser
}

type dirRightUser struct {
	ID           int64
	DirProfileID int64
	DirProfile   *dirRightProfile `gorm:"foreignKey:DirUserID"`
}

type dirRightProfile struct {
	ID        int64
	DirUserID int64
	DirUser   *dirRightUser `gorm:"belongsTo"`
}

type dirHome struct {
	Code string `gorm:"primaryKey"`
}

type dirEmbedded struct {
	HomeCode string
	Home     *dirHome
}

type dirHouse struct {
	ID     int64
	First  dirEmbedded `gorm:"embedded"`
	Number string      `gorm:"unique"`
	Deed   *dirDeed    `gorm:"foreignKey:Number;references:Number"`
}

type dirDeed struct {
	ID     int64
	Number string
}

// A field that GORM takes for a has-one, though its model may hold the foreign
// key, is refused; the tag belongsTo decides.
func TestDirectionOfRelations(t *testing.T) {
	t.Parallel()
	for want, m := range map[string]any{
		"gormango: model dirOrder: relation Buyer: GORM takes it for a has-one by dirBuyer.BuyerID, and dirOrder.BuyerID may be its foreign key " +
			"(write `gorm:\"belongsTo;foreignKey:BuyerID\"` if dirOrder refers to dirBuyer; else rename one of the two columns)": dirOrder{},
		"gormango: model dirProfile: relation DirUser: GORM takes it for a has-one by dirUser.DirProfileID, and dirProfile.DirUserID may be its foreign key " +
			"(write `gorm:\"belongsTo;foreignKey:DirUserID\"` if dirProfile refers to dirUser; else write `gorm:\"foreignKey:DirProfileID\"` if dirUser refers to dirProfile)": dirUser{},
	} {
		require.EqualError(t, modelinfo.Install(offline(t), []any{m}), want)
	}
	db := offline(t)
	require.NoError(t, modelinfo.Install(db, []any{dirRightOrder{}, dirRightUser{}, dirRightProfile{}, dirHouse{}}))
	require.Equal(t, modelinfo.BelongsTo, model[dirRightOrder](t, db).Relation("buyer").Kind)
	require.Equal(t, "buyer_id", model[dirRightOrder](t, db).Relation("buyer").Pairs[0].From.Column)
	require.Equal(t, modelinfo.HasOne, model[dirRightUser](t, db).Relation("dir_profile").Kind)
	require.Equal(t, modelinfo.BelongsTo, model[dirRightProfile](t, db).Relation("dir_user").Kind)
	require.Equal(t, modelinfo.BelongsTo, model[dirHouse](t, db).Relation("home").Kind)
	require.Equal(t, modelinfo.HasOne, model[dirHouse](t, db).Relation("deed").Kind, "both directions join the same columns")
}

// Drawer has a polymorphic relation without an action, and one whose rows stay.
type Drawer struct {
	models.AutoKey
	Memos []Memo `gorm:"polymorphic:Owner"`
	Tags  []Memo `gorm:"polymorphic:Owner;polymorphicValue:tag"`
}

func (Drawer) Meta() models.Meta {
	return relations("tags", models.RelationOptions{OnDelete: models.DoNothing})
}

func TestPolymorphicCascades(t *testing.T) {
	t.Parallel()
	r := modelinfo.Of(offline(t))
	m, err := r.Model(reflect.TypeFor[Drawer]())
	require.NoError(t, err)
	keys, err := r.Referrers(m)
	require.NoError(t, err)
	require.Len(t, keys, 2)
	require.Equal(t, models.Cascade, keys[0].OnDelete)
	require.False(t, keys[0].Declared())
	require.Equal(t, models.DoNothing, keys[1].OnDelete)
	require.True(t, keys[1].Declared())
}

// slipOften has a mistake in each part of Meta.
type slipOften struct {
	models.AutoKey
	Name string
}

func (slipOften) Meta() models.Meta {
	return models.Meta{
		Ordering: []string{"nome", "neme"}, Fields: map[string]models.FieldOptions{"x": {}},
		Indexes:     []models.Index{{Fields: []string{"y"}}},
		Constraints: []models.Constraint{{Unique: []string{"z"}}},
	}
}

func TestMistakes(t *testing.T) {
	t.Parallel()
	r := modelinfo.Of(offline(t))
	errs := r.Mistakes([]any{&slipOften{}, &slipOften{}, &Barn{}})
	require.Len(t, errs, 5)
	for i, text := range []string{`"nome"`, `"neme"`, `Meta.Fields of slipOften`, `Meta.Indexes of slipOften`, `Meta.Constraints of slipOften`} {
		require.ErrorContains(t, errs[i], text)
	}
	require.Len(t, r.Mistakes([]any{&slipBothEnds{}, &slipSetNull{}, 7}), 3, "a model that is none hides no mistake of another kind")
	require.Empty(t, r.Mistakes([]any{&Barn{}, &Cow{}}))
}
