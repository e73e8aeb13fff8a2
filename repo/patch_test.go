package repo_test

import (
	"database/sql"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	"unicode/utf8"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/models"
	"github.com/gormango/gormango/repo"
)

type page struct {
	models.AutoKey
	Title    string          `json:"title"`
	Price    decimal.Decimal `json:"price"`
	Note     *string         `json:"note"`
	SeenAt   *time.Time      // called as its column
	Secret   string          `json:"-"`
	Words    int32           `json:"words,omitempty"`
	AuthorID int64           `json:"author_id"`
	Author   *Author
}

// pageColumns are the columns of page that a client may write.
var pageColumns = []repo.Name[page]{"title", "price", "note", "seen_at", "words", "author_id"}

func TestDecodePatch(t *testing.T) {
	t.Parallel()
	note := "old"
	p := &page{AutoKey: key(3), Title: "old", Note: &note, Words: 5}
	names, err := repo.DecodePatch(strings.NewReader(` {"title": "new", "price": "1.50", "note": null, "seen_at": "2026-01-02T03:04:05Z", "words": 0, "title": "newer"} `), p, pageColumns...)
	require.NoError(t, err)
	require.Equal(t, []repo.Name[page]{"title", "price", "note", "seen_at", "words"}, names)
	require.Equal(t, "newer", p.Title)
	require.Equal(t, "1.5", p.Price.String())
	require.Nil(t, p.Note)
	require.Equal(t, 2026, p.SeenAt.Year())
	require.Zero(t, p.Words)
	require.Equal(t, int64(3), p.ID)
	require.Equal(t, "old", note, "what a pointer led to is left alone")

	names, err = repo.DecodePatch(strings.NewReader(`{}`), p, pageColumns...)
	require.NoError(t, err)
	require.Empty(t, names)
}

func TestDecodePatchOfNullTypes(t *testing.T) {
	t.Parallel()
	type nulls struct {
		models.AutoKey
		Text  sql.NullString
		Count sql.Null[int64]
		At    sql.NullTime
	}
	n := &nulls{}
	_, err := repo.DecodePatch(strings.NewReader(`{"text": "x", "count": 5, "at": "2026-01-02T03:04:05Z"}`), n, "text", "count", "at")
	require.NoError(t, err)
	require.Equal(t, sql.NullString{String: "x", Valid: true}, n.Text)
	require.Equal(t, sql.Null[int64]{V: 5, Valid: true}, n.Count)
	require.Equal(t, 2026, n.At.Time.Year())
	_, err = repo.DecodePatch(strings.NewReader(`{"text": null, "count": null}`), n, "text", "count")
	require.NoError(t, err)
	require.Equal(t, sql.NullString{}, n.Text)
	require.False(t, n.Count.Valid)
	_, err = repo.DecodePatch[page](strings.NewReader(`{}`), nil)
	require.EqualError(t, err, "repo: DecodePatch: a nil object")
}

func TestDecodePatchRefuses(t *testing.T) {
	t.Parallel()
	const all = "; choices are author_id, note, price, seen_at, title, words"
	for body, want := range map[string]string{
		`{"titel": 1}`:          `repo: unknown member "titel" (did you mean "title"?)` + all,
		`{"id": 1}`:             `repo: unknown member "id"` + all,
		`{"Secret": "x"}`:       `repo: unknown member "Secret"` + all,
		`{"author": {}}`:        `repo: unknown member "author" (did you mean "author_id"?)` + all,
		`{"Title": "x"}`:        `repo: unknown member "Title" (did you mean "title"?)` + all,
		`{"title": 5}`:          `repo: member "title": a JSON number does not fit string`,
		`{"title": null}`:       `repo: member "title": null is not allowed`,
		`{"words": "x"}`:        `repo: member "words": a JSON string does not fit int32`,
		`{"words": 1.5}`:        `repo: member "words": a JSON number does not fit int32`,
		`{"words": 5000000000}`: `repo: member "words": a JSON number does not fit int32`,
		``:                      `repo: malformed JSON: a JSON object is wanted`,
		`[]`:                    `repo: malformed JSON: a JSON object is wanted`,
		`{"title": "x"`:         `repo: malformed JSON: unexpected EOF`,
		`{"title"`:              `repo: malformed JSON: unexpected EOF`,
		`{"title": }`:           `repo: malformed JSON: invalid character '}' looking for beginning of value`,
		`{"title": "x"} {}`:     `repo: malformed JSON: something follows the object`,
		`{"title": "x"} x`:      `repo: malformed JSON: something follows the object`,
		`{title: 1}`:            `repo: malformed JSON: invalid character 't'`,
	} {
		_, err := repo.DecodePatch(strings.NewReader(body), &page{}, pageColumns...)
		require.ErrorContains(t, err, want, body)
		var pe *repo.PatchError
		require.ErrorAs(t, err, &pe, body)
	}
	_, err := repo.DecodePatch(strings.NewReader(`{"price": "1"}`), &page{}, "title", "note")
	require.EqualError(t, err, `repo: unknown member "price"; choices are note, title`)
	_, err = repo.DecodePatch(strings.NewReader(`{}`), &page{}, "titel")
	var fe *repo.FieldError
	require.ErrorAs(t, err, &fe, "a wrong declaration is the programmer's error")
}

// A client writes no column that the program did not name: of a model with
// every column that clients must not write, none is written, whatever the body.
func TestDecodePatchWithoutColumns(t *testing.T) {
	t.Parallel()
	type guarded struct {
		models.AutoKey
		models.Versioned
		models.Timestamps
		models.SoftDelete
		AuthorID int64
		Author   *Author
	}
	for _, body := range []string{`{}`, `{"deleted_at": null}`, `{"lock_version": 9}`, `{"author_id": 7}`, `{"created_at": "2026-01-02T03:04:05Z"}`, `x`} {
		obj := &guarded{}
		names, err := repo.DecodePatch(strings.NewReader(body), obj)
		var fe *repo.FieldError
		require.ErrorAs(t, err, &fe, body)
		require.ErrorContains(t, err, "repo: DecodePatch: name the columns of guarded that a client may write; choices are author_id, created_at, deleted_at, id, lock_version, updated_at")
		require.Regexp(t, `\[repo/patch_test\.go:\d+\]$`, err.Error())
		require.Empty(t, names)
		require.Equal(t, &guarded{}, obj)
	}
	for _, name := range []repo.Name[guarded]{"id", "created_at", "updated_at", "deleted_at"} {
		_, err := repo.DecodePatch(strings.NewReader(`{}`), &guarded{}, "author_id", name)
		var fe *repo.FieldError
		require.ErrorAs(t, err, &fe, name)
	}
	obj := &guarded{Versioned: models.Versioned{LockVersion: 3}}
	names, err := repo.DecodePatch(strings.NewReader(`{"lock_version": 3, "author_id": 7}`), obj, "author_id")
	require.NoError(t, err)
	require.Equal(t, []repo.Name[guarded]{"author_id"}, names, "a version is compared, never written")
	_, err = repo.DecodePatch(strings.NewReader(`{"lock_version": 2}`), obj, "author_id")
	require.ErrorIs(t, err, repo.ErrStaleObject)
	_, err = repo.DecodePatch(strings.NewReader(`{"lock_version": "x"}`), obj, "author_id")
	require.EqualError(t, err, `repo: member "lock_version": a JSON string does not fit int64`)
	require.EqualValues(t, 3, obj.LockVersion)
	fresh := &guarded{}
	_, err = repo.DecodePatch(strings.NewReader(`{"lock_version": 9}`), fresh, "author_id")
	require.EqualError(t, err, `repo: unknown member "lock_version"; choices are author_id`, "a new object has no version to compare")
	names, err = repo.DecodePatch(strings.NewReader(`{"lock_version": 9, "author_id": 1}`), fresh, "author_id", "lock_version")
	require.NoError(t, err)
	require.Equal(t, []repo.Name[guarded]{"author_id"}, names)
	require.EqualValues(t, 9, fresh.LockVersion, "Save compares it with the row's")
}

// A body is bounded, and read once: an endless one is an error too.
func TestDecodePatchOfALargeBody(t *testing.T) {
	t.Parallel()
	largest := `{"title": "` + strings.Repeat("x", 10<<20-len(`{"title": ""}`)) + `"}`
	p := &page{}
	_, err := repo.DecodePatch(strings.NewReader(largest), p, pageColumns...)
	require.NoError(t, err)
	require.Len(t, p.Title, 10<<20-len(`{"title": ""}`))
	for _, body := range []io.Reader{
		strings.NewReader(largest + " "),
		endless{},
	} {
		_, err := repo.DecodePatch(body, p, pageColumns...)
		var pe *repo.PatchError
		require.ErrorAs(t, err, &pe)
		require.EqualError(t, err, "repo: the body has more than 10485760 bytes")
	}
	_, err = repo.DecodePatch(iotest.ErrReader(io.ErrClosedPipe), p, pageColumns...)
	require.EqualError(t, err, "repo: the body cannot be read: io: read/write on closed pipe")
	require.ErrorIs(t, err, io.ErrClosedPipe)
}

// endless is a body without an end.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

// Text that encoding/json would change in silence, to U+FFFD, is refused
// wherever it stands.
func TestDecodePatchOfBrokenText(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		"{\"title\": \"\xff\"}", "{\"title\": \"a\xc3\"}", "{\"title\": \"\xed\xa0\x80\"}", "{\"ti\xfftle\": \"a\"}",
		`{"title": "\ud800"}`, `{"title": "a\udc00b"}`, `{"title": "\udc00\ud800"}`, `{"title": "\ud83dx\ude00"}`,
		`{"title": "\\\ud800"}`, `{"title": "\ud83d\u0041"}`, `{"title": "\uD83D"}`, `{"tit\ud800le": "a"}`,
	} {
		p := &page{}
		_, err := repo.DecodePatch(strings.NewReader(body), p, pageColumns...)
		var pe *repo.PatchError
		require.ErrorAs(t, err, &pe, body)
		require.EqualError(t, err, "repo: malformed JSON: a text is not valid Unicode", body)
		require.Empty(t, p.Title)
	}
	for body, want := range map[string]string{
		`{"title": "\ud83d\ude00"}`:  "😀",
		`{"title": "\uD83D\uDE00"}`:  "😀",
		`{"title": "\\ud800"}`:       `\ud800`,
		`{"title": "\\\\ud800"}`:     `\\ud800`,
		`{"title": "\ufffd \u00e4"}`: "\ufffd ä",
		`{"title": "\"\\"}`:          `"\`,
	} {
		p := &page{}
		_, err := repo.DecodePatch(strings.NewReader(body), p, pageColumns...)
		require.NoError(t, err, body)
		require.Equal(t, want, p.Title)
	}
}

// DecodePatch takes what encoding/json takes for the same struct, and nothing
// that it does not.
func FuzzDecodePatch(f *testing.F) {
	for _, s := range []string{`{"title":"x"}`, `{"price":"1.5","words":3}`, `{"note":null}`, `{"seen_at":"2026-01-02T03:04:05Z"}`, `{"title":"\ud83d\ude00\\"}`, `{"a":{"b":[1,2]}}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		got := &page{}
		names, err := repo.DecodePatch(strings.NewReader(body), got, pageColumns...)
		if err != nil {
			return
		}
		require.True(t, json.Valid([]byte(body)), body)
		require.True(t, utf8.ValidString(body), body)
		want := &page{}
		if json.Unmarshal([]byte(body), want) == nil && len(names) > 0 {
			require.Equal(t, want.Title, got.Title, body)
			require.Equal(t, want.Words, got.Words, body)
		}
	})
}
