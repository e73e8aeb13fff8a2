package repo_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango"
	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/repotest"
)

type hsUser struct {
	models.AutoKey
	Email  string  `gorm:"not null" json:"email"`
	Nick   string  `gorm:"not null;unique" json:"nick"`
	Town   *string `gorm:"check:hs_town,town <> ''" json:"town"`
	Age    int     `gorm:"not null" json:"age"`
	BossID *int64  `json:"boss_id"`
	Boss   *hsUser `json:"-"`
}

func (hsUser) Meta() models.Meta {
	return models.Meta{
		Label: "person",
		Constraints: []models.Constraint{
			{Name: "hs_email", Expressions: []string{"lower(email)"}, ViolationCode: "taken", ViolationMessage: "That address has an account."},
			{Name: "hs_age", Check: "age < 200", ViolationCode: "age", ViolationMessage: "Nobody is that old."},
			{Name: "hs_pair", Unique: []string{"town", "age"}},
		},
	}
}

// An IntegrityError holds the ValidationError that FullClean returns for the
// same object.
func TestIntegrityErrorAsValidationError(t *testing.T) {
	t.Parallel()
	ctx, db := context.Background(), repotest.Open(t, &hsUser{})
	users := repo.New[hsUser](db)
	first := &hsUser{Email: "a@b.de", Nick: "a", Town: ptrTo("x"), Age: 5}
	require.NoError(t, users.Create(ctx, first))
	for name, c := range map[string]struct {
		user    hsUser
		columns []string
		status  int
		want    string
	}{
		"unique":            {hsUser{Email: "c@d.de", Nick: "a"}, []string{"nick"}, 409, `{"nick": ["Person with this Nick already exists."]}`},
		"unique together":   {hsUser{Email: "c@d.de", Nick: "c", Town: ptrTo("x"), Age: 5}, []string{"town", "age"}, 409, `{"__all__": ["Person with this Town and Age already exists."]}`},
		"unique expression": {hsUser{Email: "A@B.de", Nick: "c"}, []string{"email"}, 409, `{"__all__": ["That address has an account."]}`},
		"check":             {hsUser{Email: "c@d.de", Nick: "c", Age: 300}, []string{"age"}, 422, `{"__all__": ["Nobody is that old."]}`},
		"tagged check":      {hsUser{Email: "c@d.de", Nick: "c", Town: ptrTo("")}, []string{"town"}, 422, `{"__all__": ["Constraint “hs_town” is violated."]}`},
		"foreign key":       {hsUser{Email: "c@d.de", Nick: "c", BossID: ptrTo(int64(99))}, []string{"boss_id"}, 422, `{"boss_id": ["This person does not exist."]}`},
	} {
		err := users.Create(ctx, &c.user)
		var integrity *gormango.IntegrityError
		require.ErrorAs(t, err, &integrity, name)
		require.Equal(t, c.columns, integrity.Columns, name)
		invalid, ok := repo.Validation(ctx, err)
		require.True(t, ok, name)
		text, jsonErr := json.Marshal(invalid)
		require.NoError(t, jsonErr)
		require.JSONEq(t, c.want, string(text), name)
		require.Equal(t, c.status, repo.HTTPStatus(err), name)
		c.user.ID = 0
		cleaned, ok := repo.Validation(ctx, repo.FullClean(ctx, users, &c.user))
		require.True(t, ok, name)
		for field, problems := range cleaned.Fields {
			require.Equal(t, invalid.Fields[field][0].Code, problems[0].Code, name)
		}
		require.Len(t, cleaned.Fields, len(invalid.Fields), name)
	}
	require.NoError(t, users.Create(ctx, &hsUser{Email: "x@y.de", Nick: "x", BossID: &first.ID}))
	err := db.Exec("DELETE FROM hs_users WHERE id = ?", first.ID).Error
	_, ok := repo.Validation(ctx, err)
	require.False(t, ok, "the row that cannot be deleted is not at fault")
	require.Equal(t, 409, repo.HTTPStatus(err))
	err = db.Exec("INSERT INTO hs_users (email, age) VALUES ('n', 1)").Error
	invalid, ok := repo.Validation(ctx, err)
	require.True(t, ok)
	require.Equal(t, models.Problem{Code: "null", Message: "This field cannot be null."}, invalid.Fields["nick"][0])

	german := models.WithTranslator(ctx, func(field string, p models.Problem) string {
		if p.Code == "unique" {
			return fmt.Sprintf("%s gibt es schon.", p.Params["field_label"])
		}
		return ""
	})
	same := &hsUser{Email: "q@q.de", Nick: "a", Age: 300}
	require.EqualError(t, repo.FullClean(german, users, same), "models: invalid:\n\t__all__: Nobody is that old.\n\tnick: Nick gibt es schon.")
	same.Age = 3
	invalid, _ = repo.Validation(german, users.Create(german, same))
	require.EqualError(t, invalid, "models: invalid nick: Nick gibt es schon.")
}

func ptrTo[V any](v V) *V { return &v }

func TestHTTPStatus(t *testing.T) {
	t.Parallel()
	for want, errs := range map[int][]error{
		200: {nil},
		400: {&repo.PatchError{Err: errors.New("x")}, &repo.ParamError{}, &gormango.DataError{}, &repo.LookupValueError{}},
		403: {&gormango.PermissionError{}},
		404: {repo.ErrDoesNotExist, fmt.Errorf("get: %w", repo.ErrDoesNotExist)},
		409: {repo.ErrStaleObject, &repo.ProtectedError{}, &repo.RestrictedError{}, &gormango.IntegrityError{Kind: gormango.Exclusion}},
		422: {models.Invalid("a", "b"), &gormango.IntegrityError{Kind: gormango.Check}},
		499: {context.Canceled},
		503: {gormango.ErrConnectionLost, &gormango.PoolTimeoutError{}, &pgconn.PgError{Code: "40P01"}, gormango.ErrClosed},
		504: {context.DeadlineExceeded},
		500: {errors.New("x"), repo.ErrMultipleObjectsReturned, repo.ErrUnbound, &gormango.SyntaxError{}},
	} {
		for _, err := range errs {
			require.Equal(t, want, repo.HTTPStatus(err), "%T %v", err, err)
		}
	}
	body := http.MaxBytesReader(nil, io.NopCloser(strings.NewReader(`{"title": "long"}`)), 5)
	_, err := repo.DecodePatch(body, &page{}, "title")
	require.Equal(t, 413, repo.HTTPStatus(err))
	_, err = repo.DecodePatch(strings.NewReader(`{"titel": 1}`), &page{}, "title")
	require.Equal(t, 400, repo.HTTPStatus(err))
}
