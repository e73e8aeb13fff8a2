package txutil_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"
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
		audit := txutil.Without(ctx) // what audit writes stays, even if the block rolls back
		fmt.Println(txutil.InTransaction(ctx, db), txutil.InTransaction(audit, db))
		return nil
	})
	// Output: true false
}

func ExampleDB() {
	ctx := context.Background()
	db := library(ctx)
	defer gormango.Close(db)

	legacy := func(db *gorm.DB) error { return db.Create(&Genre{Name: "essay"}).Error } // takes no context
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

func ExampleRetry() {
	ctx := context.Background()
	db := library(ctx)
	defer gormango.Close(db)

	runs := 0
	err := txutil.Atomic(ctx, db, func(ctx context.Context) error {
		runs++
		if err := db.WithContext(ctx).Create(&Genre{Name: "poetry"}).Error; err != nil {
			return err
		}
		if runs < 3 { // as if another transaction had interfered
			return db.WithContext(ctx).Exec("DO $$ BEGIN RAISE 'conflict' USING ERRCODE = 'serialization_failure'; END $$").Error
		}
		return nil
	}, txutil.Isolation(txutil.Serializable), txutil.Retry(5))
	fmt.Println(runs, err)
	show(db)
	// Output:
	// 3 <nil>
	// [poetry]
}

func ExampleIsolation() {
	ctx := context.Background()
	db := library(ctx)
	defer gormango.Close(db)

	_ = txutil.Atomic(ctx, db, func(ctx context.Context) error {
		var level string
		err := db.WithContext(ctx).Raw("SHOW transaction_isolation").Scan(&level).Error
		fmt.Println(level)
		return err
	}, txutil.Isolation(txutil.RepeatableRead))
	// Output: repeatable read
}

func ExampleReadOnly() {
	ctx := context.Background()
	db := library(ctx)
	defer gormango.Close(db)

	err := txutil.Atomic(ctx, db, func(ctx context.Context) error {
		return db.WithContext(ctx).Exec("CREATE TABLE reports (id int)").Error
	}, txutil.ReadOnly())
	var refused *pgconn.PgError
	fmt.Println(errors.As(err, &refused), refused.Code)
	// Output: true 25006
}

func ExampleDeferrable() {
	ctx := context.Background()
	db := library(ctx)
	defer gormango.Close(db)

	var genres int64
	err := txutil.Atomic(ctx, db, func(ctx context.Context) error {
		return db.WithContext(ctx).Model(&Genre{}).Count(&genres).Error
	}, txutil.Isolation(txutil.Serializable), txutil.ReadOnly(), txutil.Deferrable())
	fmt.Println(genres, err)
	// Output: 0 <nil>
}

func ExampleWithoutSavepoint() {
	ctx := context.Background()
	db := library(ctx)
	defer gormango.Close(db)

	err := txutil.Atomic(ctx, db, func(ctx context.Context) error {
		_ = txutil.Atomic(ctx, db, func(ctx context.Context) error {
			return errors.New("half done")
		}, txutil.WithoutSavepoint())
		return nil // hides the error, and cannot be saved
	})
	fmt.Println(err)
	// Output:
	// gormango: the block must roll back, a block inside it without a savepoint failed (return its error): half done
}

func ExampleSetRollback() {
	ctx := context.Background()
	db := library(ctx)
	defer gormango.Close(db)

	err := txutil.Atomic(ctx, db, func(ctx context.Context) error { // a trial run
		if err := db.WithContext(ctx).Create(&Genre{Name: "poetry"}).Error; err != nil {
			return err
		}
		return txutil.SetRollback(ctx, db)
	})
	fmt.Println(err)
	show(db)
	// Output:
	// <nil>
	// []
}

func ExampleAfterRollback() {
	ctx := context.Background()
	db := library(ctx)
	defer gormango.Close(db)

	err := txutil.Atomic(ctx, db, func(ctx context.Context) error {
		fmt.Println("cover.png written")
		if err := txutil.AfterRollback(ctx, db, func(context.Context) { fmt.Println("cover.png removed") }); err != nil {
			return err
		}
		return errors.New("no licence")
	})
	fmt.Println(err)
	// Output:
	// cover.png written
	// cover.png removed
	// no licence
}

func ExampleSetLocal() {
	ctx := context.Background()
	db := library(ctx)
	defer gormango.Close(db)

	show := func(ctx context.Context) {
		var timeout string
		_ = db.WithContext(ctx).Raw("SHOW lock_timeout").Scan(&timeout).Error
		fmt.Println(timeout)
	}
	_ = txutil.Atomic(ctx, db, func(ctx context.Context) error {
		err := txutil.SetLocal(ctx, db, "lock_timeout", "2s")
		show(ctx)
		return err
	})
	show(ctx)
	// Output:
	// 2s
	// 0
}

func ExampleAdvisoryLock() {
	ctx := context.Background()
	db := library(ctx)
	defer gormango.Close(db)

	const nightlyReport = 4711
	err := txutil.Atomic(ctx, db, func(ctx context.Context) error {
		if err := txutil.AdvisoryLock(ctx, db, nightlyReport); err != nil {
			return err
		}
		fmt.Println("only one process is here at a time")
		return nil
	})
	fmt.Println(err)
	fmt.Println(txutil.AdvisoryLock(ctx, db, nightlyReport))
	// Output:
	// only one process is here at a time
	// <nil>
	// txutil: no transaction (call it inside Atomic, with the block's context)
}
