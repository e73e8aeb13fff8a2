package repo

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/gormango/gormango/internal/query"
)

// The open ends of a window's frame, for Rows and Range.
const (
	UnboundedPreceding = math.MinInt
	UnboundedFollowing = math.MaxInt
)

// Exclusion is the rows that a window's frame leaves out.
type Exclusion string

// The rows that a window's frame leaves out: the row itself, the row and its
// equals in the order, its equals only.
const (
	CurrentRow Exclusion = "CURRENT ROW"
	Group      Exclusion = "GROUP"
	Ties       Exclusion = "TIES"
	NoOthers   Exclusion = "NO OTHERS"
)

// WindowExpr is an expression made by Window.
type WindowExpr struct{ Expr }

// windowFuncs are the functions beside the aggregates that Window takes.
var windowFuncs = []string{"ROW_NUMBER", "RANK", "DENSE_RANK", "PERCENT_RANK", "CUME_DIST", "NTILE", "LAG", "LEAD", "FIRST_VALUE", "LAST_VALUE", "NTH_VALUE"}

// isWindowFunc reports whether Window takes a function.
func isWindowFunc(n *query.Expr) bool {
	if n.Kind == query.Func && n.Template != nil {
		return n.Template.Window
	}
	return n.Agg || n.Kind == query.Func && slices.Contains(windowFuncs, n.Name)
}

// Window computes an aggregate, or a window function of package fn, over rows
// around each row, Django's Window:
//
//	repo.Window(fn.Rank()).PartitionBy(repo.F("author")).OrderBy(repo.F("price").Desc())
//
// A condition on it filters in an outer query, after the window is computed.
func Window(e Operand) WindowExpr {
	n := exprOf(e).n
	if n == nil {
		n = &query.Expr{}
	}
	if n.Err == nil && !isWindowFunc(n) {
		n = &query.Expr{Err: errors.New("a window is laid over an aggregate or a window function (fn.Rank, fn.Lag …), one that is declared for it among them")}
	}
	return WindowExpr{Expr{&query.Expr{Kind: query.Over, Args: []*query.Expr{n}, Window: &query.Window{}, Err: n.Err}}}
}

// edit returns w changed by fn.
func (w WindowExpr) edit(fn func(*query.Expr, *query.Window)) WindowExpr {
	if w.n == nil {
		return WindowExpr{errExpr(errors.New("an empty window (make one with Window)"))}
	}
	if w.n.Window == nil {
		return w
	}
	n, win := *w.n, *w.n.Window
	fn(&n, &win)
	n.Window = &win
	return WindowExpr{Expr{&n}}
}

// PartitionBy limits the rows that a row sees to those with the same values.
func (w WindowExpr) PartitionBy(es ...Operand) WindowExpr {
	return w.edit(func(_ *query.Expr, win *query.Window) {
		win.Partition = nil
		for _, e := range es {
			win.Partition = append(win.Partition, exprOf(e).n)
		}
	})
}

// OrderBy sorts the rows that a row sees. With an order, and no frame, a row
// sees those before it and its equals.
func (w WindowExpr) OrderBy(terms ...Term) WindowExpr {
	return w.edit(func(n *query.Expr, _ *query.Window) { n.Order, n.Err = orderOf(terms, n.Err) })
}

// orderOf returns the terms of an order inside an expression.
func orderOf(terms []Term, err error) ([]query.Order, error) {
	out := make([]query.Order, len(terms))
	for i, t := range terms {
		if t.o.Random {
			return nil, errors.New("Random orders rows, not what an expression sees")
		}
		out[i] = t.o
	}
	return out, err
}

// Rows frames the rows that a row sees by their number: Rows(-2, 0) are the two
// before it and itself. UnboundedPreceding and UnboundedFollowing are all of
// them.
func (w WindowExpr) Rows(start, end int) WindowExpr {
	return w.withFrame(false, start, end, start > end)
}

// Range frames the rows by the values that the order compares: 0 is every row
// that is equal in it. Only it and the unbounded ends are possible, as in
// Django on PostgreSQL.
func (w WindowExpr) Range(start, end int) WindowExpr {
	ok := (start == 0 || start == UnboundedPreceding) && (end == 0 || end == UnboundedFollowing)
	return w.withFrame(true, start, end, !ok)
}

// withFrame returns w with a frame, which is invalid if bad is set.
func (w WindowExpr) withFrame(byRange bool, start, end int, bad bool) WindowExpr {
	return w.edit(func(n *query.Expr, win *query.Window) {
		if bad || start == UnboundedFollowing || end == UnboundedPreceding {
			n.Err = fmt.Errorf("a frame from %d to %d: it starts before it ends, and a Range takes 0, UnboundedPreceding and UnboundedFollowing only", start, end)
			return
		}
		f := query.Frame{Range: byRange}
		if win.Frame != nil {
			f.Exclude = win.Frame.Exclude
		}
		if start != UnboundedPreceding {
			f.Start = &start
		}
		if end != UnboundedFollowing {
			f.End = &end
		}
		win.Frame = &f
	})
}

// Exclude leaves rows out of the frame that Rows or Range has set.
func (w WindowExpr) Exclude(what Exclusion) WindowExpr {
	return w.edit(func(n *query.Expr, win *query.Window) {
		switch {
		case win.Frame == nil:
			n.Err = errors.New("Exclude needs a frame (call it after Rows or Range)")
		case !slices.Contains([]Exclusion{CurrentRow, Group, Ties, NoOthers}, what):
			n.Err = fmt.Errorf("%q is no exclusion of a frame (use repo.CurrentRow, Group, Ties or NoOthers)", what)
		default:
			f := *win.Frame
			f.Exclude = string(what)
			win.Frame = &f
		}
	})
}
