package repo

import (
	"context"

	"github.com/gormango/gormango/internal/validation"
)

// FullClean tests an object before it is saved, Django's full_clean, and
// returns a *models.ValidationError with every problem, or nil. An object whose
// key is set has a row, as for Save. It tests in this order:
//
//   - each column: NULL, an empty text in a column that is NOT NULL, the
//     length, range or digits of the column's type, and the choices and
//     validators of Meta.Fields
//   - Clean, and Config.Validator
//   - that the rows of foreign keys exist
//   - unique columns, alone and together
//   - the constraints of Meta and of GORM's check tags, which the server
//     evaluates with the object's values: checks, unique constraints and
//     indexes with conditions or expressions, exclusions
//
// A test is left out if it is about a column that has failed an earlier one.
// With fields, tests are only about these columns. The tests of the database
// are one statement, in the context's transaction if there is one. Another
// session may write a row between the test and the write: [Validation] turns
// the error of the write into the same ValidationError. Problems of no single
// column stand under models.AllFields.
func FullClean[P any](ctx context.Context, src SourceOf[P], obj P, fields ...NameOf[P]) error {
	return fullClean(ctx, src, obj, texts(fields), false)
}

// FullCleanNew is FullClean for an object that is to be created: its key must
// be free if it is set.
func FullCleanNew[P any](ctx context.Context, src SourceOf[P], obj P, fields ...NameOf[P]) error {
	return fullClean(ctx, src, obj, texts(fields), true)
}

func fullClean[P any](ctx context.Context, src SourceOf[P], obj P, fields []string, created bool) error {
	qs, err := sourceOf(src)
	if err != nil {
		return err
	}
	return validation.Full(ctx, qs.st(), obj, fields, created)
}
