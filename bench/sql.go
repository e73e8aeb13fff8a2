package main

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
)

// The statements of the peers that are written by hand.
const (
	itemList  = "id, " + itemColumns
	taskList  = "id, owner_id, title, position, done, due_at"
	ownerList = "id, name, city, made_at"

	sqlOne     = "SELECT " + itemList + " FROM items WHERE id = $1"
	sqlList    = "SELECT " + itemList + " FROM items ORDER BY id LIMIT $1"
	sqlWide    = "SELECT * FROM wides ORDER BY id LIMIT $1"
	sqlJoin    = "SELECT t.id, t.owner_id, t.title, t.position, t.done, t.due_at FROM tasks t JOIN owners o ON o.id = t.owner_id WHERE o.city = $1 ORDER BY t.id"
	sqlRelated = "SELECT t.id, t.owner_id, t.title, t.position, t.done, t.due_at, o.id, o.name, o.city, o.made_at FROM tasks t JOIN owners o ON o.id = t.owner_id ORDER BY t.id LIMIT $1"
	// sqlRelatedNamed names the owner's columns for scanners that go by names.
	sqlRelatedNamed = `SELECT t.id, t.owner_id, t.title, t.position, t.done, t.due_at, o.id AS "owner.id", o.name AS "owner.name", o.city AS "owner.city", o.made_at AS "owner.made_at" FROM tasks t JOIN owners o ON o.id = t.owner_id ORDER BY t.id LIMIT $1`
	sqlOwners       = "SELECT " + ownerList + " FROM owners ORDER BY id LIMIT $1"
	sqlChildren     = "SELECT " + taskList + " FROM tasks WHERE owner_id = ANY($1)"
	sqlCount        = "SELECT count(*) FROM owners WHERE city = $1"
	sqlExists       = "SELECT EXISTS (SELECT 1 FROM owners WHERE city = $1)"
	sqlGroups       = "SELECT stock, count(*) AS n, sum(price) AS total, max(made_at) AS newest FROM items WHERE id <= $1 GROUP BY stock ORDER BY stock"

	sqlInsert     = "INSERT INTO entries (" + itemColumns + ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id"
	sqlUpdate     = "UPDATE entries SET name = $1, stock = $2 WHERE id = $3"
	sqlBulkUpdate = "UPDATE entries e SET name = v.name, stock = v.stock FROM unnest($1::bigint[], $2::text[], $3::integer[]) AS v (id, name, stock) WHERE e.id = v.id"
	sqlOnConflict = " ON CONFLICT (code) DO UPDATE SET name = EXCLUDED.name, stock = EXCLUDED.stock, price = EXCLUDED.price"
	sqlDelete     = "DELETE FROM entries WHERE id = $1"
	sqlEntry      = "SELECT " + itemList + " FROM entries WHERE id = $1"
	sqlByCode     = "SELECT " + itemList + " FROM entries WHERE code = $1"
)

// batchSize is the number of entries of an INSERT with a parameter for each
// value: PostgreSQL allows 65,535 parameters.
const batchSize = 1000

// fields returns the places of the columns, in the order of itemList.
func (it *Item) fields() []any {
	return []any{&it.ID, &it.Name, &it.Code, &it.Stock, &it.Price, &it.Active, &it.Note, &it.Token, &it.MadeAt, &it.SoldAt}
}

// values returns the columns without the key, in the order of itemColumns.
func (e *Entry) values() []any {
	return []any{e.Name, e.Code, e.Stock, e.Price, e.Active, e.Note, e.Token, e.MadeAt, e.SoldAt}
}

// multiValuesTexts keeps what multiValues has made, by the number of rows and
// the clause.
var multiValuesTexts sync.Map

// multiValues returns an INSERT of n rows with a parameter for each value.
func multiValues(n int, conflict string) string {
	type key struct {
		n        int
		conflict string
	}
	if text, ok := multiValuesTexts.Load(key{n, conflict}); ok {
		return text.(string)
	}
	var b strings.Builder
	b.WriteString("INSERT INTO entries (" + itemColumns + ") VALUES ")
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "($%d, $%d, $%d, $%d, $%d, $%d, $%d, $%d, $%d)", 9*i+1, 9*i+2, 9*i+3, 9*i+4, 9*i+5, 9*i+6, 9*i+7, 9*i+8, 9*i+9)
	}
	b.WriteString(conflict + " RETURNING id")
	multiValuesTexts.Store(key{n, conflict}, b.String())
	return b.String()
}

// multiValueArgs returns the parameters of multiValues.
func multiValueArgs(es []*Entry) []any {
	args := make([]any, 0, 9*len(es))
	for _, e := range es {
		args = append(args, e.Name, e.Code, e.Stock, e.Price, e.Active, e.Note, e.Token, e.MadeAt, e.SoldAt)
	}
	return args
}

// newEntry returns a new entry, number i of those that a case writes.
func newEntry(i int) *Entry {
	e := &Entry{
		Name: fmt.Sprintf("entry %d", i), Code: fmt.Sprintf("code-%d", i), Stock: int32(i % 90), Price: float64(i) / 4, Active: i%3 == 0,
		Token: uuid.UUID{byte(i), byte(i >> 8), byte(i >> 16), 3: 1}, MadeAt: time.Date(2026, 3, 1, 0, 0, i, 0, time.UTC),
	}
	if i%3 > 0 {
		note := "a note about it"
		e.Note = &note
	}
	if i%2 == 0 {
		sold := e.MadeAt.Add(time.Hour)
		e.SoldAt = &sold
	}
	return e
}

// newEntries returns n new entries from number first on.
func newEntries(first, n int) []*Entry {
	es := make([]*Entry, n)
	for i := range es {
		es[i] = newEntry(first + i)
	}
	return es
}
