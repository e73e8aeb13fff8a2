package shop

import (
	"net/http"

	"github.com/gormango/gormango/example_app/store"
	"github.com/gormango/gormango/repo"
)

func (s *site) employeeRoutes(t routes) { t.handle("GET /employees", s.employeeTree) }

// employee is somebody with the customers that they support.
type employee struct {
	store.Employee
	Clients int64
}

// node is a place in the tree of who reports to whom.
type node struct {
	employee
	Team   []*node
	Circle bool // reports, by way of others, to somebody below
}

// employeeTree answers GET /employees.
func (s *site) employeeTree(w http.ResponseWriter, r *http.Request) error {
	all, err := repo.Into[employee](r.Context(), s.employees.Annotate("clients", repo.Count(repo.F("customers"))))
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, "employees.html", page{Title: "Employees", Section: "/employees", Data: tree(all)})
}

// tree puts everybody below whom they report to and gives those who are below
// nobody. Where people report to each other in a circle one of them is put
// above the others, so that everybody stands in the tree once.
func tree(all []employee) []*node {
	nodes := make(map[int64]*node, len(all))
	teams := map[int64][]*node{}
	var heads []*node
	for _, e := range all {
		n := &node{employee: e}
		nodes[e.ID] = n
		if e.ReportsToID == nil {
			heads = append(heads, n)
		} else {
			teams[*e.ReportsToID] = append(teams[*e.ReportsToID], n)
		}
	}
	placed := map[*node]bool{}
	place := func(head *node) {
		placed[head] = true
		for next := []*node{head}; len(next) > 0; next = next[1:] {
			for _, n := range teams[next[0].ID] {
				if !placed[n] {
					placed[n] = true
					next[0].Team = append(next[0].Team, n)
					next = append(next, n)
				}
			}
		}
	}
	for _, n := range heads {
		place(n)
	}
	for _, e := range all {
		if n := nodes[e.ID]; !placed[n] {
			// Up, until somebody comes a second time: they are in the circle.
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
