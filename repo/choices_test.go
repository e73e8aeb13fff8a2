package repo_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
)

type contest struct {
	models.AutoKey
	JudgeID  *int64
	Judge    *contestant
	Entrants []*contestant `gorm:"many2many:contest_entrants"`
}

func (contest) Meta() models.Meta {
	return models.Meta{Relations: map[string]models.RelationOptions{
		"judge":    {Limit: map[string]any{"age__gte": 18, "name__startswith": "a"}},
		"entrants": {Limit: map[string]any{"age": "old"}},
	}}
}

type contestant struct {
	models.AutoKey
	Name string `gorm:"not null"`
	Age  int    `gorm:"not null"`
}

// RL-02: the rows that Limit allows.
func TestChoices(t *testing.T) {
	t.Parallel()
	ctx, db := context.Background(), openDB(t, &contest{}, &contestant{})
	contests, people := repo.New[contest](db), repo.New[contestant](db)
	require.NoError(t, people.Create(ctx, &contestant{Name: "ann", Age: 20}, &contestant{Name: "al", Age: 9}, &contestant{Name: "bob", Age: 40}, &contestant{Name: "abe", Age: 18}))
	require.Equal(t, []string{"abe", "ann"}, texts(t, repo.Choices[contestant](contests, "judge").OrderBy("name"), "name"))
	require.Equal(t, []string{"abe"}, texts(t, repo.Choices[contestant](contests.Filter("id", 1), "judge").Filter("age", 18), "name"), "the rows of src do not matter")

	var bad *repo.LookupValueError
	require.ErrorAs(t, repo.Choices[contestant](contests, "entrants").Err(), &bad)
	for want, err := range map[string]error{
		`contest has no field "jugde" (did you mean "judge"?)`: repo.Choices[contestant](contests, "jugde").Err(),
		`contest.judge leads to contestant, not to contest`:    repo.Choices[contest](contests, "judge").Err(),
		`this QuerySet belongs to no database`:                 repo.Choices[contestant](&repo.Repository[contest]{}, "judge").Err(),
		`Limit takes 0 or more, not -1`:                        repo.Choices[contestant](contests.Limit(-1), "judge").Err(),
	} {
		require.ErrorContains(t, err, want)
	}
	area := openRelated(t)
	require.Empty(t, texts(t, area, "name"), "without a limit all rows")
}

// openRelated returns the choices of a relation without a limit.
func openRelated(t *testing.T) *repo.QuerySet[clubArea] {
	t.Helper()
	_, c := openClub(t)
	return repo.Choices[clubArea](c.shops, "area")
}
