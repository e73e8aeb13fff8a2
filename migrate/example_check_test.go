package migrate_test

import (
	"errors"
	"fmt"
	"os"

	"github.com/gormango/gormango/migrate"
)

// A test that fails when a model has changed and its migration is missing. No
// server is needed.
func ExampleSet_Check() {
	dir, err := os.MkdirTemp("", "migrations")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	type Parcel struct {
		ID      int64
		Channel string `gorm:"type:text"`
	}

	set := migrate.Must(migrate.Load(os.DirFS(dir), migrate.App("shop", Parcel{})))
	err = set.Check()
	fmt.Println(errors.Is(err, migrate.ErrPending), err)

	ops, err := set.Changes(nil, nil)
	if err != nil {
		panic(err)
	}
	files, err := migrate.Generate(set, ops, "")
	if err != nil {
		panic(err)
	}
	if err := migrate.Write(dir, files...); err != nil {
		panic(err)
	}
	set = migrate.Must(migrate.Load(os.DirFS(dir), migrate.App("shop", Parcel{})))
	fmt.Println(set.Check())
	// Output:
	// true migrate: the models of app "shop" have changes that no migration makes (write them by makemigrations): create table parcels
	// <nil>
}
