package gormango_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/devpg"
	"github.com/gormango/gormango/repotest"
)

// exampleConfig is a development database.
func exampleConfig(ctx context.Context) gormango.Config {
	server, err := devpg.Start(ctx, devpg.Options{})
	if err != nil {
		panic(err)
	}
	return gormango.Config{URL: server.URL(), Pool: gormango.Pool{Max: 1}}
}

func ExampleOpen() {
	ctx := context.Background()
	cfg := exampleConfig(ctx) // or gormango.FromEnv()
	cfg.ApplicationName = "library"
	db, err := gormango.Open(ctx, cfg)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer gormango.Close(db)

	var name string
	err = db.Raw("SHOW application_name").Scan(&name).Error
	fmt.Println(name, err)
	// Output: library <nil>
}

func ExampleFromEnv() {
	before, set := os.LookupEnv("DATABASE_URL")
	os.Setenv("DATABASE_URL", "postgres://ann@db.example.org/library?pool_max_conns=8")
	cfg, err := gormango.FromEnv()
	if set {
		os.Setenv("DATABASE_URL", before)
	} else {
		os.Unsetenv("DATABASE_URL")
	}
	fmt.Println(cfg.URL, err)
	// Output: postgres://ann@db.example.org/library?pool_max_conns=8 <nil>
}

func ExampleNative() {
	ctx := context.Background()
	db, err := gormango.Open(ctx, exampleConfig(ctx))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer gormango.Close(db)

	err = db.Transaction(func(tx *gorm.DB) error {
		if err := tx.Exec("CREATE TEMP TABLE cities (name text)").Error; err != nil {
			return err
		}
		return gormango.Native(ctx, tx, func(conn *pgx.Conn) error {
			n, err := conn.CopyFrom(ctx, pgx.Identifier{"cities"}, []string{"name"},
				pgx.CopyFromRows([][]any{{"Brno"}, {"Graz"}}))
			fmt.Println(n, "rows by COPY")
			return err
		})
	})
	fmt.Println(err)
	// Output:
	// 2 rows by COPY
	// <nil>
}

func ExampleIntegrityError() {
	ctx := context.Background()
	db, err := gormango.Open(ctx, exampleConfig(ctx))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer gormango.Close(db)

	err = db.Exec("CREATE TEMP TABLE genres (name text UNIQUE); INSERT INTO genres VALUES ('drama'), ('drama')").Error
	var violation *gormango.IntegrityError
	if errors.As(err, &violation) && violation.Kind == gormango.Unique {
		fmt.Println(violation.Columns, "is taken")
	}
	fmt.Println(errors.Is(err, gorm.ErrDuplicatedKey))
	// Output:
	// [name] is taken
	// true
}

// exampleDatabase is a new, empty database for an example, and what drops it.
func exampleDatabase() (url string, drop func()) {
	t := &exampleTB{}
	return repotest.URL(t), t.close
}

// exampleTB lets an example have what a test has.
type exampleTB struct {
	testing.TB
	cleanups []func()
}

func (e *exampleTB) Helper()                      {}
func (e *exampleTB) Cleanup(fn func())            { e.cleanups = append(e.cleanups, fn) }
func (e *exampleTB) Errorf(f string, args ...any) { fmt.Printf(f, args...) }
func (e *exampleTB) Fatal(args ...any)            { panic(fmt.Sprint(args...)) }
func (e *exampleTB) Fatalf(f string, args ...any) { panic(fmt.Sprintf(f, args...)) }

func (e *exampleTB) close() {
	for _, fn := range e.cleanups {
		fn()
	}
}
