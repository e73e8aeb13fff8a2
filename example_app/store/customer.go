package store

import (
	"context"
	"regexp"

	"github.com/gormango/gormango/models"
)

// Customer buys tracks. Mail addresses are unique.
type Customer struct {
	models.AutoKey
	models.Versioned
	FirstName    string    `gorm:"size:40;not null" json:"first_name"`
	LastName     string    `gorm:"size:20;not null" json:"last_name"`
	Company      *string   `gorm:"size:80" json:"company"`
	Address      *string   `gorm:"size:70" json:"address"`
	City         *string   `gorm:"size:40" json:"city"`
	State        *string   `gorm:"size:40" json:"state"`
	Country      *string   `gorm:"size:40" json:"country"`
	PostalCode   *string   `gorm:"size:10" json:"postal_code"`
	Phone        *string   `gorm:"size:24" json:"phone"`
	Fax          *string   `gorm:"size:24" json:"fax"`
	Email        string    `gorm:"size:60;not null;unique" json:"email"`
	SupportRepID *int64    `json:"support_rep_id"`
	SupportRep   *Employee `json:"-"`
}

// Meta orders customers by name and names them "customers" for employees.
func (Customer) Meta() models.Meta {
	return models.Meta{
		Ordering:  []string{"last_name", "first_name", "id"},
		Indexes:   []models.Index{{Fields: []string{"support_rep_id"}}},
		Relations: map[string]models.RelationOptions{"support_rep": {RelatedName: "customers"}},
	}
}

// Clean validates a customer.
func (c *Customer) Clean(context.Context) error {
	return models.Validate(
		models.Text("first_name", c.FirstName).NotBlank().MaxLength(40),
		models.Text("last_name", c.LastName).NotBlank().MaxLength(20),
		models.NullText("company", c.Company).MaxLength(80),
		models.NullText("address", c.Address).MaxLength(70),
		models.NullText("city", c.City).MaxLength(40),
		models.NullText("state", c.State).MaxLength(40),
		models.NullText("country", c.Country).MaxLength(40),
		models.NullText("postal_code", c.PostalCode).MaxLength(10),
		models.NullText("phone", c.Phone).MaxLength(24),
		models.NullText("fax", c.Fax).MaxLength(24),
		models.Text("email", c.Email).MaxLength(60),
		models.Value("email", c.Email).Must(mailAddress.MatchString, "Enter a valid email address."),
	)
}

// mailAddress matches what looks like a mail address. Customers have letters of
// every script in theirs, where Email takes ASCII alone before the @.
var mailAddress = regexp.MustCompile(`^[^@\s]+@[^@\s.]+(\.[^@\s.]+)+$`)
