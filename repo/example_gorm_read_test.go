package repo_test

import (
	"errors"
	"fmt"

	"gorm.io/gorm"

	"github.com/gormango/gormango/repo"
)

// First orders by the key and takes one of many; Get wants exactly one row.
func Example_gormFirst() {
	ctx, db, _, books, done := openLibraryDB()
	defer done()

	var b Book
	check(db.WithContext(ctx).First(&b, "title = ?", "Go").Error)

	got, err := books.Filter("title", "Go").Get(ctx)
	fmt.Println(got.ID == b.ID, err)

	_, err = books.Filter("title", "C").Get(ctx)
	fmt.Println(errors.Is(err, gorm.ErrRecordNotFound), errors.Is(err, repo.ErrDoesNotExist))
	// Output:
	// true <nil>
	// true true
}

// A zero field of a struct is no condition for GORM; a filter always is one.
func Example_gormWhere() {
	ctx, db, _, books, done := openLibraryDB()
	defer done()

	var list []Book
	check(db.WithContext(ctx).Where(&Book{Stock: 0}).Find(&list).Error)
	fmt.Println("Where(struct):", len(list))

	n, err := books.Filter("stock", 0).Count(ctx)
	fmt.Println("Filter:", n, err)
	// Output:
	// Where(struct): 3
	// Filter: 1 <nil>
}

// Or between two conditions, and then another.
func Example_gormOr() {
	ctx, db, _, books, done := openLibraryDB()
	defer done()

	var n int64
	check(db.WithContext(ctx).Model(&Book{}).Where("title = ?", "More Go").Or("pages > ?", 300).Where("stock > ?", 0).Count(&n).Error)
	fmt.Println("a OR b AND c:", n)

	n, err := books.Where(books.Q("title", "More Go").Or(books.Q("pages__gt", 300))).Filter("stock__gt", 0).Count(ctx)
	fmt.Println("(a OR b) AND c:", n, err)
	// Output:
	// a OR b AND c: 2
	// (a OR b) AND c: 1 <nil>
}

// A *gorm.DB that was refined keeps the conditions of each use; a QuerySet is a
// value.
func Example_gormReuse() {
	ctx, db, _, books, done := openLibraryDB()
	defer done()

	var first, second int64
	q := db.WithContext(ctx).Model(&Book{}).Where("pages > ?", 50)
	check(q.Where("stock > ?", 0).Count(&first).Error)
	check(q.Count(&second).Error)
	fmt.Println("*gorm.DB:", first, second)

	qs := books.Filter("pages__gt", 50)
	first, err := qs.Filter("stock__gt", 0).Count(ctx)
	check(err)
	second, err = qs.Count(ctx)
	fmt.Println("QuerySet:", first, second, err)
	// Output:
	// *gorm.DB: 2 2
	// QuerySet: 2 3 <nil>
}

// Joins and Preload, and their namesakes.
func Example_gormPreload() {
	ctx, db, authors, books, done := openLibraryDB()
	defer done()

	var joined []Book
	check(db.WithContext(ctx).Joins("Author").Where(`"Author"."name" = ?`, "Ann").Order("pages DESC").Find(&joined).Error)
	var loaded []Author
	check(db.WithContext(ctx).Preload("Books").Order("name").Find(&loaded).Error)

	list, err := books.Filter("author__name", "Ann").SelectRelated("author").OrderBy("-pages").All(ctx)
	check(err)
	fmt.Println(list[0].Title == joined[0].Title, list[0].Author.Name)
	all, err := authors.PrefetchRelated("books").OrderBy("name").All(ctx)
	check(err)
	fmt.Println(len(all[0].Books) == len(loaded[0].Books), len(all[0].Books))
	// Output:
	// true Ann
	// true 2
}

// FindInBatches, and a loop that reads by a cursor, in any order.
func Example_gormFindInBatches() {
	ctx, db, _, books, done := openLibraryDB()
	defer done()

	pages := 0
	var batch []Book
	check(db.WithContext(ctx).FindInBatches(&batch, 2, func(*gorm.DB, int) error {
		for _, b := range batch {
			pages += b.Pages
		}
		return nil
	}).Error)

	for b, err := range books.OrderBy("-pages").Iter(ctx) {
		check(err)
		pages -= b.Pages
	}
	fmt.Println(pages)
	// Output: 0
}

// What repositories do not have stays GORM, with the same context.
func Example_gormRaw() {
	ctx, db, _, books, done := openLibraryDB()
	defer done()

	var perAuthor []struct {
		Name  string
		Pages int
	}
	check(db.WithContext(ctx).Model(&Book{}).Joins("JOIN authors ON authors.id = books.author_id").
		Select("authors.name, sum(books.pages) AS pages").Group("authors.name").Order("1").Scan(&perAuthor).Error)
	fmt.Println(perAuthor)

	sql, args, err := books.Filter("pages__gt", 100).SQL()
	check(err)
	var n int
	check(db.WithContext(ctx).Raw("SELECT count(*) FROM ("+sql+") long", args...).Scan(&n).Error)
	fmt.Println(n)
	// Output:
	// [{Ann 470} {Bob 250}]
	// 2
}
