package fn

import "github.com/gormango/gormango/repo"

// The functions of this file use the rows in which neither y nor x is NULL. y
// is the first argument. Without such rows the result is NULL, except that of
// RegrCount.

// Corr returns the correlation of y and x, from -1 to 1.
func Corr(y, x repo.Operand) repo.Expr { return agg("CORR", float, y, x) }

// CovarPop returns the covariance of y and x over the rows as the population.
func CovarPop(y, x repo.Operand) repo.Expr { return agg("COVAR_POP", float, y, x) }

// CovarSamp returns the covariance of y and x over the rows as a sample,
// Django's CovarPop with sample.
func CovarSamp(y, x repo.Operand) repo.Expr { return agg("COVAR_SAMP", float, y, x) }

// RegrAvgX returns the average of x.
func RegrAvgX(y, x repo.Operand) repo.Expr { return agg("REGR_AVGX", float, y, x) }

// RegrAvgY returns the average of y.
func RegrAvgY(y, x repo.Operand) repo.Expr { return agg("REGR_AVGY", float, y, x) }

// RegrCount returns the number of rows, which may be 0.
func RegrCount(y, x repo.Operand) repo.Expr {
	e := agg("REGR_COUNT", integer, y, x)
	node(e).Empty = int64(0)
	return e
}

// RegrIntercept returns the intercept of the least-squares line.
func RegrIntercept(y, x repo.Operand) repo.Expr { return agg("REGR_INTERCEPT", float, y, x) }

// RegrR2 returns the square of the correlation.
func RegrR2(y, x repo.Operand) repo.Expr { return agg("REGR_R2", float, y, x) }

// RegrSlope returns the slope of the least-squares line.
func RegrSlope(y, x repo.Operand) repo.Expr { return agg("REGR_SLOPE", float, y, x) }

// RegrSXX returns the sum of the squares of x around its average.
func RegrSXX(y, x repo.Operand) repo.Expr { return agg("REGR_SXX", float, y, x) }

// RegrSXY returns the sum of the products of x and y around their averages.
func RegrSXY(y, x repo.Operand) repo.Expr { return agg("REGR_SXY", float, y, x) }

// RegrSYY returns the sum of the squares of y around its average.
func RegrSYY(y, x repo.Operand) repo.Expr { return agg("REGR_SYY", float, y, x) }
