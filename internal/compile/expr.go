package compile

import (
	"time"

	"github.com/shopspring/decimal"

	"github.com/gormango/gormango/internal/query"
)

// expr writes an expression. The joins of its columns are there already where
// it stands in a condition; an assignment has none.
func (b *builder) expr(e *query.Expr) {
	switch e.Kind {
	case query.Ref:
		at, _ := b.joinPath(e.Column.Path)
		b.column(at, e.Column.Field)
	case query.Const:
		b.arg(e.Value)
		// Beside a column of another type the server would take the
		// parameter for that type: 1.5 beside an integer.
		switch v := e.Value.(type) {
		case int64:
			if v == int64(int32(v)) {
				b.str("::int4")
			} else {
				b.str("::int8")
			}
		case float64:
			b.str("::float8")
		case decimal.Decimal:
			b.str("::numeric")
		case time.Duration:
			b.str("::interval")
		}
	case query.Arith:
		b.operand(e.Left)
		b.buf = append(b.buf, ' ', e.Op, ' ')
		b.operand(e.Right)
	}
}

func (b *builder) operand(e *query.Expr) {
	if e.Kind == query.Arith {
		b.str("(")
		b.expr(e)
		b.str(")")
		return
	}
	b.expr(e)
}
