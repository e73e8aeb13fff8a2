package models_test

import (
	"database/sql"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/models"
)

type level int16

func TestLabeled(t *testing.T) {
	t.Parallel()
	require.Equal(t, []models.Choice{
		{Value: status("draft"), Label: "Draft"}, {Value: status("in_REVIEW"), Label: "In Review"}, {Value: status("übung"), Label: "Übung"}, {Value: status(""), Label: ""},
	}, models.Labeled[status]("draft", "in_REVIEW", "übung", ""))
}

func TestLabelOf(t *testing.T) {
	t.Parallel()
	choices := []models.Choice{{Value: "a", Label: "A"}, {Value: level(2), Label: "Two"}, {Value: true, Label: "Yes"}, {Value: 1.5, Label: "One and a half"}}
	for want, values := range map[string][]any{
		"A":              {"a", status("a"), ptr("a"), ptr(ptr(status("a"))), sql.NullString{String: "a", Valid: true}},
		"Two":            {2, int64(2), level(2), uint8(2), ptr(2)},
		"Yes":            {true, ptr(true), sql.NullBool{Bool: true, Valid: true}},
		"One and a half": {1.5, float32(1.5)},
	} {
		for _, v := range values {
			require.Equal(t, want, models.LabelOf(choices, v), "%#v", v)
			require.True(t, models.IsChoice(choices, v), "%#v", v)
		}
	}
	for want, v := range map[string]any{"b": status("b"), "3": level(3), "": nil, "false": false, "[1]": []int{1}} {
		require.Equal(t, want, models.LabelOf(choices, v), "%#v", v)
		require.False(t, models.IsChoice(choices, v), "%#v", v)
	}
	require.Empty(t, models.LabelOf(choices, (*string)(nil)))
	require.Equal(t, "unknown", models.LabelOf([]models.Choice{{Label: "unknown"}}, sql.NullString{}), "a choice may be NULL")
}

func TestLabels(t *testing.T) {
	t.Parallel()
	one, many := models.Labels(&byValue{})
	require.Equal(t, []string{"by value", "by values"}, []string{one, many})
	one, many = models.Labels(HTTPStory{})
	require.Equal(t, []string{"story", "stories"}, []string{one, many})
	one, many = models.Labels(HTTPPage{})
	require.Equal(t, []string{"http page", "http pages"}, []string{one, many})
}

type HTTPStory struct{}

func (HTTPStory) Meta() models.Meta { return models.Meta{Label: "story", LabelPlural: "stories"} }

type HTTPPage struct{}
