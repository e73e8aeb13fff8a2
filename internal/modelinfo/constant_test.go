package modelinfo_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/models"
)

// Ticket is a model with partial indexes.
type Ticket struct {
	models.AutoKey
	Status string `gorm:"index:,where:status = 'new' OR \"status\" IN ('it''s'\\, 'late')"`
	Level  int16  `gorm:"index:,where:level > -1 AND level < 7 AND price > 2.5"`
	Price  float64
	Open   bool           `gorm:"index:,where:NOT open"`
	Kind   string         `gorm:"type:ticket_kind"`
	Data   map[string]any `gorm:"serializer:json"`
	Seats  int            `gorm:"index:,option:WHERE seats = 3"`
	Many   int
	Other  string
}

func (Ticket) Meta() models.Meta {
	return models.Meta{Indexes: []models.Index{
		{Fields: []string{"id"}, Where: `(Kind = 'a'::ticket_kind) AND data = 'x' -- other = 'no'`},
		{Fields: []string{"id"}, Where: `kind <> E'\\b' AND kind <> 'c\d'`},
		{Fields: []string{"id"}, Where: `many IN (1, 2, 3, 4, 5, 6, 7, 8, 9)`},
		{Fields: []string{"id"}, Where: `'open`},
	}}
}

func TestConstants(t *testing.T) {
	t.Parallel()
	m := model[Ticket](t, offline(t))
	got := map[string][]modelinfo.Constant{}
	for _, f := range m.Fields {
		if f.Constants != nil {
			got[f.Column] = f.Constants
		}
	}
	require.Equal(t, map[string][]modelinfo.Constant{
		"status": {{Value: "new", SQL: "'new'"}, {Value: "it's", SQL: "'it''s'"}, {Value: "late", SQL: "'late'"}},
		"level":  {{Value: int64(-1), SQL: "(-1)"}, {Value: int64(7), SQL: "(7)"}, {Value: int64(2), SQL: "(2)"}, {Value: int64(5), SQL: "(5)"}},
		"open":   {{Value: true, SQL: "true"}, {Value: false, SQL: "false"}},
		"seats":  {{Value: int64(3), SQL: "(3)"}},
		"kind":   {{Value: "a", SQL: "'a'"}, {Value: "x", SQL: "'x'"}},
	}, got)
}
