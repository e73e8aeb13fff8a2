package repo_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
)

type pvDoc struct {
	models.AutoKey
	models.Versioned
	Title string `gorm:"not null"`
}

// A version may be required, and null is none.
func TestPatchOfARequiredVersion(t *testing.T) {
	t.Parallel()
	patch := repo.Patch[pvDoc]{
		Fields:   []repo.Name[pvDoc]{"title", "lock_version"},
		Required: []repo.Name[pvDoc]{"lock_version"},
	}
	for _, stored := range []int64{0, 3} {
		read := func(body string) error {
			doc := &pvDoc{}
			doc.LockVersion = stored
			_, err := patch.Decode(strings.NewReader(body), doc)
			return err
		}
		require.NoError(t, read(`{"title": "x", "lock_version": 3}`))
		for _, body := range []string{`{"title": "x"}`, `{"title": "x", "lock_version": null}`} {
			var wrong *repo.PatchError
			require.ErrorAs(t, read(body), &wrong, body)
			require.Equal(t, "lock_version", wrong.Member)
		}
	}
}

type pvHidden struct {
	models.AutoKey
	Title  string `gorm:"not null"`
	Secret string `gorm:"not null" json:"-"`
}

// A member that can never come is a mistake of the program, not of the body.
func TestPatchRequiresWhatABodyMayHold(t *testing.T) {
	t.Parallel()
	for _, name := range []repo.Name[pvHidden]{"secret", "id", "titel"} {
		patch := repo.Patch[pvHidden]{Fields: []repo.Name[pvHidden]{"title", "secret"}, Required: []repo.Name[pvHidden]{name}}
		_, err := patch.Decode(strings.NewReader(`{"title": "x"}`), &pvHidden{})
		var mistake *repo.FieldError
		require.ErrorAs(t, err, &mistake, name)
		var body *repo.PatchError
		require.NotErrorAs(t, err, &body, name)
	}
}
