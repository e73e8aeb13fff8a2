package store

import (
	"github.com/shopspring/decimal"

	"github.com/gormango/gormango/models"
)

// Price is an amount of money from 0 to 99999999.99: a numeric(10,2) in the
// database, in JSON a text with two digits behind the point ("0.99"). JSON
// numbers are read too.
type Price struct{ decimal.Decimal }

// GormDataType tells GORM the column's type.
func (Price) GormDataType() string { return "numeric(10,2)" }

// MarshalJSON writes both digits behind the point, also those that are zero.
func (p Price) MarshalJSON() ([]byte, error) { return []byte(`"` + p.StringFixed(2) + `"`), nil }

// Times is the price of n pieces.
func (p Price) Times(n int64) Price { return Price{p.Mul(decimal.NewFromInt(n))} }

// Plus is the sum of two prices.
func (p Price) Plus(other Price) Price { return Price{p.Add(other.Decimal)} }

var priceLimit = decimal.New(1, 8)

// storable says whether the column takes the amount as it is.
func (p Price) storable() bool {
	return !p.IsNegative() && p.LessThan(priceLimit) && p.Equal(p.Truncate(2))
}

func checkPrice(name string, p Price) models.Check {
	return models.Value(name, p).Must(Price.storable, "Enter an amount from 0 to 99999999.99 with at most two decimal places.")
}
