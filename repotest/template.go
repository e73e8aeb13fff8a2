package repotest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"github.com/jackc/pgx/v5"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/migrate"
)

// templateMark stands before the sum in the names of templates.
const templateMark = "template_"

// templates holds the templates of this process by sum.
var templates = struct {
	sync.Mutex
	bySum map[string]*template
}{bySum: map[string]*template{}}

// template is a database with the empty tables of a set of models. Making
// tables costs far more than copying them.
type template struct {
	sum string
	sync.Mutex
	name string // "" until it is known
}

// cloneOf creates a database with the tables of models.
func cloneOf(server string, models []any) (name string, err error) {
	sum, err := sumOf(server, models)
	if err != nil {
		return "", err
	}
	templates.Lock()
	t := templates.bySum[sum]
	if t == nil {
		t = &template{sum: sum}
		templates.bySum[sum] = t
	}
	templates.Unlock()
	for range 5 {
		from, err := t.ensure(server, models)
		if err != nil {
			return "", err
		}
		name = databaseName()
		err = createDatabase(server, name, from)
		if !hasCode(err, "3D000") {
			return name, err
		}
		t.forget(from) // another process has dropped it, after an hour
	}
	return "", fmt.Errorf("repotest: the template database for %d models vanishes again and again", len(models))
}

// sumOf returns a hash of the tables that models want. It runs no query.
func sumOf(server string, models []any) (string, error) {
	db, err := gormango.Open(context.Background(), gormango.Config{URL: server, Models: models, Lazy: true})
	if err != nil {
		return "", err
	}
	state, err := migrate.FromModels(db)
	if err := errors.Join(err, gormango.Close(db)); err != nil {
		return "", err
	}
	text, err := json.Marshal(state)
	if err != nil {
		return "", fmt.Errorf("repotest: write down the models: %w", err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8]), nil
}

// ensure returns the template's name. One process on the server makes it, and
// all others use it.
func (t *template) ensure(server string, models []any) (string, error) {
	t.Lock()
	defer t.Unlock()
	if t.name != "" {
		return t.name, nil
	}
	var name string
	err := onServer(server, func(ctx context.Context, conn *pgx.Conn) error {
		// A lock of the transaction ends with a killed process and works through a
		// pooler. The guarded work runs on other connections.
		tx, err := conn.Begin(ctx)
		if err != nil {
			return err
		}
		defer tx.Rollback(context.WithoutCancel(ctx))
		if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", databasePrefix+templateMark+t.sum); err != nil {
			return err
		}
		err = tx.QueryRow(ctx, "SELECT datname FROM pg_catalog.pg_database WHERE starts_with(datname, $1) AND right(datname, $2) = $3 ORDER BY datname DESC LIMIT 1",
			databasePrefix, len(templateMark+t.sum)+1, "_"+templateMark+t.sum).Scan(&name)
		if errors.Is(err, pgx.ErrNoRows) {
			name, err = t.make(ctx, server, models)
		}
		return err
	})
	if err != nil {
		return "", fmt.Errorf("repotest: make the template database: %w", err)
	}
	t.name = name
	return name, nil
}

// make creates the tables in a database of another name first, since a killed
// process must not leave half of them.
func (t *template) make(ctx context.Context, server string, models []any) (string, error) {
	draft, name := databaseName(), timedName(templateMark+t.sum)
	if err := createDatabase(server, draft, "template0"); err != nil {
		return "", err
	}
	url, err := withDatabase(server, draft)
	if err == nil {
		err = makeTables(ctx, url, models)
	}
	finish := []string{
		// A connection, such as autovacuum's or a pooler's, would prevent a copy.
		"ALTER DATABASE " + draft + " WITH ALLOW_CONNECTIONS false",
		"SELECT pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity WHERE datname = '" + draft + "' AND usename = current_user",
		"ALTER DATABASE " + draft + " RENAME TO " + name,
	}
	if err != nil {
		finish = []string{"DROP DATABASE IF EXISTS " + draft + " WITH (FORCE)"}
	}
	return name, errors.Join(err, onServer(server, func(ctx context.Context, conn *pgx.Conn) error {
		for _, statement := range finish {
			if _, err := conn.Exec(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	}))
}

// makeTables runs migrate.Auto on a connection of its own.
func makeTables(ctx context.Context, url string, models []any) error {
	db, err := gormango.Open(ctx, gormango.Config{URL: url, Models: models})
	if err != nil {
		return err
	}
	_, err = migrate.Auto(ctx, db)
	return errors.Join(err, gormango.Close(db))
}

// forget removes the name of a dropped template.
func (t *template) forget(name string) {
	t.Lock()
	defer t.Unlock()
	if t.name == name {
		t.name = ""
	}
}
