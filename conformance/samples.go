package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/shopspring/decimal"
	"gorm.io/gorm"

	"github.com/gormango/gormango/repo"
	"github.com/gormango/gormango/txutil"
)

// sampleZone is the time zone of the sessions that query samples.
const sampleZone = "Europe/Berlin"

// Sample has a column of each type, as in testdata/samples.py.
type Sample struct {
	ID       int64 `gorm:"primaryKey"`
	Name     string
	Took     *time.Duration `gorm:"type:interval"`
	Clock    *string        `gorm:"type:time"`
	Day      *time.Time     `gorm:"type:date"`
	At       *time.Time
	Wall     *time.Time       `gorm:"type:timestamp"`
	Whole    *decimal.Decimal `gorm:"type:numeric(10,0)"`
	Price    *decimal.Decimal `gorm:"type:numeric(12,4)"`
	Fine     *decimal.Decimal `gorm:"type:numeric(30,20)"`
	Small    *int16
	Big      *int64
	Ratio    *float64 `gorm:"type:double precision"`
	On       *bool
	Ints     pgtype.Range[pgtype.Int4]        `gorm:"type:int4range"`
	Nums     pgtype.Range[pgtype.Numeric]     `gorm:"type:numrange"`
	Days     pgtype.Range[pgtype.Date]        `gorm:"type:daterange"`
	Spans    pgtype.Range[pgtype.Timestamptz] `gorm:"type:tstzrange"`
	Attrs    pgtype.Hstore                    `gorm:"type:hstore"`
	Addr     *string                          `gorm:"type:inet"`
	Raw      []byte
	Doc      json.RawMessage   `gorm:"type:jsonb"`
	Grid     [][]*int64        `gorm:"type:bigint[]"`
	Moments  []time.Time       `gorm:"type:timestamptz[]"`
	Labels   []*string         `gorm:"type:text[]"`
	Prices   []decimal.Decimal `gorm:"type:numeric(12,4)[]"`
	Code     *uuid.UUID        `gorm:"type:uuid;unique"`
	ParentID *int64
	Parent   *Sample
	Parts    []*Sample `gorm:"foreignKey:ParentID"`
}

// TableName returns the name in testdata/samples.py.
func (Sample) TableName() string { return "or_sample" }

// typed decodes the tags that samples add, ok if it is one.
func (r *runner[T]) typed(tag string, x any) (v any, ok bool, err error) {
	switch tag {
	case "$bytes":
		v, err = hex.DecodeString(x.(string))
	case "$uuid":
		v, err = uuid.Parse(x.(string))
	case "$range":
		v, err = r.rangeOf(x)
	default:
		return nil, false, nil
	}
	return v, true, err
}

// rangeOf decodes a range, whose ends show its type.
func (r *runner[T]) rangeOf(x any) (any, error) {
	if x == "empty" {
		return "empty", nil
	}
	parts := x.([]any)
	var ends [2]any
	for i := range ends {
		var err error
		if ends[i], err = r.value(parts[i]); err != nil {
			return nil, err
		}
	}
	bounds := parts[2].(string)
	day := false
	for _, p := range parts[:2] {
		o, ok := p.(*object)
		day = day || ok && o.has("$date")
	}
	switch probe := ends[slices.IndexFunc(ends[:], func(e any) bool { return e != nil })].(type) {
	case int64:
		return bounded(ends, bounds, func(e any) pgtype.Int4 { return pgtype.Int4{Int32: int32(e.(int64)), Valid: true} }), nil
	case time.Time:
		if day {
			return bounded(ends, bounds, func(e any) pgtype.Date { return pgtype.Date{Time: e.(time.Time), Valid: true} }), nil
		}
		return bounded(ends, bounds, func(e any) pgtype.Timestamptz { return pgtype.Timestamptz{Time: e.(time.Time), Valid: true} }), nil
	case decimal.Decimal:
		return bounded(ends, bounds, func(e any) pgtype.Numeric {
			d := e.(decimal.Decimal)
			return pgtype.Numeric{Int: d.Coefficient(), Exp: d.Exponent(), Valid: true}
		}), nil
	default:
		return nil, fmt.Errorf("a range of %T", probe)
	}
}

func bounded[E any](ends [2]any, bounds string, of func(any) E) pgtype.Range[E] {
	out := pgtype.Range[E]{LowerType: pgtype.Unbounded, UpperType: pgtype.Unbounded, Valid: true}
	if ends[0] != nil {
		out.Lower, out.LowerType = of(ends[0]), pgtype.Inclusive
		if bounds[0] == '(' {
			out.LowerType = pgtype.Exclusive
		}
	}
	if ends[1] != nil {
		out.Upper, out.UpperType = of(ends[1]), pgtype.Exclusive
		if bounds[1] == ']' {
			out.UpperType = pgtype.Inclusive
		}
	}
	return out
}

// encodeTyped encodes the values of samples that other models do not have, ok
// if v is one.
func encodeTyped(v any) (out any, ok bool) {
	switch x := v.(type) {
	case []byte:
		if x == nil {
			return nil, true
		}
		return row{"$bytes": hex.EncodeToString(x)}, true
	case pgtype.Int4:
		return int64(x.Int32), true
	case pgtype.Date:
		return encode(x.Time, "date"), true
	case pgtype.Timestamptz:
		return encode(x.Time, ""), true
	case pgtype.Numeric:
		return encode(decimal.NewFromBigInt(x.Int, x.Exp), ""), true
	case pgtype.Hstore:
		if x == nil {
			return nil, true
		}
		members := map[string]any{}
		for k, e := range x {
			members[k] = nil
			if e != nil {
				members[k] = *e
			}
		}
		return row{"$json": members}, true
	}
	rv := reflect.ValueOf(v)
	if rv.Kind() != reflect.Struct || !strings.HasPrefix(rv.Type().Name(), "Range[") {
		return nil, false
	}
	lower, upper := rv.FieldByName("LowerType").Interface().(pgtype.BoundType), rv.FieldByName("UpperType").Interface().(pgtype.BoundType)
	switch {
	case !rv.FieldByName("Valid").Bool():
		return nil, true
	case lower == pgtype.Empty:
		return row{"$range": "empty"}, true
	}
	ends, bounds := []any{nil, nil}, []byte("()")
	if lower != pgtype.Unbounded {
		ends[0] = encode(rv.FieldByName("Lower").Interface(), "")
	}
	if upper != pgtype.Unbounded {
		ends[1] = encode(rv.FieldByName("Upper").Interface(), "")
	}
	if lower == pgtype.Inclusive {
		bounds[0] = '['
	}
	if upper == pgtype.Inclusive {
		bounds[1] = ']'
	}
	return row{"$range": append(ends, string(bounds))}, true
}

// encodeRange encodes the text of a range, as which rows of any hold it.
func encodeRange(text, kind string) any {
	if text == "empty" {
		return row{"$range": text}
	}
	last := len(text) - 1
	lower, upper, _ := strings.Cut(strings.ReplaceAll(text[1:last], `"`, ""), ",")
	end := func(s string) any {
		if s == "" {
			return nil
		}
		switch kind {
		case "daterange":
			return row{"$date": s}
		case "numrange":
			return row{"$decimal": s}
		case "tstzrange":
			at, err := time.Parse("2006-01-02 15:04:05Z07", s)
			if err != nil {
				return s
			}
			return encode(at, "")
		}
		return json.Number(s)
	}
	return row{"$range": []any{end(lower), end(upper), text[:1] + text[last:]}}
}

// errUndo rolls a write back.
var errUndo = errors.New("undo")

// write runs the end that writes. Its result is the answer of the call and the
// rows that it changed. The transaction is rolled back.
func (r *runner[T]) write(ctx context.Context, end *object) (any, error) {
	qs, ok := any(r.qs).(*repo.QuerySet[Sample])
	if !ok {
		return nil, unsupported("writes of other models")
	}
	var result any
	err := txutil.Atomic(ctx, r.env.db, func(ctx context.Context) error {
		db := r.env.db.WithContext(ctx)
		if err := db.Exec("SET TRANSACTION READ WRITE").Error; err != nil {
			return err
		}
		before, err := sampleRows(ctx, db)
		if err != nil {
			return err
		}
		answer, err := r.written(ctx, qs, end)
		if err != nil {
			return err
		}
		after, err := sampleRows(ctx, db)
		if err != nil {
			return err
		}
		result = []any{answer, changed(before, after)}
		return errUndo
	})
	if errors.Is(err, errUndo) {
		err = nil
	}
	return result, err
}

// sampleRows returns the rows of the table, encoded, in the order of their keys.
func sampleRows(ctx context.Context, db *gorm.DB) ([]row, error) {
	objs, err := repo.New[Sample](db).OrderBy("id").All(ctx)
	out := make([]row, len(objs))
	for i, o := range objs {
		out[i] = instance(reflect.ValueOf(o), nil, newLoad()).(row)
	}
	return out, err
}

// changed returns the rows that were not there before.
func changed(before, after []row) []any {
	out := []any{}
	for _, a := range after {
		if !slices.ContainsFunc(before, func(b row) bool { return reflect.DeepEqual(a, b) }) {
			out = append(out, a)
		}
	}
	return out
}

// written makes the call of a write and returns its answer.
func (r *runner[T]) written(ctx context.Context, qs *repo.QuerySet[Sample], end *object) (any, error) {
	all := repo.New[Sample](r.env.db)
	values, err := r.cells(end.object("values"))
	if err != nil {
		return nil, err
	}
	var made []*Sample
	for _, o := range end.list("rows") {
		cells, err := r.cells(o.(*object))
		if err != nil {
			return nil, err
		}
		s := &Sample{}
		if err := s.set(cells); err != nil {
			return nil, err
		}
		made = append(made, s)
	}
	names := make([]repo.Name[Sample], len(values))
	for i, c := range values {
		names[i] = repo.Name[Sample](c.name)
	}
	switch how := end.text("how"); how {
	case "create", "get_or_create", "update_or_create":
		s := &Sample{}
		if err := s.set(values); err != nil {
			return nil, err
		}
		if how == "create" {
			return nil, all.Create(ctx, s)
		}
		by := make([]repo.Name[Sample], len(end.list("by")))
		for i, n := range end.list("by") {
			by[i] = repo.Name[Sample](n.(string))
		}
		names = slices.DeleteFunc(names, func(n repo.Name[Sample]) bool { return n == "id" || slices.Contains(by, n) })
		if how == "get_or_create" {
			return all.By(by[0], by[1:]...).GetOrCreate(ctx, s)
		}
		return all.By(by[0], by[1:]...).UpdateOrCreate(ctx, s, names[0], names[1:]...)
	case "bulk_create":
		return nil, all.BulkCreate(ctx, made)
	case "upsert":
		var set []repo.Name[Sample]
		for _, k := range end.list("rows")[0].(*object).keys {
			if k != "id" {
				set = append(set, repo.Name[Sample](k))
			}
		}
		return nil, all.OnConflict("id").Update(set[0], set[1:]...).BulkCreate(ctx, made)
	case "update":
		set := make([]repo.Assign[Sample], len(values))
		for i, c := range values {
			set[i] = all.Set(repo.Name[Sample](c.name), c.value)
		}
		return qs.AllRows().Update(ctx, set[0], set[1:]...)
	case "save", "bulk_update":
		objs, err := qs.OrderBy("id").Slice(0, 3).All(ctx)
		if err != nil {
			return nil, err
		}
		for _, o := range objs {
			if err := o.set(values); err != nil {
				return nil, err
			}
		}
		if how == "bulk_update" {
			return all.BulkUpdate(ctx, objs, names[0], names[1:]...)
		}
		for _, o := range objs {
			if err := all.Save(ctx, o); err != nil {
				return nil, err
			}
		}
		return nil, nil
	default:
		return nil, unsupported("write " + how)
	}
}

// cell is the value of a column.
type cell struct {
	name  string
	value any
}

// cells decodes the values of a write. Those of doc are JSON as it is written,
// since 1.0 is 1 in Go's JSON.
func (r *runner[T]) cells(o *object) ([]cell, error) {
	if o == nil {
		return nil, nil
	}
	out := make([]cell, len(o.keys))
	for i, k := range o.keys {
		v, err := r.value(o.get(k))
		if k == "doc" && v != nil {
			v, err = json.Marshal(jsonValue(v))
			v = json.RawMessage(v.([]byte))
		}
		if err != nil {
			return nil, err
		}
		out[i] = cell{k, v}
	}
	return out, nil
}

// set sets fields to values of the format.
func (s *Sample) set(cells []cell) error {
	for _, c := range cells {
		if err := setField(reflect.ValueOf(s).Elem().FieldByNameFunc(func(n string) bool {
			return strings.EqualFold(n, c.name)
		}), c.value); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
	}
	return nil
}

// setField sets a field to a value of another form.
func setField(f reflect.Value, v any) error {
	rv := reflect.ValueOf(v)
	switch {
	case v == nil:
		f.SetZero()
	case f.Type() == reflect.TypeFor[pgtype.Hstore]():
		h := pgtype.Hstore{}
		for k, e := range v.(map[string]any) {
			h[k] = nil
			if s, ok := e.(string); ok {
				h[k] = &s
			}
		}
		f.Set(reflect.ValueOf(h))
	case v == "empty" && f.Kind() == reflect.Struct:
		f.FieldByName("LowerType").Set(reflect.ValueOf(pgtype.Empty))
		f.FieldByName("UpperType").Set(reflect.ValueOf(pgtype.Empty))
		f.FieldByName("Valid").SetBool(true)
	case f.Kind() == reflect.Pointer:
		f.Set(reflect.New(f.Type().Elem()))
		return setField(f.Elem(), v)
	case f.Kind() == reflect.Slice && rv.Kind() == reflect.Slice && f.Type() != rv.Type():
		f.Set(reflect.MakeSlice(f.Type(), rv.Len(), rv.Len()))
		for i := range rv.Len() {
			if err := setField(f.Index(i), rv.Index(i).Interface()); err != nil {
				return err
			}
		}
	case rv.CanConvert(f.Type()):
		f.Set(rv.Convert(f.Type()))
	default:
		return fmt.Errorf("a %T for a %s", v, f.Type())
	}
	return nil
}
