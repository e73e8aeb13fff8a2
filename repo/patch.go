package repo

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/shopspring/decimal"
	"gorm.io/gorm/schema"

	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/models"
)

// PatchError is the error for a JSON body that does not fit the object it
// changes.
type PatchError struct {
	// Member is the JSON member at fault, "" when the body as a whole is.
	Member string
	// Choices are the members that are allowed, when Member is none of them.
	Choices []string
	// Err is the cause in the other cases.
	Err error

	reason   string         // what is wrong with a member, without its value
	people   models.Problem // the same for people
	tooLarge bool
}

// Error names the member and the choices.
func (e *PatchError) Error() string {
	switch {
	case e.Choices != nil:
		return fmt.Sprintf("repo: unknown member %q%s; choices are %s", e.Member, suggestion(e.Member, e.Choices), strings.Join(e.Choices, ", "))
	case e.Member != "":
		return fmt.Sprintf("repo: member %q: %s", e.Member, cmp.Or(e.reason, e.Err.Error()))
	}
	return "repo: " + e.Err.Error()
}

// patchReason returns what is wrong with a member, without the value that the
// errors of decoders quote.
func patchReason(err error, raw json.RawMessage) string {
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		kind, _, _ := strings.Cut(wrong.Value, " ")
		return fmt.Sprintf("a JSON %s does not fit %s", kind, wrong.Type)
	}
	if value := strings.Trim(string(raw), "\" \t\r\n"); value != "null" && strings.Contains(err.Error(), value) {
		return "the value does not fit its column"
	}
	return err.Error()
}

// As reports whether target is a **models.ValidationError, and sets it to the
// problem for people: of the member, or of models.AllFields.
func (e *PatchError) As(target any) bool {
	found, ok := target.(**models.ValidationError)
	if !ok {
		return false
	}
	p := e.people
	switch {
	case p.Code != "":
	case e.Choices != nil:
		p = models.Problem{Code: "unknown", Message: "This field cannot be set.", Params: map[string]any{"choices": e.Choices}}
	case e.tooLarge:
		p = models.Problem{Code: "too_large", Message: "The request is too large."}
	case e.Member == "":
		p = models.Problem{Code: "invalid", Message: "The request is no valid JSON object."}
	default:
		p = models.Problem{Code: "invalid", Message: "Enter a valid value."}
	}
	*found = &models.ValidationError{}
	(*found).Add(cmp.Or(e.Member, models.AllFields), p)
	return true
}

// Unwrap returns the cause.
func (e *PatchError) Unwrap() error { return e.Err }

// DecodePatch reads a JSON object from r into obj, only the members that r
// holds, and returns their columns for Save:
//
//	names, err := repo.DecodePatch(r.Body, track, "name", "unit_price")
//	err = tracks.Save(ctx, track, names...)
//
// allowed are the columns that the client may write. Without them these are the
// columns that Meta.Fields marks as Editable; if there are none it is a
// *FieldError, since a client must not write an owner's key or a column that
// the model has from tomorrow on. It is a *FieldError too to allow the key, a
// time that the library sets, or the column of a soft delete. The version of a
// models.Versioned object that was read may be a member: it is compared with
// the object's and never written, and another version is ErrStaleObject. An
// object without a version takes it if allowed names it, so that Save compares
// it with the row's. A member has the name of the field's json tag, else that
// of its column. An unknown or forbidden member, a value of another type, a
// null for a field that has none, a number of more than 1,000 digits, anything
// after the object, a body of more than 10 MiB, and a text that is not valid
// Unicode, which encoding/json would change, are a *PatchError, and obj may
// then be changed in part. errors.As finds a *models.ValidationError for people
// in it. obj must be a GORM model. It runs no statement. [Patch] has more
// options.
func DecodePatch[T any](r io.Reader, obj *T, allowed ...Name[T]) ([]Name[T], error) {
	d, err := decodePatch(r, obj, patchOptions{allowed: texts(allowed)})
	if d == nil {
		return nil, err
	}
	return names[T](d.names), err
}

// maxPatch is the size of the largest body that DecodePatch reads.
const maxPatch = 10 << 20

// readPatch reads a body of at most most bytes whose texts are valid Unicode.
func readPatch(r io.Reader, most int64) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r, most+1))
	switch {
	case err != nil:
		return nil, &PatchError{Err: fmt.Errorf("the body cannot be read: %w", err), tooLarge: strings.Contains(err.Error(), "request body too large")}
	case int64(len(body)) > most:
		return nil, &PatchError{Err: fmt.Errorf("the body has more than %d bytes", most), tooLarge: true}
	case !utf8.Valid(body) || halfSurrogate(body):
		return nil, &PatchError{Err: errors.New("malformed JSON: a text is not valid Unicode")}
	}
	return body, nil
}

// halfSurrogate reports whether a JSON text has the escape of one half of a
// surrogate pair without the other.
func halfSurrogate(text []byte) bool {
	for {
		at := bytes.IndexByte(text, '\\')
		if at < 0 || at+1 == len(text) {
			return false
		}
		text = text[at:]
		first, ok := escaped(text)
		switch {
		case !ok || !utf16.IsSurrogate(first):
			text = text[2:]
		default:
			second, ok := escaped(text[6:])
			if !ok || utf16.DecodeRune(first, second) == utf8.RuneError {
				return true
			}
			text = text[12:]
		}
	}
}

// escaped returns the character of the escape \u1234 at the start of a text.
func escaped(text []byte) (rune, bool) {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(text[2:6]), 16, 16)
	return rune(n), err == nil
}

// malformed returns the error for a body that cannot be parsed.
func malformed(err error) error {
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return &PatchError{Err: fmt.Errorf("malformed JSON: %w", err)}
}

// patchSchemas caches the schemas that DecodePatch reads of the models.
// DecodePatch has no database, so the columns have the names of GORM's own
// naming strategy.
var patchSchemas sync.Map

// setMember sets a field of obj to a JSON value.
func setMember[P any](obj P, f *schema.Field, raw json.RawMessage) error {
	at := f.ReflectValueOf(context.Background(), reflect.ValueOf(obj).Elem())
	fresh := reflect.New(at.Type())
	null := bytes.Equal(bytes.TrimSpace(raw), []byte("null"))
	if len(bytes.Trim(raw, `"`)) > query.MaxDigits && isNumber(raw, f) {
		return fmt.Errorf("a number of at most %d digits is wanted", query.MaxDigits)
	}
	if null && !nullable(at.Type()) {
		return errNull
	}
	if value, valid, ok := nullPair(fresh); ok {
		valid.SetBool(!null)
		if !null {
			if err := json.Unmarshal(raw, value.Addr().Interface()); err != nil {
				return err
			}
		}
	} else if err := json.Unmarshal(raw, fresh.Interface()); err != nil {
		return err
	}
	at.Set(fresh.Elem())
	return nil
}

var errNull = errors.New("null is not allowed")

// isNumber reports whether a JSON value is a number, or a text for a field that
// reads numbers from it.
func isNumber(raw json.RawMessage, f *schema.Field) bool {
	switch raw[0] {
	case '"':
		return decimals[f.IndirectFieldType]
	case '[', '{':
		return false
	}
	return true
}

// decimals are the types whose numbers clients may write as text too.
var decimals = map[reflect.Type]bool{reflect.TypeFor[decimal.Decimal](): true, reflect.TypeFor[decimal.NullDecimal](): true}

// nullPair returns the two fields of sql.NullString, sql.Null[T] and similar
// types, which encoding/json decodes as plain structs.
func nullPair(p reflect.Value) (value, valid reflect.Value, ok bool) {
	t := p.Type().Elem()
	if t.Kind() != reflect.Struct || t.NumField() != 2 || t.Field(1).Name != "Valid" || t.Field(1).Type.Kind() != reflect.Bool || !t.Field(0).IsExported() {
		return value, valid, false
	}
	if _, own := p.Interface().(json.Unmarshaler); own {
		return value, valid, false
	}
	return p.Elem().Field(0), p.Elem().Field(1), true
}

// nullable reports whether a value of type t can distinguish null from the zero
// value.
func nullable(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Slice, reflect.Interface:
		return true
	case reflect.Struct:
		_, ok := t.FieldByName("Valid") // sql.Null and similar types
		return ok
	}
	return false
}
