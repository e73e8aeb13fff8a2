package repo_test

import (
	"context"
	"encoding/json"
	"flag"
	"maps"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/oracle"
	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repotest"
)

type fcShop struct {
	models.AutoKey
	Name string `gorm:"not null"`
}

func (fcShop) TableName() string { return "fc_shops" }

// fcItem is the model of testdata/fullclean.py.
type fcItem struct {
	models.AutoKey
	Code   string  `gorm:"type:varchar(5);not null;unique" json:"code"`
	ShopID *int64  `gorm:"uniqueIndex:fc_together" json:"shop_id"`
	Shop   *fcShop `json:"-"`
	Slug   *string `gorm:"type:varchar(8);uniqueIndex:fc_together" json:"slug"`
	Kind   string  `gorm:"type:varchar(6);not null" json:"kind"`

	Price  *decimal.Decimal `gorm:"type:numeric(5,2)" json:"price"`
	Stock  int              `gorm:"type:smallint;not null" json:"stock"`
	Active bool             `gorm:"not null" json:"active"`
	Email  *string          `gorm:"type:varchar(254)" json:"email"`
	Room   *int64           `gorm:"type:integer" json:"room"`
	During *string          `gorm:"type:daterange" json:"during"`
}

func (fcItem) TableName() string { return "fc_items" }

func (fcItem) Meta() models.Meta {
	return models.Meta{
		Fields: map[string]models.FieldOptions{
			"kind":  {Choices: models.Labeled("book", "toy", "game")},
			"email": {Validators: []models.Validator{models.TextRule(models.TextCheck[string].Email)}},
		},
		Indexes: []models.Index{
			{Name: "fc_live", Fields: []string{"kind", "stock"}, Where: "active", Unique: true, ViolationCode: "live", ViolationMessage: "Taken."},
			{Name: "fc_email", Fields: []string{"email"}, Where: "stock > 0", Unique: true, ViolationCode: "unique"},
			{Name: "fc_room", Fields: []string{"room", "price"}, Unique: true, NullsNotDistinct: true},
		},
		Constraints: []models.Constraint{
			{Name: "fc_lower", Expressions: []string{"lower(slug)", "(stock)"}},
			{Name: "fc_kind", Unique: []string{"kind", "email"}, ViolationCode: "kinds", ViolationMessage: "One for each kind."},
			{Name: "fc_price", Check: "price >= 0"},
			{Name: "fc_stock", Check: "stock <= room + 3 OR NOT active", ViolationCode: "stock", ViolationMessage: "Too many."},
			{Name: "fc_during", Exclude: "USING gist (during WITH &&, int4range(room, room, '[]') WITH &&) WHERE (active)", ViolationCode: "busy"},
		},
	}
}

func (i *fcItem) Clean(context.Context) error {
	err := models.Validate(models.Value("room", i.Room).Must(func(n *int64) bool { return n == nil || *n != 5 }, "Unlucky."))
	if i.Stock == 3 {
		never := &models.ValidationError{}
		never.Add(models.AllFields, models.Problem{Code: "never", Message: "No."})
		err = models.Join(err, never)
	}
	return err
}

// fcAnswers are Django's answers of full_clean.
type fcAnswers struct {
	Rows  []*fcItem
	Cases []struct {
		Adding   bool
		Exclude  []string
		Item     *fcItem
		Problems map[string][]string
	}
}

var record = flag.Bool("record", false, "have Django answer testdata/fullclean.json.gz anew")

// askDjango has a running Django test random objects.
func askDjango(t *testing.T, seed, n int) []byte {
	t.Helper()
	return oracle.Ask(t, "testdata/fullclean.py", repotest.URL(t), strconv.Itoa(seed), strconv.Itoa(n))
}

// compareFullClean compares the answers of FullClean with Django's.
func compareFullClean(t *testing.T, text []byte) {
	t.Helper()
	var django fcAnswers
	require.NoError(t, json.Unmarshal(text, &django))
	ctx, db := context.Background(), repotest.Open(t, &fcShop{}, &fcItem{})
	items := repo.New[fcItem](db)
	require.NoError(t, repo.New[fcShop](db).Create(ctx, &fcShop{Name: "a"}, &fcShop{Name: "b"}, &fcShop{Name: "c"}))
	for _, i := range django.Rows {
		require.NoError(t, items.Create(ctx, i))
	}
	seen := map[string]int{}
	for _, c := range django.Cases {
		var fields []repo.Name[fcItem]
		if len(c.Exclude) > 0 {
			for _, name := range []string{"id", "code", "shop", "slug", "kind", "price", "stock", "active", "email", "room", "during"} {
				if slices.Contains(c.Exclude, name) {
					continue
				}
				if name == "shop" {
					name = "shop_id"
				}
				fields = append(fields, repo.Name[fcItem](name))
			}
		}
		clean := repo.FullClean[*fcItem]
		if c.Adding {
			clean = repo.FullCleanNew[*fcItem]
		}
		err := clean(ctx, items, c.Item, fields...)
		have := map[string][]string{}
		if err != nil {
			ve, ok := err.(*models.ValidationError)
			require.True(t, ok, "%v", err)
			for name, problems := range ve.Fields {
				for _, p := range problems {
					code := p.Code
					if name == "room" && p.Message == "Unlucky." {
						code = "unlucky"
					}
					have[name] = append(have[name], code)
				}
				slices.Sort(have[name])
			}
		}
		want := map[string][]string{}
		for name, codes := range c.Problems {
			if name == "shop" {
				name = "shop_id"
			}
			if slices.Contains(c.Exclude, name) { // Clean's problems of other columns are left out
				continue
			}
			want[name] = codes
			for _, code := range codes {
				seen[name+" "+code]++
			}
		}
		if !maps.EqualFunc(have, want, slices.Equal[[]string]) {
			item, _ := json.Marshal(c.Item)
			t.Errorf("adding %v, exclude %v, %s\nhave %v\nDjango's %v", c.Adding, c.Exclude, item, have, want)
		}
	}
	for _, problem := range []string{"code blank", "code max_length", "code unique", "shop_id invalid", "kind invalid_choice", "kind blank", "price max_decimal_places", "price max_digits",
		"stock max_value", "email invalid", "email unique", "room unlucky", "room max_value", "id unique", "__all__ unique_together", "__all__ live", "__all__ kinds", "__all__ stock",
		"__all__ busy", "__all__ never", "__all__ "} {
		require.Positive(t, seen[problem], problem)
	}
}

// VA-01, VA-04: FullClean finds the problems that Django's full_clean found in
// 2,000 random objects: the same fields, the same codes.
func TestFullCleanAsDjango(t *testing.T) {
	t.Parallel()
	var ask func() []byte
	if *record {
		ask = func() []byte { return askDjango(t, 1, 2000) }
	}
	compareFullClean(t, oracle.Golden(t, "testdata/fullclean.json.gz", ask))
}

// TestLiveFullClean compares other objects with a running Django, in the root
// folder named by GORMANGO_ORACLE.
func TestLiveFullClean(t *testing.T) {
	oracle.Root(t)
	seed := int(time.Now().UnixNano() % 1_000_000)
	t.Logf("seed %d", seed)
	compareFullClean(t, askDjango(t, seed, 1000))
}
