package factory_test

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/example_app/store"
	"github.com/gormango/gormango/factory"
	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repotest"
)

// Every model of the example gets a valid object with all its parents.
func TestStoreIsMade(t *testing.T) {
	t.Parallel()
	ctx, db := t.Context(), repotest.Open(t, store.Models()...)
	lines := factory.New(db, func(_ int, l *store.InvoiceLine) { l.Quantity = 1 })
	customers := factory.New(db, func(n int, c *store.Customer) { c.LastName = fmt.Sprint("Smith the ", n) })
	line, err := lines.Using(customers).Create(ctx)
	require.NoError(t, err)
	require.Regexp(t, "^Smith the [0-9]+$", line.Invoice.Customer.LastName)
	require.NotNil(t, line.Invoice)
	require.NotNil(t, line.Invoice.Customer)
	require.Equal(t, line.InvoiceID, line.Invoice.ID)
	stored, err := repo.New[store.InvoiceLine](db).SelectRelated("invoice__customer", "track__media_type").ByPK(ctx, line.ID)
	require.NoError(t, err)
	require.Equal(t, line.Invoice.Customer.Email, stored.Invoice.Customer.Email)
	require.NotEmpty(t, stored.Track.MediaType.Name)

	albums := factory.New(db, func(n int, a *store.Album) { a.Title = fmt.Sprintf("Album %03d", n) })
	artist, err := factory.New[store.Artist](db).Create(ctx, func(a *store.Artist) { a.Name = "AC/DC" })
	require.NoError(t, err)
	made, err := albums.CreateMany(ctx, 3, func(a *store.Album) { a.ArtistID = artist.ID })
	require.NoError(t, err)
	require.Regexp(t, "^Album [0-9]{3}$", made[0].Title)
	require.Less(t, made[0].Title, made[2].Title)
	n, err := repo.New[store.Artist](db).Count(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 1, n, "a key that is set needs no parent, and neither does a nullable one")
}

type level string

func (level) Choices() []models.Choice { return models.Labeled[level]("low", "high") }

type part struct {
	Code    string       `gorm:"primaryKey;size:3"`
	Serial  int          `gorm:"not null;unique"`
	Count   int          `gorm:"not null"`
	Level   level        `gorm:"type:text;not null"`
	Mail    models.Email `gorm:"not null"`
	Ref     uuid.UUID    `gorm:"type:uuid;not null"`
	Made    time.Time    `gorm:"not null"`
	Comment *string
	State   string `gorm:"not null;default:new"`
}

type egg struct {
	models.AutoKey
	MotherID int64 `gorm:"not null"`
	Mother   *egg
}

func TestBuild(t *testing.T) {
	t.Parallel()
	ctx, db := t.Context(), repotest.Open(t, &part{}, &egg{})
	parts := factory.New[part](db)
	first, err := parts.Build(ctx)
	require.NoError(t, err)
	number := strconv.Itoa(first.Serial)
	require.Equal(t, part{Code: number, Serial: first.Serial, Level: "low", Mail: models.Email("person" + number + "@example.org"),
		Ref: first.Ref, Made: time.Date(2026, 1, 1+first.Serial, 0, 0, 0, 0, time.UTC)}, *first)
	require.NotZero(t, first.Ref)
	n, err := repo.New[part](db).Count(ctx)
	require.NoError(t, err)
	require.Zero(t, n, "Build stores nothing")
	second, err := parts.Create(ctx, func(p *part) { p.Level = "high" })
	require.NoError(t, err)
	require.Equal(t, strconv.Itoa(first.Serial+1), second.Code)
	require.EqualValues(t, "high", second.Level)
	require.NotEqual(t, first.Ref, second.Ref)
	_, err = factory.New[egg](db).Create(ctx)
	require.EqualError(t, err, "factory: egg.mother: no row can be the first, since egg needs one of its own kind (set the key, or make it nullable)")
}
