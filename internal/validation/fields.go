package validation

import (
	"context"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/param"
	"github.com/gormango/gormango/internal/sqltype"
	"github.com/gormango/gormango/models"
)

// field tests the value of a column by itself.
func (o *object) field(ctx context.Context, f *modelinfo.Field) {
	if f.Generated || o.s.LeftToDatabase(f) || o.filled(f) && param.Zero(ctx, o.rv, f) {
		return
	}
	v, says := param.Of(ctx, o.rv, f), f.Options()
	text := reflect.ValueOf(v)
	switch {
	case v == nil:
		if !f.Nullable && !f.NilEmpty && !says.ReadOnly {
			o.found.Add(f.Column, modelinfo.NullViolation())
		}
	case text.Kind() == reflect.String && text.Len() == 0:
		if !f.Nullable && !says.Blank && !says.ReadOnly {
			_ = o.add(models.Validate(models.Text(f.Column, "").NotBlank()))
		}
	case len(says.Choices) > 0 && !says.ReadOnly && !models.IsChoice(says.Choices, v):
		o.found.Add(f.Column, models.Problem{Code: "invalid_choice", Message: fmt.Sprintf("Value %q is not a valid choice.", fmt.Sprint(v)), Params: map[string]any{"value": v}})
	default:
		list := checks(f, v)
		if x, ok := v.(models.CheckedValue); ok {
			list = append(list, x.Checked(f.Column))
		}
		for _, validator := range says.Validators {
			list = append(list, validator(f.Column, v))
		}
		for _, c := range list {
			_ = o.add(models.Validate(c))
		}
	}
}

// filled reports whether a zero value of a column is replaced when the object
// is written.
func (o *object) filled(f *modelinfo.Field) bool {
	return f.Auto || f.FuncDefault || f == o.model.UUIDKey || f == o.model.Version || f == o.model.SoftDelete || f.AutoCreateTime > 0 || f.AutoUpdateTime > 0
}

// checks returns the checks of a value that is not empty by the type of its
// column.
func checks(f *modelinfo.Field, v any) (list []models.Check) {
	name, typ := f.Column, sqltype.Parse(f.SQLType)
	if typ.Dims > 0 || f.Serializer != nil {
		return nil
	}
	rv := reflect.ValueOf(v)
	switch d, isDecimal := v.(decimal.Decimal); {
	case rv.Kind() == reflect.String:
		c := models.Text(name, rv.String())
		if n, ok := length(typ); ok {
			c = c.MaxLength(n)
		}
		list = append(list, c)
	case rv.CanInt():
		list = append(list, integers(name, typ, rv.Int())...)
	case rv.CanUint() && rv.Uint() <= math.MaxInt64:
		list = append(list, integers(name, typ, int64(rv.Uint()))...)
	case rv.CanUint():
		list = append(list, models.Number(name, rv.Uint()).Max(math.MaxInt64))
	case isDecimal:
		list = append(list, digits(name, typ, d)...)
	}
	return list
}

// length returns the greatest number of characters of a type of texts.
func length(typ sqltype.Name) (n int, ok bool) {
	switch typ.Canonical() {
	case "character varying", "character":
		n, err := strconv.Atoi(typ.Modifier)
		return n, err == nil
	}
	return 0, false
}

// integers returns the check of an integer in a column of a type.
func integers(name string, typ sqltype.Name, n int64) []models.Check {
	c := models.Number(name, n)
	switch typ.Canonical() {
	case "smallint":
		return []models.Check{c.Between(math.MinInt16, math.MaxInt16)}
	case "integer":
		return []models.Check{c.Between(math.MinInt32, math.MaxInt32)}
	case "numeric":
		return digits(name, typ, decimal.NewFromInt(n))
	}
	return nil
}

// digits returns the check of a decimal in a column of numeric(p, s).
func digits(name string, typ sqltype.Name, d decimal.Decimal) []models.Check {
	if typ.Canonical() != "numeric" || typ.Modifier == "" {
		return nil
	}
	total, places, _ := strings.Cut(typ.Modifier, ",")
	p, err := strconv.Atoi(total)
	if err != nil {
		return nil
	}
	s, _ := strconv.Atoi(places)
	return []models.Check{models.Decimal(name, d).Digits(p, s)}
}
