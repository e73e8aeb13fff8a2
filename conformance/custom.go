package main

import (
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repo/fn"
)

// The registrations and declarations of testdata/custom.py for Django. No other
// spec uses the names, since some specs expect that a name is unknown.
func init() {
	upper := func(e repo.Operand) repo.Expr { return fn.Upper(e) }
	repo.RegisterTransform(
		repo.TransformDef{Name: "own_length", On: repo.OnText, Func: fn.Length},
		repo.TransformDef{Name: "own_initial", On: repo.OnText, Func: func(e repo.Operand) repo.Expr { return fn.Upper(fn.Left(e, 1)) }},
		repo.TransformDef{Name: "own_folded", On: repo.OnText, Func: upper, Bilateral: true},
		repo.TransformDef{Name: "own_distance", On: repo.OnNumber, SQL: "ABS($1)", Bilateral: true},
		repo.TransformDef{Name: "own_mod7", On: repo.OnInt, SQL: "MOD($1, 7)"},
		repo.TransformDef{Name: "own_quarter_label", On: repo.OnDate, SQL: "'Q' || EXTRACT(QUARTER FROM $1)", Type: repo.TypeText},
	)
	repo.RegisterTransformFor[Book]("title", repo.TransformDef{Name: "own_shout", SQL: "$1 || '!'", Type: repo.TypeText})
	repo.RegisterLookup(
		repo.LookupDef{Name: "own_ne", On: repo.OnAny, SQL: "$1 <> $2"},
		repo.LookupDef{Name: "own_distinct_from", On: repo.OnAny, SQL: "$1 IS DISTINCT FROM $2", Nil: true},
		repo.LookupDef{Name: "own_one_of", On: repo.OnAny, SQL: "$1 = ANY($2)", List: true},
		repo.LookupDef{Name: "own_longer_than", On: repo.OnText, SQL: "LENGTH($1) > $2", Right: repo.TypeInt},
		repo.LookupDef{Name: "own_same_letters", On: repo.OnText, Func: func(l, r repo.Operand) repo.Expr { return fn.Lower(l).Eq(fn.Lower(r)) }},
		repo.LookupDef{Name: "own_near", On: repo.OnNumber, SQL: "$1 BETWEEN $2 - 1 AND $2 + 1"},
		repo.LookupDef{Name: "own_is_even", On: repo.OnInt, SQL: "(MOD($1, 2) = 0) = $2", Right: repo.TypeBool},
		repo.LookupDef{Name: "own_about", OnTransform: "own_length", SQL: "ABS($1 - $2) <= 3"},
		repo.LookupDef{Name: "exact", OnTransform: "own_initial", SQL: "$1 = UPPER($2)"},
	)
	repo.RegisterLookupFor[Book]("title", repo.LookupDef{Name: "own_begins_like", SQL: "LEFT($1, 2) = LEFT($2, 2)"})

	functions["Wrapped"] = repo.DefineFunc(repo.FuncDef{Name: "Wrapped", SQL: "'<' || $1 || '>'", Type: repo.TypeText})
	functions["Joined"] = repo.DefineFunc(repo.FuncDef{Name: "Joined", SQL: "CONCAT_WS('-', $*)", Type: repo.TypeText})
	for _, d := range []repo.AggregateDef{
		{Name: "HowMany", SQL: "COUNT([DISTINCT] $1)", Type: repo.TypeBigInt, Empty: 0},
		{Name: "Median", SQL: "PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY $1)", Type: repo.TypeFloat, NoWindow: true},
		{Name: "Squares", SQL: "SUM(POWER($1, 2))", Type: repo.TypeFloat},
	} {
		f := repo.DefineAggregate(d)
		aggregates[d.Name] = func(e repo.Operand) repo.Expr { return f(e) }
	}
}
