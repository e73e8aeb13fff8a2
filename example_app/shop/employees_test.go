package shop

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

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

// A chain of any length costs a page of bounded length and depth.
func TestEmployeeChainIsLong(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	insert := func(from, to int) {
		require.NoError(t, s.db.Exec(`INSERT INTO employees (id, last_name, first_name, reports_to_id)
			SELECT n, 'L' || n, 'F', CASE WHEN n = 1000 THEN 1 ELSE n - 1 END FROM generate_series(?::int, ?::int) n`, from, to).Error)
	}
	insert(1000, 1996)
	depth := func(body string) (deepest int) {
		open := 0
		for _, tag := range regexp.MustCompile(`</?ul`).FindAllString(body, -1) {
			if open++; tag == "</ul" {
				open -= 2
			}
			deepest = max(deepest, open)
		}
		return deepest
	}
	a := s.page("/employees").sends(1).shows("F L1000", "F L1996", "Reports to employee 1018, who is not above.").hides("There are more employees")
	require.LessOrEqual(t, depth(a.body), maxDepth+1)
	insert(1997, 102_000)
	begin := time.Now()
	a = s.page("/employees").sends(1).shows("There are more employees: these are the first 1000.", "who is not above")
	require.Equal(t, maxEmployees, strings.Count(a.body, `<div class="person">`))
	require.LessOrEqual(t, depth(a.body), maxDepth+1)
	require.Less(t, time.Since(begin), 20*time.Second)
}

// Every employee is in the tree once, below their boss or, where a circle was
// cut, the boss is missing or the tree too deep, at its top.
func TestTree(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		// Most report to the one before, so that the tree is deep.
		n := rapid.Int64Range(0, 3*maxDepth).Draw(t, "n")
		bosses := make([]int64, n)
		for i := range bosses {
			if bosses[i] = int64(i); rapid.IntRange(0, 9).Draw(t, "jumps") == 0 {
				bosses[i] = rapid.Int64Range(0, n+1).Draw(t, "boss") // n+1 is not there
			}
		}
		all := make([]employee, len(bosses))
		for i, boss := range bosses {
			all[i].Employee = store.Employee{LastName: fmt.Sprint(i + 1)}
			all[i].ID = int64(i + 1)
			if 0 < boss {
				all[i].ReportsToID = &boss
			}
		}
		seen := map[int64]bool{}
		var look func(nodes []*node, boss int64, depth int)
		look = func(nodes []*node, boss int64, depth int) {
			require.LessOrEqual(t, depth, maxDepth)
			for _, n := range nodes {
				require.False(t, seen[n.ID], "%d stands twice", n.ID)
				seen[n.ID] = true
				switch {
				case boss != 0:
					require.Equal(t, boss, *n.ReportsToID)
					require.False(t, n.Apart || n.Circle)
				case n.ReportsToID != nil && !n.Apart:
					require.True(t, n.Circle)
					require.True(t, reports(all, n.ID, n.ID), "%d is in no circle", n.ID)
				}
				look(n.Team, n.ID, depth+1)
			}
		}
		look(tree(all), 0, 0)
		require.Len(t, seen, len(all))
	})
}

// reports reports whether a is anywhere below b.
func reports(all []employee, a, b int64) bool {
	for range all {
		boss := all[a-1].ReportsToID
		if boss == nil || *boss > int64(len(all)) {
			return false
		}
		if a = *boss; a == b {
			return true
		}
	}
	return false
}
