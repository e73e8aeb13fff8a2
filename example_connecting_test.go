package gormango_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/txutil"
)

func ExampleOpen_settings() {
	ctx := context.Background()
	cfg := exampleConfig(ctx)
	cfg.ApplicationName = "library"
	cfg.Pool = gormango.Pool{Max: 8, AcquireTimeout: 5 * time.Second}
	cfg.StatementTimeout = 10 * time.Second
	cfg.SlowQuery = 500 * time.Millisecond
	db, err := gormango.Open(ctx, cfg)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer gormango.Close(db)

	var timeout string
	err = db.Raw("SHOW statement_timeout").Scan(&timeout).Error
	fmt.Println(timeout, err)
	// Output: 10s <nil>
}

func ExampleOpen_noServer() {
	_, err := gormango.Open(context.Background(), gormango.Config{URL: "postgres://ann:secret@127.0.0.1:1/library?sslmode=disable"})
	fmt.Println(err)
	// Output: gormango: cannot open database "library" on 127.0.0.1:1 as user "ann": 127.0.0.1:1 (127.0.0.1): dial error: dial tcp 127.0.0.1:1: connect: connection refused
}

func ExampleOpen_severalHosts() {
	ctx := context.Background()
	cfg := exampleConfig(ctx)
	u, err := url.Parse(cfg.URL)
	if err != nil || u.Hostname() == "" {
		fmt.Println("on <nil>") // the server of this machine is not reached by TCP
		return
	}
	// The first host is down; whichever takes writes is the one.
	u.Host = "127.0.0.1:1," + u.Host
	cfg.URL = withQuery(u, "target_session_attrs", "read-write")
	db, err := gormango.Open(ctx, cfg)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer gormango.Close(db)

	fmt.Println("on", gormango.Health(ctx, db))
	// Output: on <nil>
}

func ExampleHealth() {
	ctx := context.Background()
	cfg := exampleConfig(ctx)
	cfg.Lazy = true // come up before the database does
	db, err := gormango.Open(ctx, cfg)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer gormango.Close(db)

	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	fmt.Println(gormango.Health(ctx, db))
	// Output: <nil>
}

func ExampleStats() {
	ctx := context.Background()
	db, err := gormango.Open(ctx, exampleConfig(ctx))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer gormango.Close(db)

	_ = gormango.Native(ctx, db, func(*pgx.Conn) error {
		s := gormango.Stats(db)
		fmt.Printf("%d of %d in use, %d waiting\n", s.Acquired, s.Max, s.Waiting)
		return nil
	})
	// Output: 1 of 1 in use, 0 waiting
}

func ExampleDedicated() {
	ctx := context.Background()
	db, err := gormango.Open(ctx, exampleConfig(ctx))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer gormango.Close(db)

	err = gormango.Dedicated(ctx, db, func(conn *pgx.Conn) error {
		// One run of the program at a time; the lock ends with the session.
		var locked bool
		if err := conn.QueryRow(ctx, "SELECT pg_try_advisory_lock($1)", 7).Scan(&locked); err != nil {
			return err
		}
		fmt.Println("locked:", locked)
		return nil
	})
	fmt.Println(err)
	// Output:
	// locked: true
	// <nil>
}

func ExampleListen() {
	ctx := context.Background()
	db, err := gormango.Open(ctx, exampleConfig(ctx))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer gormango.Close(db)

	sell := func(title string, mishap error) error {
		return txutil.Atomic(ctx, db, func(ctx context.Context) error {
			if err := db.WithContext(ctx).Exec("SELECT pg_notify(?, ?)", "gormango_stock", title).Error; err != nil {
				return err
			}
			return mishap // a transaction that fails sends no notification
		})
	}
	for n, err := range gormango.Listen(ctx, db, "gormango_stock") {
		if err != nil {
			fmt.Println(err)
			return
		}
		if n.Missed { // now it listens: the place to read how things are
			fmt.Println(sell("Go", errors.New("out of stock")))
			fmt.Println(sell("More Go", nil))
			continue
		}
		fmt.Println(n.Channel, n.Payload)
		break
	}
	// Output:
	// out of stock
	// <nil>
	// gormango_stock More Go
}

func ExampleErrPooled() {
	ctx := context.Background()
	cfg := exampleConfig(ctx)
	cfg.Pooler = gormango.Transaction // as Detect finds it behind PgBouncer
	db, err := gormango.Open(ctx, cfg)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer gormango.Close(db)

	err = db.Exec("LISTEN news").Error
	fmt.Println(errors.Is(err, gormango.ErrPooled))
	fmt.Println(err)
	// Output:
	// true
	// gormango: not through a pooler: LISTEN needs a session, and each transaction gets another connection (use gormango.Listen with Config.DirectURL)
}

func ExampleDataError() {
	ctx := context.Background()
	db, err := gormango.Open(ctx, exampleConfig(ctx))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer gormango.Close(db)

	err = db.Exec("SELECT 'twelve'::int").Error
	var data *gormango.DataError
	if errors.As(err, &data) {
		fmt.Println(data.Message)
	}
	fmt.Println(err)
	// Output:
	// invalid input syntax for type integer: "twelve"
	// gormango: invalid input syntax for type integer: … (SQLSTATE 22P02)
}

func ExampleSyntaxError() {
	ctx := context.Background()
	db, err := gormango.Open(ctx, exampleConfig(ctx))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer gormango.Close(db)

	err = db.Exec("SELECT titel FROM (SELECT 1 AS title) AS books").Error
	var syntax *gormango.SyntaxError
	if errors.As(err, &syntax) {
		fmt.Println(syntax.Code)
		fmt.Println(err)
	}
	// Output:
	// 42703
	// gormango: column "titel" does not exist (SQLSTATE 42703)
}

func ExampleIsRetryable() {
	ctx := context.Background()
	_, err := gormango.Open(ctx, gormango.Config{URL: "postgres://ann@127.0.0.1:1/library"})
	fmt.Println("no server:", gormango.IsRetryable(err))
	fmt.Println("commit without an answer:", gormango.IsRetryable(gormango.ErrCommitUnknown))
	// Output:
	// no server: true
	// commit without an answer: false
}

func ExamplePoolTimeoutError() {
	ctx := context.Background()
	cfg := exampleConfig(ctx)
	cfg.Pool = gormango.Pool{Max: 1, AcquireTimeout: 50 * time.Millisecond}
	db, err := gormango.Open(ctx, cfg)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer gormango.Close(db)

	tx := db.Begin() // holds the only connection
	defer tx.Rollback()
	err = db.Exec("SELECT 1").Error // not tx, so it wants another one
	var timeout *gormango.PoolTimeoutError
	if errors.As(err, &timeout) {
		fmt.Println(timeout.Acquired, "of", timeout.Max, "in use")
	}
	// Output: 1 of 1 in use
}
