package fn

import (
	"github.com/gormango/gormango/repo"
)

// RowNumber is the number of a row in its window, from 1 on. Window functions
// stand in repo.Window.
func RowNumber() repo.Expr { return call("ROW_NUMBER", integer) }

// Rank is the place of a row in the order of its window, equal rows sharing one
// and leaving places out behind them.
func Rank() repo.Expr { return call("RANK", integer) }

// DenseRank is Rank without places left out.
func DenseRank() repo.Expr { return call("DENSE_RANK", integer) }

// PercentRank is the part of the other rows that come before the row, from 0 to
// 1.
func PercentRank() repo.Expr { return call("PERCENT_RANK", float) }

// CumeDist is the part of the rows that do not come behind the row, above 0 up
// to 1.
func CumeDist() repo.Expr { return call("CUME_DIST", float) }

// Ntile deals the rows of the window into as many buckets and says which one
// the row is in, from 1 on.
func Ntile(buckets int) repo.Expr {
	if err := least("Ntile", "the number of buckets", buckets, 1); err != nil {
		return wrong("%w", err)
	}
	return call("NTILE", integer, buckets)
}

// Lag is e of the row offset rows before in the window's order, 1 or more;
// NULL, or other, where there is none.
func Lag(e repo.Operand, offset int, other ...any) repo.Expr {
	return shifted("Lag", "LAG", e, offset, other)
}

// Lead is e of the row offset rows behind in the window's order, 1 or more;
// NULL, or other, where there is none.
func Lead(e repo.Operand, offset int, other ...any) repo.Expr {
	return shifted("Lead", "LEAD", e, offset, other)
}

func shifted(name, sql string, e repo.Operand, offset int, other []any) repo.Expr {
	if err := least(name, "the offset", offset, 1); err != nil {
		return wrong("%w", err)
	}
	if len(other) > 1 {
		return wrong("%s takes one value for rows that are not there", name)
	}
	return settled(sql, first, append([]any{e, offset}, other...)...)
}

// FirstValue is e of the first row of the window's frame.
func FirstValue(e repo.Operand) repo.Expr { return settled("FIRST_VALUE", first, e) }

// LastValue is e of the last row of the window's frame, which in an order is
// the row itself unless Rows or Range say otherwise.
func LastValue(e repo.Operand) repo.Expr { return settled("LAST_VALUE", first, e) }

// NthValue is e of the nth row of the window's frame, from 1 on; NULL where it
// has fewer.
func NthValue(e repo.Operand, nth int) repo.Expr {
	if err := least("NthValue", "nth", nth, 1); err != nil {
		return wrong("%w", err)
	}
	return settled("NTH_VALUE", first, e, nth)
}
