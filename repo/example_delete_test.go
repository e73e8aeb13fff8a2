package repo_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repotest"
)

type Gallery struct {
	models.AutoKey
	models.SoftDelete
	Name string
}

type Painting struct {
	models.AutoKey
	models.SoftDelete
	Title     string
	GalleryID int64
	Gallery   *Gallery
}

func (Painting) Meta() models.Meta {
	return models.Meta{Relations: map[string]models.RelationOptions{"gallery": {OnDelete: models.Cascade}}}
}

type Loan struct {
	models.AutoKey
	To         string
	PaintingID int64
	Painting   *Painting
}

func (Loan) Meta() models.Meta {
	return models.Meta{Relations: map[string]models.RelationOptions{"painting": {OnDelete: models.Protect}}}
}

func openGallery() (ctx context.Context, galleries *repo.Repository[Gallery], paintings *repo.Repository[Painting], loans *repo.Repository[Loan], done func()) {
	t := &exampleTB{}
	db := repotest.Open(t, &Gallery{}, &Painting{}, &Loan{})
	ctx = context.Background()
	galleries, paintings, loans = repo.New[Gallery](db), repo.New[Painting](db), repo.New[Loan](db)
	g := &Gallery{Name: "North"}
	check(galleries.Create(ctx, g))
	check(paintings.Create(ctx, &Painting{Title: "Sea", Gallery: g}, &Painting{Title: "Hill", Gallery: g}))
	return ctx, galleries, paintings, loans, t.close
}

// What refers to an object goes along, or refuses and is named.
func ExampleRepository_Delete() {
	ctx, galleries, paintings, loans, done := openGallery()
	defer done()
	sea, err := paintings.Filter("title", "Sea").Get(ctx)
	check(err)
	check(loans.Create(ctx, &Loan{To: "South", Painting: sea}))

	north, err := galleries.Filter("name", "North").Get(ctx)
	check(err)
	_, err = galleries.Delete(ctx, north)
	var held *repo.ProtectedError
	if errors.As(err, &held) {
		fmt.Println(held.Holders)
	}
	_, err = loans.AllRows().Delete(ctx)
	check(err)
	d, err := galleries.Delete(ctx, north)
	check(err)
	fmt.Println(d.Total, d.By)
	// Output:
	// [{Loan 1 Loan.painting}]
	// 3 map[Gallery:1 Painting:2]
}

// Restore brings back what went along, and nothing that had been deleted
// before.
func ExampleRepository_Restore() {
	ctx, galleries, paintings, _, done := openGallery()
	defer done()
	_, err := paintings.Filter("title", "Hill").Delete(ctx)
	check(err)

	north, err := galleries.Get(ctx)
	check(err)
	_, err = galleries.Delete(ctx, north)
	check(err)
	back, err := galleries.Restore(ctx, north)
	check(err)
	fmt.Println(back.Total, back.By)
	// Output: 2 map[Gallery:1 Painting:1]
}

// HardDelete removes rows that are marked, with all that refers to them.
func ExampleQuerySet_HardDelete() {
	ctx, galleries, paintings, _, done := openGallery()
	defer done()
	_, err := galleries.AllRows().Delete(ctx)
	check(err)
	marked, err := paintings.OnlyDeleted().Count(ctx)
	check(err)
	d, err := galleries.OnlyDeleted().AllRows().HardDelete(ctx)
	check(err)
	fmt.Println(marked, d.Total)
	// Output: 2 3
}
