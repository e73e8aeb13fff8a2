package repo_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/txutil"
)

// A block puts its transaction into the context; repositories, GORM and pgx
// find it there.
func Example_gormTransaction() {
	ctx, db, authors, _, done := openLibraryDB()
	defer done()
	stop := errors.New("stop")

	err := db.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		check(tx.Create(&Author{Name: "Cid"}).Error)
		check(repo.New[Author](tx).Create(ctx, &Author{Name: "Dan"})) // on tx, so in its transaction
		return stop
	})
	n, _ := authors.Count(ctx)
	fmt.Println("db.Transaction:", err, n)

	err = txutil.Atomic(ctx, db, func(ctx context.Context) error {
		check(authors.Create(ctx, &Author{Name: "Cid"}))
		check(db.WithContext(ctx).Create(&Author{Name: "Dan"}).Error)
		check(gormango.Native(ctx, db, func(conn *pgx.Conn) error {
			_, err := conn.Exec(ctx, "INSERT INTO authors (name) VALUES ($1)", "Eve")
			return err
		}))
		return stop
	})
	n, _ = authors.Count(ctx)
	fmt.Println("Atomic:", err, n)
	// Output:
	// db.Transaction: stop 2
	// Atomic: stop 2
}

// An inner transaction is a savepoint in both; an after-commit callback is new.
func Example_gormSavePoint() {
	ctx, db, authors, _, done := openLibraryDB()
	defer done()
	inner := errors.New("only the inner one")

	err := txutil.Atomic(ctx, db, func(ctx context.Context) error {
		check(authors.Create(ctx, &Author{Name: "Cid"}))
		check(txutil.OnCommit(ctx, db, func(context.Context) error {
			fmt.Println("committed")
			return nil
		}))
		err := db.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
			check(tx.Create(&Author{Name: "Dan"}).Error)
			return inner
		})
		fmt.Println(err)
		return nil
	})
	n, _ := authors.Count(ctx)
	fmt.Println(n, err)
	// Output:
	// only the inner one
	// committed
	// 3 <nil>
}
