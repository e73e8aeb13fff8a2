package shop

import (
	"net/http"

	"github.com/gormango/gormango/example_app/store"
	"github.com/gormango/gormango/repo"
)

func (s *site) employeeRoutes(t routes) { t.handle("GET /employees", s.employeeTree) }

// employee is an employee with the number of supported customers.
type employee struct {
	store.Employee
	Clients int64
}

// node is an employee in the tree of reports.
type node struct {
	employee
	Team   []*node
	Circle bool // reports, by way of others, to an employee below
	Apart  bool // reports to an employee who stands elsewhere on the page, or not on it

	depth int // the number of those above
}

// The page has at most maxEmployees employees, and at most maxDepth of them
// above each other.
const (
	maxEmployees = 1000
	maxDepth     = 20
)

// employeeTree answers GET /employees.
func (s *site) employeeTree(w http.ResponseWriter, r *http.Request) error {
	all, err := repo.Into[employee](r.Context(),
		s.employees.Annotate("clients", repo.Count(repo.F("customers"))).Limit(maxEmployees+1))
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, "employees.html", page{Title: "Employees", Section: "/employees", Data: struct {
		Heads []*node
		Most  int // employees that are shown if there are more, else 0
	}{tree(all[:min(len(all), maxEmployees)]), len(all) / (maxEmployees + 1) * maxEmployees}})
}

// tree places every employee below the one they report to and returns those at
// the top. If employees report to each other in a circle, one of them is placed
// above the others, so that everyone is in the tree once. Who would stand too
// deep in the tree, or below someone who is not there, stands at the top.
func tree(all []employee) []*node {
	nodes := make(map[int64]*node, len(all))
	teams := map[int64][]*node{}
	var heads []*node
	for _, e := range all {
		nodes[e.ID] = &node{employee: e}
	}
	for _, e := range all {
		n := nodes[e.ID]
		if e.ReportsToID != nil && nodes[*e.ReportsToID] != nil {
			teams[*e.ReportsToID] = append(teams[*e.ReportsToID], n)
			continue
		}
		n.Apart = e.ReportsToID != nil
		heads = append(heads, n)
	}
	placed := map[*node]bool{}
	place := func(head *node) {
		placed[head] = true
		for next := []*node{head}; len(next) > 0; next = next[1:] {
			for _, n := range teams[next[0].ID] {
				if placed[n] {
					continue
				}
				placed[n] = true
				next = append(next, n)
				if n.depth = next[0].depth + 1; n.depth < maxDepth {
					next[0].Team = append(next[0].Team, n)
				} else {
					n.depth, n.Apart = 0, true
					heads = append(heads, n)
				}
			}
		}
	}
	for _, n := range heads {
		place(n)
	}
	for _, e := range all {
		if n := nodes[e.ID]; !placed[n] {
			// Go up until an employee appears twice, who is in the circle.
			for seen := map[*node]bool{}; !seen[n]; n = nodes[*n.ReportsToID] {
				seen[n] = true
			}
			n.Circle = true
			heads = append(heads, n)
			place(n)
		}
	}
	return heads
}
