package txutil_test

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/devpg"
	"github.com/gormango/gormango/txutil"
)

// Genre is the model of the examples.
type Genre struct {
	ID   int64
	Name string
}

// library opens a database whose tables live as long as its one connection.
func library(ctx context.Context) *gorm.DB {
	server, err := devpg.Start(ctx, devpg.Options{})
	if err != nil {
		panic(err)
	}
	db, err := gormango.Open(ctx, gormango.Config{URL: server.URL(), Pool: gormango.Pool{Max: 1}})
	if err != nil {
		panic(err)
	}
	if err := db.Exec("CREATE TEMP TABLE genres (id bigserial PRIMARY KEY, name text UNIQUE)").Error; err != nil {
		panic(err)
	}
	return db
}

func show(db *gorm.DB) {
	var names []string
	if err := db.Model(&Genre{}).Order("id").Pluck("name", &names).Error; err != nil {
		panic(err)
	}
	fmt.Println(names)
}

func ExampleAtomic() {
	ctx := context.Background()
	db := library(ctx)
	defer gormango.Close(db)

	err := txutil.Atomic(ctx, db, func(ctx context.Context) error {
		if err := db.WithContext(ctx).Create(&Genre{Name: "poetry"}).Error; err != nil {
			return err
		}
		// An inner block is a savepoint: it fails alone.
		err := txutil.Atomic(ctx, db, func(ctx context.Context) error {
			return db.WithContext(ctx).Create(&Genre{Name: "poetry"}).Error
		})
		fmt.Println(err)
		return db.WithContext(ctx).Create(&Genre{Name: "drama"}).Error
	})
	fmt.Println(err)
	show(db)

	err = txutil.Atomic(ctx, db, func(ctx context.Context) error {
		if err := db.WithContext(ctx).Create(&Genre{Name: "lost"}).Error; err != nil {
			return err
		}
		return errors.New("no licence")
	})
	fmt.Println(err)
	show(db)
	// Output:
	// gormango: unique violation of "genres_name_key" on genres (name)
	// <nil>
	// [poetry drama]
	// no licence
	// [poetry drama]
}

func ExampleDurable() {
	ctx := context.Background()
	db := library(ctx)
	defer gormango.Close(db)

	pay := func(ctx context.Context) error {
		return txutil.Atomic(ctx, db, func(ctx context.Context) error {
			return db.WithContext(ctx).Create(&Genre{Name: "paid"}).Error
		}, txutil.Durable())
	}
	fmt.Println(txutil.Atomic(ctx, db, pay))
	fmt.Println(pay(ctx))
	// Output:
	// txutil: a durable block inside a transaction (open it outside, or drop Durable)
	// <nil>
}

func ExampleOnCommit() {
	ctx := context.Background()
	db := library(ctx)
	defer gormango.Close(db)

	notify := func(name string) func(context.Context) error {
		return func(context.Context) error {
			fmt.Println("mail about", name)
			return nil
		}
	}
	err := txutil.Atomic(ctx, db, func(ctx context.Context) error {
		if err := txutil.OnCommit(ctx, db, notify("poetry")); err != nil {
			return err
		}
		_ = txutil.Atomic(ctx, db, func(ctx context.Context) error {
			if err := txutil.OnCommit(ctx, db, notify("a rolled back genre")); err != nil {
				return err
			}
			return errors.New("changed my mind")
		})
		fmt.Println("before the commit")
		return nil
	})
	fmt.Println(err)
	// Output:
	// before the commit
	// mail about poetry
	// <nil>
}

func ExampleInTransaction() {
	ctx := context.Background()
	db := library(ctx)
	defer gormango.Close(db)

	fmt.Println(txutil.InTransaction(ctx, db))
	_ = txutil.Atomic(ctx, db, func(ctx context.Context) error {
		fmt.Println(txutil.InTransaction(ctx, db))
		return nil
	})
	// Output:
	// false
	// true
}

func ExampleWithout() {
	ctx := context.Background()
	db := library(ctx)
	defer gormango.Close(db)

	_ = txutil.Atomic(ctx, db, func(ctx context.Context) error {
		audit := txutil.Without(ctx) // what is written with audit stays, whatever becomes of the block
		fmt.Println(txutil.InTransaction(ctx, db), txutil.InTransaction(audit, db))
		return nil
	})
	// Output: true false
}

func ExampleDB() {
	ctx := context.Background()
	db := library(ctx)
	defer gormango.Close(db)

	legacy := func(db *gorm.DB) error { return db.Create(&Genre{Name: "essay"}).Error } // knows no context
	err := txutil.Atomic(ctx, db, func(ctx context.Context) error {
		if err := legacy(txutil.DB(ctx, db)); err != nil {
			return err
		}
		return errors.New("rolled back")
	})
	fmt.Println(err)
	show(db)
	// Output:
	// rolled back
	// []
}
