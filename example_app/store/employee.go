package store

import (
	"context"
	"time"

	"github.com/gormango/gormango/models"
)

// Employee works in the store and may report to another employee.
type Employee struct {
	models.AutoKey
	LastName    string     `gorm:"size:20;not null" json:"last_name"`
	FirstName   string     `gorm:"size:20;not null" json:"first_name"`
	Title       *string    `gorm:"size:30" json:"title"`
	ReportsToID *int64     `json:"reports_to_id"`
	ReportsTo   *Employee  `json:"-"`
	BirthDate   *time.Time `json:"birth_date"`
	HireDate    *time.Time `json:"hire_date"`
	Address     *string    `gorm:"size:70" json:"address"`
	City        *string    `gorm:"size:40" json:"city"`
	State       *string    `gorm:"size:40" json:"state"`
	Country     *string    `gorm:"size:40" json:"country"`
	PostalCode  *string    `gorm:"size:10" json:"postal_code"`
	Phone       *string    `gorm:"size:24" json:"phone"`
	Fax         *string    `gorm:"size:24" json:"fax"`
	Email       *string    `gorm:"size:60" json:"email"`
}

// Meta orders employees by name.
func (Employee) Meta() models.Meta {
	return models.Meta{
		Ordering: []string{"last_name", "first_name", "id"},
		Indexes:  []models.Index{{Fields: []string{"reports_to_id"}}},
	}
}

// Clean validates an employee.
func (e *Employee) Clean(context.Context) error {
	return models.Validate(
		models.Text("last_name", e.LastName).NotBlank().MaxLength(20),
		models.Text("first_name", e.FirstName).NotBlank().MaxLength(20),
		models.NullText("title", e.Title).MaxLength(30),
		models.Value("reports_to_id", e.ReportsToID).Must(func(boss *int64) bool {
			return boss == nil || e.ID == 0 || *boss != e.ID
		}, "An employee cannot report to themselves."),
		checkTime("birth_date", e.BirthDate),
		checkTime("hire_date", e.HireDate),
		models.NullText("address", e.Address).MaxLength(70),
		models.NullText("city", e.City).MaxLength(40),
		models.NullText("state", e.State).MaxLength(40),
		models.NullText("country", e.Country).MaxLength(40),
		models.NullText("postal_code", e.PostalCode).MaxLength(10),
		models.NullText("phone", e.Phone).MaxLength(24),
		models.NullText("fax", e.Fax).MaxLength(24),
		models.NullText("email", e.Email).MaxLength(60).Email(),
	)
}
