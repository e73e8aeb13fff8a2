package checks_test

import (
	"fmt"

	"github.com/gormango/gormango/checks"
	"github.com/gormango/gormango/models"
)

type Bill struct {
	models.AutoKey
	Price float64
}

func ExampleModels() {
	for _, f := range checks.Models(&Bill{}) {
		fmt.Println(f)
	}
	// Output:
	// warning fields.W103: Bill.price: sums of money in a float64 lose cents (use decimal.Decimal with type:numeric(12,2), or count cents)
}
