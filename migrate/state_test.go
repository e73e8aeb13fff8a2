package migrate_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/migrate"
)

func TestStateOrdered(t *testing.T) {
	t.Parallel()
	s := &migrate.State{Tables: map[string]*migrate.Table{}}
	add := func(name string, refs ...string) {
		table := &migrate.Table{Name: name}
		for _, r := range refs {
			table.ForeignKeys = append(table.ForeignKeys, migrate.ForeignKey{Ref: r})
		}
		s.Tables[name] = table
	}
	add("a", "c", "b")
	add("b", "b")
	add("c", "d")
	add("d", "c", "elsewhere")
	add("e")
	var order []string
	for _, table := range s.Ordered() {
		order = append(order, table.Name)
	}
	require.Equal(t, []string{"b", "d", "c", "a", "e"}, order)
}
