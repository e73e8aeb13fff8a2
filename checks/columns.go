package checks

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"gorm.io/gorm/schema"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/modelinfo"
	"github.com/gormango/gormango/internal/sqltype"
	"github.com/gormango/gormango/models"
)

// columnRules are the checks of columns.
var columnRules = []rule{
	{Check{"fields.E101", Error, "two fields of a struct with the same column, of which GORM keeps one"}, sameColumn},
	{Check{"fields.W102", Warning, "a column named pk, which lookups take for the primary key"}, perField(func(f *modelinfo.Field) (text, fix string) {
		if f.Column == "pk" && !f.PrimaryKey {
			return "lookups take pk for the primary key", "give the column another name"
		}
		return "", ""
	})},
	{Check{"fields.W103", Warning, "money in floating point"}, perField(func(f *modelinfo.Field) (text, fix string) {
		if (f.Kind == lookup.Float || f.IndirectFieldType.Kind() == reflect.Float64 || f.IndirectFieldType.Kind() == reflect.Float32) && money.MatchString(f.Column) {
			return fmt.Sprintf("sums of money in a %s lose cents", f.IndirectFieldType), "use decimal.Decimal with type:numeric(12,2), or count cents"
		}
		return "", ""
	})},
	{Check{"fields.W104", Warning, "a generated key of 32 bits or less"}, perField(func(f *modelinfo.Field) (text, fix string) {
		if t := sqltype.Canonical(f.Cast); f.PrimaryKey && f.Auto && small[t] != 0 {
			return fmt.Sprintf("keys end at %d", small[t]), "use int64 (models.AutoKey)"
		}
		return "", ""
	})},
	{Check{"fields.W105", Warning, "a timestamp without a time zone"}, perField(func(f *modelinfo.Field) (text, fix string) {
		if t := sqltype.Canonical(f.Cast); t == "timestamp" || t == "timestamp without time zone" {
			return "a timestamp without a zone is a different moment for each reader", "use timestamptz, the type of a time.Time without a tag"
		}
		return "", ""
	})},
	{Check{"fields.W106", Warning, "a column of json instead of jsonb"}, perField(func(f *modelinfo.Field) (text, fix string) {
		if sqltype.Canonical(f.Cast) == "json" {
			return "json keeps a text that each query parses again, and has no operator for equality", "use jsonb"
		}
		return "", ""
	})},
	{Check{"fields.E107", Error, "a choice that is longer than its column"}, perField(longChoice)},
	{Check{"fields.E108", Error, "a default that is none of the choices"}, perField(strayDefault)},
	{Check{"fields.E109", Error, "a choice that is listed twice"}, perField(func(f *modelinfo.Field) (text, fix string) {
		choices := f.Options().Choices
		for i, c := range choices {
			if models.IsChoice(choices[:i], c.Value) {
				return fmt.Sprintf("the choice %v is listed twice", c.Value), "remove one"
			}
		}
		return "", ""
	})},
}

// money matches names of columns that hold money.
var money = regexp.MustCompile(`(^|_)(price|amount|cost|balance|fee|salary|subtotal|payment|refund)(_|$)`)

// small are the last keys of the small types.
var small = map[string]int64{"smallint": 1<<15 - 1, "int2": 1<<15 - 1, "integer": 1<<31 - 1, "int4": 1<<31 - 1}

// perField returns a check of each column.
func perField(find func(f *modelinfo.Field) (text, fix string)) func(*subject, *modelinfo.Model, adder) {
	return func(_ *subject, m *modelinfo.Model, add adder) {
		for _, f := range m.Fields {
			if text, fix := find(f); text != "" {
				add(f.Column, text, fix)
			}
		}
	}
}

// sameColumn finds fields whose column another field of the same depth has.
func sameColumn(_ *subject, m *modelinfo.Model, add adder) {
	first := map[string]*schema.Field{}
	for _, f := range m.Schema.Fields {
		if f.DBName == "" {
			continue
		}
		other := first[f.DBName]
		if other != nil && len(other.BindNames) == len(f.BindNames) {
			add(f.DBName, fmt.Sprintf("the fields %s and %s have this column, so that one of them is neither read nor written", other.BindName(), f.BindName()), "rename one, or give it another column by the tag column")
		}
		if other == nil || len(f.BindNames) < len(other.BindNames) {
			first[f.DBName] = f
		}
	}
}

// limited matches types of limited texts.
var limited = regexp.MustCompile(`^(?:varchar|character varying|char|character|bpchar)\s*\((\d+)\)$`)

// longChoice finds a choice that does not fit into the column.
func longChoice(f *modelinfo.Field) (text, fix string) {
	match := limited.FindStringSubmatch(strings.ToLower(f.SQLType))
	if match == nil {
		return "", ""
	}
	most, _ := strconv.Atoi(match[1])
	for _, c := range f.Options().Choices {
		if v := reflect.ValueOf(c.Value); v.Kind() == reflect.String && utf8.RuneCountInString(v.String()) > most {
			return fmt.Sprintf("the choice %q has %d characters, and the column holds %d", v.String(), utf8.RuneCountInString(v.String()), most), "make the column longer"
		}
	}
	return "", ""
}

// strayDefault finds a default that is none of the choices.
func strayDefault(f *modelinfo.Field) (text, fix string) {
	choices := f.Options().Choices
	if len(choices) == 0 || !f.HasDefaultValue || f.DefaultValue == "" || strings.EqualFold(f.DefaultValue, "null") {
		return "", ""
	}
	value := f.DefaultValueInterface
	if value == nil {
		inner, ok := strings.CutPrefix(f.DefaultValue, "'")
		if value = strings.TrimSuffix(inner, "'"); !ok || !strings.HasSuffix(inner, "'") {
			return "", "" // an expression
		}
	}
	if models.IsChoice(choices, value) {
		return "", ""
	}
	labels := make([]string, len(choices))
	for i, c := range choices {
		labels[i] = fmt.Sprint(c.Value)
	}
	slices.Sort(labels)
	return fmt.Sprintf("the default %v is none of the choices", value), "choices are " + strings.Join(labels, ", ")
}
