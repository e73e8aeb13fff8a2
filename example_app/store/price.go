package store

import (
	"github.com/shopspring/decimal"

	"github.com/gormango/gormango/models"
)

// Price is an amount of money from 0 to 99999999.99. It is a numeric(10,2) in
// the database and a text with two decimal places in JSON ("0.99"). JSON
// numbers are accepted too.
type Price struct{ decimal.Decimal }

// GormDataType returns the column's type.
func (Price) GormDataType() string { return "numeric(10,2)" }

// MarshalJSON returns the amount as a text with two decimal places.
func (p Price) MarshalJSON() ([]byte, error) { return []byte(`"` + p.StringFixed(2) + `"`), nil }

// Times returns the price of n pieces.
func (p Price) Times(n int64) Price { return Price{p.Mul(decimal.NewFromInt(n))} }

// Plus returns the sum of two prices.
func (p Price) Plus(other Price) Price { return Price{p.Add(other.Decimal)} }

var priceLimit = decimal.New(1, 8)

// storable reports whether the column holds the amount exactly.
func (p Price) storable() bool {
	return !p.IsNegative() && p.LessThan(priceLimit) && p.Equal(p.Truncate(2))
}

func checkPrice(name string, p Price) models.Check {
	return models.Value(name, p).Must(Price.storable, "Enter an amount from 0 to 99999999.99 with at most two decimal places.")
}
