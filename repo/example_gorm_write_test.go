package repo_test

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
)

// Account has a column whose default is not Go's zero.
type Account struct {
	models.AutoKey
	Name   string `gorm:"not null"`
	Active bool   `gorm:"not null;default:true"`
}

// A default: tag and an explicit false: GORM takes false for "not said", a
// repository stores it.
func Example_gormDefault() {
	t := &exampleTB{}
	defer t.close()
	ctx, db := context.Background(), openDB(t, &Account{})

	byGORM := &Account{Name: "Ann", Active: false}
	check(db.WithContext(ctx).Create(byGORM).Error)
	fmt.Println("db.Create:", byGORM.Active)

	accounts := repo.New[Account](db)
	byRepo := &Account{Name: "Bob", Active: false}
	check(accounts.Create(ctx, byRepo))
	fmt.Println("repo.Create:", byRepo.Active)

	rows, err := accounts.OrderBy("name").All(ctx)
	check(err)
	fmt.Println("stored:", rows[0].Active, rows[1].Active)
	// Output:
	// db.Create: true
	// repo.Create: false
	// stored: true false
}

// Updates skips the zero fields of a struct; Save writes what it is told to
// write.
func Example_gormUpdates() {
	ctx, db, _, books, done := openLibraryDB()
	defer done()
	b, err := books.Filter("title", "Go").Get(ctx)
	check(err)

	check(db.WithContext(ctx).Model(b).Updates(Book{Stock: 0, Pages: 400}).Error)
	check(books.Refresh(ctx, b))
	fmt.Println("Updates:", b.Stock, b.Pages)

	b.Stock, b.Pages = 0, 410
	check(books.Save(ctx, b, "stock", "pages"))
	check(books.Refresh(ctx, b))
	fmt.Println("Save:", b.Stock, b.Pages)
	// Output:
	// Updates: 2 400
	// Save: 0 410
}

// db.Save inserts a row that is not there; a repository's Save says that it is
// gone.
func Example_gormSave() {
	ctx, db, authors, _, done := openLibraryDB()
	defer done()

	gone := &Author{AutoKey: key(100), Name: "Cid"}
	err := authors.Save(ctx, gone)
	fmt.Println("repo.Save:", err, errors.Is(err, repo.ErrDoesNotExist))

	check(db.WithContext(ctx).Save(gone).Error)
	n, err := authors.Count(ctx)
	fmt.Println("db.Save:", n, err)
	// Output:
	// repo.Save: repo: no Author matches true
	// db.Save: 3 <nil>
}

// UpdateColumn with an expression, and F.
func Example_gormExpr() {
	ctx, db, _, books, done := openLibraryDB()
	defer done()

	check(db.WithContext(ctx).Model(&Book{}).Where("stock > ?", 0).Update("stock", gorm.Expr("stock - ?", 1)).Error)

	n, err := books.Filter("pages__gt", 100).Update(ctx, books.Set("stock", repo.F("stock").Add(5)))
	fmt.Println(n, err)
	// Output: 2 <nil>
}

// FirstOrCreate, and GetOrCreate, which says whether the row is new.
func Example_gormFirstOrCreate() {
	ctx, db, authors, _, done := openLibraryDB()
	defer done()

	cid := Author{}
	check(db.WithContext(ctx).Where(Author{Name: "Cid"}).FirstOrCreate(&cid).Error)

	again := &Author{Name: "Cid"}
	created, err := authors.By("name").GetOrCreate(ctx, again)
	fmt.Println(created, again.ID == cid.ID, err)
	// Output: false true <nil>
}

// Create of GORM stores the relations of an object too; a repository stores the
// object.
func Example_gormAssociations() {
	ctx, db, authors, books, done := openLibraryDB()
	defer done()

	check(db.WithContext(ctx).Create(&Book{Title: "C", Author: &Author{Name: "Cid"}}).Error)

	dan := &Author{Name: "Dan"}
	err := books.Create(ctx, &Book{Title: "D", Author: dan})
	fmt.Println(errors.Is(err, repo.ErrNoKey))
	check(authors.Create(ctx, dan))
	check(books.Create(ctx, &Book{Title: "D", Author: dan}))

	n, err := authors.Count(ctx)
	fmt.Println(n, err)
	// Output:
	// true
	// 4 <nil>
}

// A violated constraint is an IntegrityError with either, which is GORM's error
// and pgx's too.
func Example_gormErrors() {
	ctx, db, authors, books, done := openLibraryDB()
	defer done()
	ann, err := authors.Filter("name", "Ann").Get(ctx)
	check(err)

	for _, err := range []error{
		db.WithContext(ctx).Create(&Book{Title: "Go", AuthorID: ann.ID}).Error,
		books.Create(ctx, &Book{Title: "Go", AuthorID: ann.ID}),
	} {
		var ie *gormango.IntegrityError
		fmt.Println(errors.As(err, &ie), ie.Kind, ie.Columns, errors.Is(err, gorm.ErrDuplicatedKey))
	}
	// Output:
	// true unique [title] true
	// true unique [title] true
}
