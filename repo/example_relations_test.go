package repo_test

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repotest"
)

// A many-to-many relation of one object: a QuerySet of its rows, and verbs that
// change which they are.
func ExampleRelated() {
	ctx, db, done := openBlog()
	defer done()
	posts, all := repo.New[Post](db), repo.New[Label](db)
	post, err := posts.Filter("title", "Joins").Get(ctx)
	check(err)
	funny, err := all.Filter("name", "fun").Get(ctx)
	check(err)

	labels := repo.Related(posts, post, F.Post.Labels().Path)
	check(labels.Add(ctx, funny))
	check(labels.Create(ctx, &Label{Name: "joins"}))
	n, err := labels.Filter("name__contains", "n").Count(ctx)
	check(err)
	fmt.Println(n)

	check(labels.Replace(ctx, funny)) // removes two links
	left, err := repo.Pluck(ctx, labels, F.Label.Name)
	check(err)
	fmt.Println(left)
	// Output:
	// 2
	// [fun]
}

// A foreign key from its other end: one UPDATE for any number of rows.
func ExampleRelatedManager_Add() {
	ctx, db, done := openBlog()
	defer done()
	writers, posts := repo.New[Writer](db), repo.New[Post](db)
	bob, err := writers.Filter("name", "Bob").Get(ctx)
	check(err)
	some, err := posts.Filter("writer__name", "Ann").All(ctx)
	check(err)

	edited := repo.RelatedByName[Post](writers, bob, "edited")
	check(edited.Add(ctx, some[0], some[1:]...))
	fmt.Println(some[0].Editor.Name)
	fmt.Println(list(ctx, edited.OrderBy("id")))
	// Output:
	// Bob
	// Go for Snakes, Joins
}

// Columns of the model between get their values with the link.
func ExampleRelatedManager_Through() {
	t := &exampleTB{}
	defer t.close()
	ctx, db := context.Background(), repotest.Open(t, clubModels()...)
	teams, people := repo.New[clubTeam](db), repo.New[clubPerson](db)
	team, ann := &clubTeam{Name: "red"}, &clubPerson{Name: "Ann"}
	check(teams.Create(ctx, team))
	check(people.Create(ctx, ann))

	members := repo.RelatedByName[clubPerson](teams, team, "people").Through(map[string]any{"role": "captain"})
	check(members.Add(ctx, ann))

	roles, err := repo.Values[string](ctx, repo.New[clubMember](db), "role")
	check(err)
	fmt.Println(roles)
	// Output: [captain]
}

// Relations of objects that were read before, without asking for what is there.
func ExampleLoad() {
	ctx, db, done := openBlog()
	defer done()
	posts := repo.New[Post](db)
	some, err := posts.Filter("likes", 40).OrderBy("id").All(ctx)
	check(err)

	check(repo.Load(ctx, posts, some, "writer", "comments"))
	for _, p := range some {
		fmt.Println(p.Writer.Name, len(p.Comments))
	}
	loaded, err := repo.Loaded(posts, some[0], "labels")
	check(err)
	fmt.Println(loaded)
	// Output:
	// Ann 2
	// Bob 2
	// false
}

// A function hears of every change of links.
func ExampleM2MChanged() {
	ctx, db, done := openBlog()
	defer done()
	stop, err := repo.M2MChanged(db, repo.Rel[Post]("labels"), func(_ context.Context, e repo.LinkEvent) error {
		fmt.Println(e.Action, e.Obj.(*Post).Title, e.Keys)
		return nil
	})
	check(err)
	defer stop()

	posts := repo.New[Post](db)
	post, err := posts.Filter("title", "Joins").Get(ctx)
	check(err)
	check(repo.RelatedByName[Label](posts, post, "labels").AddKeys(ctx, 2, 3)) // 2 is there
	// Output:
	// pre_add Joins [3]
	// post_add Joins [3]
}

// Tasks is a custom manager: it has default scopes, scopes to choose from and
// verbs of its own.
type Tasks struct{ *repo.Repository[Post] }

// NewTasks sees no drafts.
func NewTasks(db *gorm.DB) Tasks { return Tasks{repo.New[Post](db).Scoped(noDrafts)} }

func noDrafts(q *repo.QuerySet[Post]) *repo.QuerySet[Post] { return q.Filter("draft", false) }

// Popular is a scope.
func Popular(q *repo.QuerySet[Post]) *repo.QuerySet[Post] { return q.Filter("likes__gte", 40) }

// A custom manager embeds a repository; Unscoped lifts its default scopes.
func ExampleRepository_Scoped() {
	ctx, db, done := openBlog()
	defer done()
	tasks, writers := NewTasks(db), repo.New[Writer](db)
	n, err := tasks.Count(ctx)
	check(err)
	all, err := tasks.Unscoped().Count(ctx)
	check(err)
	fmt.Println(n, all, list(ctx, tasks.Scopes(Popular).OrderBy("id")))

	cid, err := writers.Filter("name", "Cid").Get(ctx)
	check(err)
	his := repo.RelatedByName[Post](writers, cid, "posts")
	every, err := his.Count(ctx)
	check(err)
	visible, err := his.With(tasks).Count(ctx) // Django's default manager of related rows
	check(err)
	fmt.Println(every, visible)
	// Output:
	// 4 5 Go for Snakes, More Go
	// 1 0
}

type rental struct {
	models.AutoKey
	Renter   string `gorm:"not null"`
	DriverID *int64
	Driver   *motorist
}

func (rental) Meta() models.Meta {
	return models.Meta{Relations: map[string]models.RelationOptions{"driver": {Limit: map[string]any{"licensed": true}}}}
}

type motorist struct {
	models.AutoKey
	Name     string `gorm:"not null"`
	Licensed bool   `gorm:"not null"`
}

// The rows that a form may offer for a relation.
func ExampleChoices() {
	t := &exampleTB{}
	defer t.close()
	ctx, db := context.Background(), repotest.Open(t, &rental{}, &motorist{})
	check(repo.New[motorist](db).Create(ctx, &motorist{Name: "Ann", Licensed: true}, &motorist{Name: "Bob"}))

	names, err := repo.Values[string](ctx, repo.Choices[motorist](repo.New[rental](db), "driver"), "name")
	check(err)
	fmt.Println(names)
	// Output: [Ann]
}

type place struct {
	models.AutoKey
	Name string `gorm:"not null"`
	Inn  *inn   `gorm:"foreignKey:PlaceID"`
}

// inn is a place and more: its key is the place's.
type inn struct {
	PlaceID int64 `gorm:"primaryKey;autoIncrement:false"`
	Place   *place
	Beds    int `gorm:"not null"`
}

// Django's multi-table inheritance is a one-to-one relation that is the key of
// the child.
func Example_inheritance() {
	t := &exampleTB{}
	defer t.close()
	ctx, db := context.Background(), repotest.Open(t, &place{}, &inn{})
	places, inns := repo.New[place](db), repo.New[inn](db)
	swan := &place{Name: "Swan"}
	check(places.Create(ctx, swan, &place{Name: "Bridge"}))
	check(repo.RelatedByName[inn](places, swan, "inn").Create(ctx, &inn{Beds: 9}))

	i, err := inns.SelectRelated("place").Filter("place__name", "Swan").Get(ctx) // the child with its parent
	check(err)
	n, err := places.Filter("inn__isnull", true).Count(ctx) // parents that are no such child
	check(err)
	fmt.Println(i.Place.Name, i.Beds, n)
	// Output: Swan 9 1
}

// Django's generic foreign key: the objects that notes belong to, a statement
// for each of their types.
func Example_genericForeignKey() {
	t := &exampleTB{}
	defer t.close()
	ctx, db := context.Background(), repotest.Open(t, clubModels()...)
	areas, shops, notes := repo.New[clubArea](db), repo.New[clubShop](db), repo.New[clubNote](db)
	area := &clubArea{Name: "north"}
	check(areas.Create(ctx, area))
	shop := &clubShop{Name: "bakery", AreaID: area.ID}
	check(shops.Create(ctx, shop))
	check(repo.RelatedByName[clubNote](shops, shop, "notes").Create(ctx, &clubNote{Text: "warm"}))
	check(notes.Create(ctx, &clubNote{Text: "cold", OwnerType: "club_areas", OwnerID: area.ID}))

	all, err := notes.OrderBy("id").All(ctx)
	check(err)
	keys := map[string][]int64{}
	for _, n := range all {
		keys[n.OwnerType] = append(keys[n.OwnerType], n.OwnerID)
	}
	shopOf, err := repo.InBulk(ctx, shops, keys["club_shops"])
	check(err)
	areaOf, err := repo.InBulk(ctx, areas, keys["club_areas"])
	check(err)
	for _, n := range all {
		switch n.OwnerType {
		case "club_shops":
			fmt.Println(n.Text, shopOf[n.OwnerID].Name)
		case "club_areas":
			fmt.Println(n.Text, areaOf[n.OwnerID].Name)
		}
	}
	// Output:
	// warm bakery
	// cold north
}
