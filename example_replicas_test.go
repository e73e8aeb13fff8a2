package gormango_test

import (
	"context"
	"fmt"

	"github.com/gormango/gormango"
)

func ExampleConfig_replicas() {
	ctx := context.Background()
	cfg := exampleConfig(ctx)
	cfg.Replicas = []string{cfg.URL} // here the same server; else that of a standby
	db, err := gormango.Open(ctx, cfg)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer gormango.Close(db)

	reads := func() int64 { return gormango.Stats(db).Replicas[0].Reads }
	var n int64
	ctx = gormango.WithReadYourWrites(ctx) // of a middleware, for each request
	err = db.WithContext(ctx).Table("pg_database").Count(&n).Error
	fmt.Println("read:", reads(), err)
	err = db.WithContext(ctx).Exec("ANALYZE pg_database").Error
	fmt.Println("written:", reads(), err)
	err = db.WithContext(ctx).Table("pg_database").Count(&n).Error
	fmt.Println("read from the primary:", reads(), err)
	// Output:
	// read: 1 <nil>
	// written: 1 <nil>
	// read from the primary: 1 <nil>
}

func ExampleRouter() {
	ctx := context.Background()
	cfg := exampleConfig(ctx)
	cfg.Replicas = []string{cfg.URL, cfg.URL} // the second one for what takes long
	cfg.Router = func(_ context.Context, r gormango.Read) gormango.Server {
		switch r.Table {
		case "accounts":
			return gormango.Primary
		case "pg_stat_database":
			return gormango.Replica(1)
		}
		return gormango.Replica(0)
	}
	db, err := gormango.Open(ctx, cfg)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer gormango.Close(db)

	var n int64
	for _, table := range []string{"pg_stat_database", "pg_database", "pg_class"} {
		if err := db.WithContext(ctx).Table(table).Count(&n).Error; err != nil {
			fmt.Println(err)
		}
	}
	for _, r := range gormango.Stats(db).Replicas {
		fmt.Println(r.Reads)
	}
	// Output:
	// 2
	// 1
}
