package fn

import "github.com/gormango/gormango/repo"

// The functions of this file are over the rows where y and x both are not NULL;
// y comes first. No such rows are NULL, but for RegrCount.

// Corr is the correlation of y and x, from -1 to 1.
func Corr(y, x repo.Operand) repo.Expr { return agg("CORR", float, y, x) }

// CovarPop is the covariance of y and x over the rows as the whole population.
func CovarPop(y, x repo.Operand) repo.Expr { return agg("COVAR_POP", float, y, x) }

// CovarSamp is the covariance of y and x over the rows as a sample, Django's
// CovarPop with sample.
func CovarSamp(y, x repo.Operand) repo.Expr { return agg("COVAR_SAMP", float, y, x) }

// RegrAvgX is the average of x.
func RegrAvgX(y, x repo.Operand) repo.Expr { return agg("REGR_AVGX", float, y, x) }

// RegrAvgY is the average of y.
func RegrAvgY(y, x repo.Operand) repo.Expr { return agg("REGR_AVGY", float, y, x) }

// RegrCount is the number of rows; none are 0.
func RegrCount(y, x repo.Operand) repo.Expr {
	e := agg("REGR_COUNT", integer, y, x)
	node(e).Empty = int64(0)
	return e
}

// RegrIntercept is where the line of least squares meets x = 0.
func RegrIntercept(y, x repo.Operand) repo.Expr { return agg("REGR_INTERCEPT", float, y, x) }

// RegrR2 is the square of the correlation.
func RegrR2(y, x repo.Operand) repo.Expr { return agg("REGR_R2", float, y, x) }

// RegrSlope is the slope of the line of least squares.
func RegrSlope(y, x repo.Operand) repo.Expr { return agg("REGR_SLOPE", float, y, x) }

// RegrSXX is the sum of the squares of x, around its average.
func RegrSXX(y, x repo.Operand) repo.Expr { return agg("REGR_SXX", float, y, x) }

// RegrSXY is the sum of the products of x and y, around their averages.
func RegrSXY(y, x repo.Operand) repo.Expr { return agg("REGR_SXY", float, y, x) }

// RegrSYY is the sum of the squares of y, around its average.
func RegrSYY(y, x repo.Operand) repo.Expr { return agg("REGR_SYY", float, y, x) }
