package fn_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repo/fn"
	"github.com/gormango/gormango/repotest"
)

// Sale is the model of the examples.
type Sale struct {
	ID    int64 `gorm:"primaryKey"`
	Shop  string
	Euros int64
	At    time.Time
}

// exampleTB provides a database for an example as for a test.
type exampleTB struct {
	testing.TB
	cleanups []func()
}

func (e *exampleTB) Helper()                      {}
func (e *exampleTB) Cleanup(fn func())            { e.cleanups = append(e.cleanups, fn) }
func (e *exampleTB) Errorf(f string, args ...any) { fmt.Printf(f, args...) }
func (e *exampleTB) Fatal(args ...any)            { panic(fmt.Sprint(args...)) }
func (e *exampleTB) Fatalf(f string, args ...any) { panic(fmt.Sprintf(f, args...)) }
func (e *exampleTB) FailNow()                     { panic("the example failed") }

func openSales() (context.Context, *repo.Repository[Sale], func()) {
	tb := &exampleTB{}
	ctx, sales := context.Background(), repo.New[Sale](repotest.Open(tb, &Sale{}))
	at := func(month time.Month, day int) time.Time { return time.Date(2026, month, day, 12, 0, 0, 0, time.UTC) }
	err := sales.Create(ctx, &Sale{Shop: "north", Euros: 10, At: at(1, 5)}, &Sale{Shop: "south", Euros: 40, At: at(1, 20)},
		&Sale{Shop: "north", Euros: 25, At: at(2, 3)}, &Sale{Shop: "south", Euros: 5, At: at(2, 4)})
	if err != nil {
		panic(err)
	}
	return ctx, sales, func() {
		for i := len(tb.cleanups) - 1; i >= 0; i-- {
			tb.cleanups[i]()
		}
	}
}

// Sales by month in the time zone of the business.
func ExampleTruncMonth() {
	ctx, sales, done := openSales()
	defer done()

	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	months, err := repo.Values[struct {
		Month time.Time
		Total int64
	}](ctx, sales.Annotate("month", fn.TruncMonth(repo.F("at"), fn.In(berlin))).GroupBy("month").Annotate("total", repo.Sum(repo.F("euros"))).OrderBy("month"))
	for _, m := range months {
		fmt.Println(m.Month.In(berlin).Format("2006-01"), m.Total)
	}
	fmt.Println(err)
	// Output:
	// 2026-01 50
	// 2026-02 30
	// <nil>
}

// The best sale of each shop by a condition on a window function.
func ExampleRank() {
	ctx, sales, done := openSales()
	defer done()

	best, err := sales.Annotate("place", repo.Window(fn.Rank()).PartitionBy(repo.F("shop")).OrderBy(repo.F("euros").Desc())).
		Filter("place", 1).OrderBy("shop").All(ctx)
	for _, s := range best {
		fmt.Println(s.Shop, s.Euros)
	}
	fmt.Println(err)
	// Output:
	// north 25
	// south 40
	// <nil>
}

// The sales of a group as one text, sorted.
func ExampleStringAgg() {
	ctx, sales, done := openSales()
	defer done()

	shops, err := repo.Values[map[string]any](ctx, sales.GroupBy("shop").
		Annotate("all", fn.StringAgg(repo.Cast(repo.F("euros"), repo.TypeText), ", ").OrderBy(repo.F("at").Desc())).OrderBy("shop"))
	for _, s := range shops {
		fmt.Println(s["shop"], s["all"])
	}
	fmt.Println(err)
	// Output:
	// north 25, 10
	// south 5, 40
	// <nil>
}

// Texts that match a search, the best first.
func ExampleSearchRank() {
	ctx, sales, done := openSales()
	defer done()

	vector := fn.SearchVector(repo.F("shop")).Config("english")
	query := fn.SearchQuery("north -west").WebSearch().Config("english")
	n, err := sales.Annotate("v", vector).Filter("v", query).OrderByExpr(fn.SearchRank(vector, query).Desc()).Count(ctx)
	fmt.Println(n, err)
	// Output: 2 <nil>
}

// A mistake is an error of the chain.
func ExampleLeft() {
	_, sales, done := openSales()
	defer done()

	err := sales.Annotate("x", fn.Left(repo.F("shop"), 0)).Err()
	fmt.Println(err != nil)
	// Output: true
}
