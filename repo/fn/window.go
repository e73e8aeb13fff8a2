package fn

import (
	"github.com/gormango/gormango/repo"
)

// RowNumber returns the number of a row in its window, from 1. Window functions
// must be in repo.Window.
func RowNumber() repo.Expr { return call("ROW_NUMBER", integer) }

// Rank returns the rank of a row in the order of its window, with gaps after
// equal rows.
func Rank() repo.Expr { return call("RANK", integer) }

// DenseRank returns the rank of a row without gaps.
func DenseRank() repo.Expr { return call("DENSE_RANK", integer) }

// PercentRank returns the fraction of the other rows that come before the row,
// from 0 to 1.
func PercentRank() repo.Expr { return call("PERCENT_RANK", float) }

// CumeDist returns the fraction of the rows up to the row and its equals, above
// 0 up to 1.
func CumeDist() repo.Expr { return call("CUME_DIST", float) }

// Ntile divides the window's rows into buckets and returns the number of the
// row's bucket, from 1.
func Ntile(buckets int) repo.Expr {
	if err := checkMin("Ntile", "the number of buckets", buckets, 1); err != nil {
		return invalid("%w", err)
	}
	return call("NTILE", integer, buckets)
}

// Lag returns e of the row offset rows before, 1 or more, in the window's
// order. If there is no such row, it returns other or NULL.
func Lag(e repo.Operand, offset int, other ...any) repo.Expr {
	return shifted("Lag", "LAG", e, offset, other)
}

// Lead returns e of the row offset rows after, 1 or more, in the window's
// order. If there is no such row, it returns other or NULL.
func Lead(e repo.Operand, offset int, other ...any) repo.Expr {
	return shifted("Lead", "LEAD", e, offset, other)
}

func shifted(name, sql string, e repo.Operand, offset int, other []any) repo.Expr {
	if err := checkMin(name, "the offset", offset, 1); err != nil {
		return invalid("%w", err)
	}
	if len(other) > 1 {
		return invalid("%s takes one value for rows that are not there", name)
	}
	return callTyped(sql, first, append([]any{e, offset}, other...)...)
}

// FirstValue returns e of the first row of the window's frame.
func FirstValue(e repo.Operand) repo.Expr { return callTyped("FIRST_VALUE", first, e) }

// LastValue returns e of the last row of the window's frame. In an order that
// is the row itself unless Rows or Range set another frame.
func LastValue(e repo.Operand) repo.Expr { return callTyped("LAST_VALUE", first, e) }

// NthValue returns e of the nth row of the window's frame, from 1, or NULL if
// the frame has fewer rows.
func NthValue(e repo.Operand, nth int) repo.Expr {
	if err := checkMin("NthValue", "nth", nth, 1); err != nil {
		return invalid("%w", err)
	}
	return callTyped("NTH_VALUE", first, e, nth)
}
