package migrate_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/migrate"
)

// What tables use comes before them, what uses them after. Tables may refer to
// each other.
func TestCreateAll(t *testing.T) {
	t.Parallel()
	state := company()
	state.Objects["function doubled"] = &migrate.SQLObject{Kind: "function", Name: "doubled", Create: `CREATE FUNCTION doubled(n bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT 2 * n'`}
	state.Objects["function a_quadrupled"] = &migrate.SQLObject{Kind: "function", Name: "a_quadrupled", Create: `CREATE FUNCTION a_quadrupled(n bigint) RETURNS bigint LANGUAGE sql IMMUTABLE RETURN doubled(doubled(n))`}
	customers := state.Tables["customers"]
	customers.Columns = append(customers.Columns, migrate.Column{Name: "twice", Type: "bigint", Generated: "a_quadrupled(balance::bigint)"}, migrate.Column{Name: "last_order", Type: "bigint"})
	customers.ForeignKeys = append(customers.ForeignKeys, migrate.ForeignKey{Name: "customers_last", Columns: []string{"last_order"}, Ref: "orders", RefColumns: []string{"id"}})
	db := setup(t)
	build(t, db, state)
	require.Subset(t, tables(t, db), []string{"customers", "orders", "events"})
	place := func(start string) int {
		return slices.IndexFunc(migrate.CreateAll(state), func(sql string) bool { return strings.HasPrefix(sql, start) })
	}
	require.Less(t, place("CREATE FUNCTION doubled"), place("CREATE FUNCTION a_quadrupled"))
	require.Less(t, place("CREATE TYPE"), place("CREATE TABLE"))
	require.Less(t, place("CREATE TABLE"), place("CREATE VIEW"))
	require.Less(t, place("CREATE FUNCTION stamp"), place("CREATE TRIGGER"))
}
