package compat

import (
	"context"
	"net/url"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"gorm.io/datatypes"
	"gorm.io/gorm"

	"github.com/gormango/gormango/repo"
)

type attributes struct {
	Name string   `json:"name"`
	Tags []string `json:"tags"`
}

// Sheet has a column of each type of gorm.io/datatypes.
type Sheet struct {
	ID      int64
	Name    string
	JSON    datatypes.JSON
	Map     datatypes.JSONMap
	Typed   datatypes.JSONType[attributes]
	Slice   datatypes.JSONSlice[int]
	Tags    datatypes.JSONSlice[string]
	Date    datatypes.Date
	Time    datatypes.Time
	UUID    datatypes.UUID
	URL     datatypes.URL
	Null    datatypes.Null[string]
	Maybe   datatypes.NullInt64
	Pointer *datatypes.Date
}

func sheets() []*Sheet {
	day := datatypes.Date(time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC))
	return []*Sheet{
		{
			Name:    "full",
			JSON:    datatypes.JSON(`{"a": [1, 2.5, null], "b": "é \" \\"}`),
			Map:     datatypes.JSONMap{"x": 1.5, "y": map[string]any{"z": "deep"}},
			Typed:   datatypes.NewJSONType(attributes{"n", []string{"t", "u"}}),
			Slice:   datatypes.NewJSONSlice([]int{3, 1, 2}),
			Tags:    datatypes.NewJSONSlice([]string{"t", "u"}),
			Date:    day,
			Time:    datatypes.NewTime(23, 59, 58, 0),
			UUID:    datatypes.UUID(uuid.MustParse("6ba7b810-9dad-11d1-80b4-00c04fd430c8")),
			URL:     datatypes.URL(url.URL{Scheme: "https", Host: "example.org", Path: "/a", RawQuery: "b=c"}),
			Null:    datatypes.NewNull("set"),
			Maybe:   datatypes.NewNull[int64](0),
			Pointer: &day,
		},
		{Name: "null", JSON: datatypes.JSON("null"), Map: datatypes.JSONMap{}, Slice: datatypes.JSONSlice[int]{}, Date: day},
		{Name: "zero", Map: datatypes.JSONMap{}},
	}
}

// kept returns the sheets without the values that GORM's own driver reads in
// the machine's time zone.
func kept(list []*Sheet) []*Sheet {
	for _, s := range list {
		y, m, d := time.Time(s.Date).Date()
		s.Date = datatypes.Date(time.Date(y, m, d, 0, 0, 0, 0, time.UTC))
		if s.Pointer != nil {
			y, m, d := time.Time(*s.Pointer).Date()
			day := datatypes.Date(time.Date(y, m, d, 0, 0, 0, 0, time.UTC))
			s.Pointer = &day
		}
	}
	return list
}

const everySheet = "SELECT * FROM sheets ORDER BY id"

func TestDatatypesThroughGORM(t *testing.T) {
	t.Parallel()
	stored, read := map[string][]string{}, map[string][]*Sheet{}
	for name, db := range both(t, &Sheet{}) {
		require.NoError(t, db.Create(sheets()).Error, name)
		var list []*Sheet
		require.NoError(t, db.Order("id").Find(&list).Error, name)
		list[2].JSON = datatypes.JSON(`[1]`)
		list[2].Slice = append(list[2].Slice, 7)
		list[2].Null = datatypes.NewNull("now")
		require.NoError(t, db.Save(list[2]).Error, name)
		require.NoError(t, db.Model(list[0]).Updates(map[string]any{
			"json": datatypes.JSONSet("json").Set("{a,0}", "v"), "typed": datatypes.NewJSONType(attributes{Name: "m"}),
		}).Error, name)
		require.NoError(t, db.Order("id").Find(&list).Error, name)
		stored[name], read[name] = lines(t, db, everySheet), kept(list)
	}
	require.Equal(t, stored["plain"], stored["ours"])
	require.Equal(t, read["plain"], read["ours"])
}

func TestDatatypesQueries(t *testing.T) {
	t.Parallel()
	for name, db := range both(t, &Sheet{}) {
		require.NoError(t, db.Create(sheets()).Error, name)
		for what, q := range map[string]*gorm.DB{
			"has key":  db.Where(datatypes.JSONQuery("json").HasKey("a")),
			"equals":   db.Where(datatypes.JSONQuery("map").Equals("deep", "y", "z")),
			"likes":    db.Where(datatypes.JSONQuery("typed").Likes("n%", "name")),
			"extract":  db.Where("? IS NOT NULL", datatypes.JSONQuery("json").Extract("b")),
			"contains": db.Where(datatypes.JSONArrayQuery("tags").Contains("u")),
			"date":     db.Where("date = ? AND pointer IS NOT NULL", datatypes.Date(time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC))),
			"time":     db.Where("time = ?", datatypes.NewTime(23, 59, 58, 0)),
			"uuid":     db.Where("uuid = ?", datatypes.UUID(uuid.MustParse("6ba7b810-9dad-11d1-80b4-00c04fd430c8"))),
			"struct":   db.Where(&Sheet{Name: "full"}),
		} {
			var names []string
			err := q.Model(&Sheet{}).Order("id").Pluck("name", &names).Error
			require.NoError(t, err, "%s: %s", name, what)
			require.Equal(t, []string{"full"}, names, "%s: %s", name, what)
		}
	}
}

// A repository and plain GORM on its own driver write the same, and each reads
// the other's rows.
func TestDatatypesThroughRepositories(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	reference := plain(t)
	require.NoError(t, reference.AutoMigrate(&Sheet{}))
	require.NoError(t, reference.Create(sheets()).Error)
	var want []*Sheet
	require.NoError(t, reference.Order("id").Find(&want).Error)
	kept(want)

	for name, write := range map[string]func(*repo.Repository[Sheet], []*Sheet) error{
		"Create":     func(r *repo.Repository[Sheet], list []*Sheet) error { return r.Create(ctx, list[0], list[1:]...) },
		"BulkCreate": func(r *repo.Repository[Sheet], list []*Sheet) error { return r.BulkCreate(ctx, list) },
		"Save": func(r *repo.Repository[Sheet], list []*Sheet) error {
			for _, s := range list {
				empty := &Sheet{Name: s.Name, JSON: datatypes.JSON("1")}
				if err := r.Create(ctx, empty); err != nil {
					return err
				}
				s.ID = empty.ID
				if err := r.Save(ctx, s); err != nil {
					return err
				}
			}
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := ours(t, &Sheet{})
			require.NoError(t, db.AutoMigrate(&Sheet{}))
			all := repo.New[Sheet](db)
			require.NoError(t, write(all, sheets()))
			require.Equal(t, lines(t, reference, everySheet), lines(t, db, everySheet))

			got, err := all.OrderBy("id").All(ctx)
			require.NoError(t, err)
			require.Equal(t, want, kept(got))
			var again []*Sheet
			require.NoError(t, db.Order("id").Find(&again).Error)
			require.Equal(t, want, kept(again))
		})
	}
}

// GORM prefers GormValue. A repository only uses driver.Valuer. Of datatypes
// the two differ only for a nil JSONMap.
func TestNilJSONMap(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := ours(t, &Sheet{})
	require.NoError(t, db.AutoMigrate(&Sheet{}))
	all := repo.New[Sheet](db)
	require.NoError(t, db.Create(&Sheet{}).Error)
	require.NoError(t, all.Create(ctx, &Sheet{}))
	require.Equal(t, []string{"(1,null)", "(2,)"}, lines(t, db, "SELECT id, map FROM sheets ORDER BY id"))

	list, err := all.OrderBy("id").All(ctx)
	require.NoError(t, err)
	require.Empty(t, list[0].Map)
	require.Empty(t, list[1].Map)
}
