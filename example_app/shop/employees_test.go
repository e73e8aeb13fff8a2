package shop

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/gormango/gormango/example_app/store"
)

func TestEmployeeTree(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	a := s.page("/employees").sends(1).shows("Anna Berg General Manager", "Rita Silva Sales Support Agent 2 customers", "Daniel Okafor")
	require.Contains(t, strings.Join(strings.Fields(tags.ReplaceAllStringFunc(a.body, func(tag string) string {
		switch tag {
		case "<ul>", "</ul>", "<b dir=\"auto\">":
			return tag + " "
		}
		return " "
	})), " "), `<b dir="auto"> Anna Berg General Manager anna@store.example <ul> <b dir="auto"> Daniel Okafor Sales Manager daniel@store.example <ul> <b dir="auto"> Rita Silva`)

	// Employees in a circle are shown: Anna reports to Rita, who reports to Daniel,
	// who reports to Anna.
	require.NoError(t, s.db.Exec("UPDATE employees SET reports_to_id = 3 WHERE id = 1").Error)
	a = s.page("/employees").sends(1).shows("Anna Berg", "Rita Silva", "Daniel Okafor", "Reports indirectly to an employee below.")
	for _, name := range []string{"Anna Berg", "Rita Silva", "Daniel Okafor"} {
		require.Equal(t, 1, strings.Count(a.body, name), name)
	}
	require.NoError(t, s.db.Exec("UPDATE employees SET reports_to_id = id").Error)
	s.page("/employees").shows("Anna Berg", "Rita Silva", "Daniel Okafor")

	require.NoError(t, s.db.Exec("UPDATE customers SET support_rep_id = NULL").Error)
	require.NoError(t, s.db.Exec("DELETE FROM employees").Error)
	s.page("/employees").shows("There are no employees yet.")
}

func TestEmployeeChainIsLong(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	require.NoError(t, s.db.Exec(`INSERT INTO employees (id, last_name, first_name, reports_to_id)
		SELECT n, 'L' || n, 'F', CASE WHEN n = 100 THEN 1 ELSE n - 1 END FROM generate_series(100, 2099) n`).Error)
	s.page("/employees").sends(1).shows("F L100", "F L2099")
}

// Every employee is in the tree once, below their boss or, where a circle was
// cut, at its top.
func TestTree(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		bosses := rapid.SliceOfN(rapid.Int64Range(0, 8), 0, 8).Draw(t, "bosses")
		all := make([]employee, len(bosses))
		for i, boss := range bosses {
			all[i].Employee = store.Employee{LastName: fmt.Sprint(i + 1)}
			all[i].ID = int64(i + 1)
			if 0 < boss && boss <= int64(len(bosses)) {
				all[i].ReportsToID = &boss
			}
		}
		seen := map[int64]bool{}
		var look func(nodes []*node, boss int64)
		look = func(nodes []*node, boss int64) {
			for _, n := range nodes {
				require.False(t, seen[n.ID], "%d stands twice", n.ID)
				seen[n.ID] = true
				switch {
				case boss != 0:
					require.Equal(t, boss, *n.ReportsToID)
				case n.ReportsToID != nil:
					require.True(t, n.Circle)
					require.True(t, reports(all, n.ID, n.ID), "%d is in no circle", n.ID)
				}
				look(n.Team, n.ID)
			}
		}
		look(tree(all), 0)
		require.Len(t, seen, len(all))
	})
}

// reports reports whether a is anywhere below b.
func reports(all []employee, a, b int64) bool {
	for range all {
		boss := all[a-1].ReportsToID
		if boss == nil {
			return false
		}
		if a = *boss; a == b {
			return true
		}
	}
	return false
}
