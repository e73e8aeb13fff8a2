package main

import (
	"reflect"
	"strings"
)

// The functions of this file follow a name or an expression to its columns,
// since dates, timestamps and times of day have one Go type in a row of any and
// different formats. The sum of a bigint key is an int64 here by design, and
// PostgreSQL's numeric in Django.

// kind returns "date" or "time" for a name whose values are dates or times of
// day, "decimal" for sums that are decimals in Django, else "".
func (r *runner[T]) kind(name string) string {
	if k, ok := r.kinds[name]; ok {
		return k
	}
	return pathKind(reflect.TypeFor[T](), name)
}

// pathKind returns the kind of a column at the end of a path.
func pathKind(t reflect.Type, path string) string {
	head, rest, more := strings.Cut(path, "__")
	fields, rels := fieldsOf(t)
	if i, ok := rels[head]; ok && more {
		next := t.Field(i).Type
		for next.Kind() != reflect.Struct {
			next = next.Elem()
		}
		return pathKind(next, rest)
	}
	for _, f := range fields {
		if f.name == head {
			switch {
			case f.kind != "" && !more:
				return f.kind
			case f.kind == "daterange" && (rest == "startswith" || rest == "endswith"):
				return "date"
			case rest == "date", rest == "time":
				return rest
			}
		}
	}
	return ""
}

// exprKind returns the kind of an expression's values.
func (r *runner[T]) exprKind(e any) string {
	switch x := e.(type) {
	case string:
		return r.kind(x)
	case *object:
		return r.objectKind(x)
	}
	return ""
}

func (r *runner[T]) objectKind(o *object) string {
	switch out := o.text("out"); out {
	case "date", "time":
		return out
	case "":
	default:
		return ""
	}
	first := func(list []any) string {
		if len(list) == 0 {
			return ""
		}
		return r.exprKind(list[0])
	}
	switch {
	case o.has("f"):
		return r.kind(o.text("f"))
	case o.has("agg"):
		switch o.text("agg") {
		case "Min", "Max", "ArrayAgg":
			return r.exprKind(o.get("of"))
		case "Sum":
			if of := o.text("of"); of == "id" || strings.HasSuffix(of, "__id") {
				return "decimal"
			}
		}
	case o.has("value"):
		v := o.object("value")
		switch {
		case v != nil && v.has("$date"):
			return "date"
		case v != nil && v.has("$time"):
			return "time"
		}
	case o.has("fn"):
		switch fn := o.text("fn"); fn {
		case "TruncDate":
			return "date"
		case "TruncTime":
			return "time"
		case "Coalesce", "Greatest", "Least", "NullIf", "Trunc", "TruncYear", "TruncQuarter", "TruncMonth", "TruncWeek", "TruncDay", "TruncHour", "TruncMinute", "TruncSecond":
			return first(o.list("args"))
		}
	case o.has("window"):
		w := o.object("window")
		if w.has("expr") {
			return r.exprKind(w.get("expr"))
		}
		switch w.text("fn") {
		case "Lag", "Lead", "FirstValue", "LastValue", "NthValue":
			return first(w.list("args"))
		}
	case o.has("subquery"), o.has("array_subquery"):
		spec := o.object("subquery")
		if spec == nil {
			spec = o.object("array_subquery")
		}
		if sub, err := r.env.chain(spec); err == nil {
			return sub.columnKind()
		}
	case o.has("case"):
		if branches := o.list("case"); len(branches) > 0 {
			return r.exprKind(branches[0].([]any)[1])
		}
	case o.has("wrap"):
		return r.exprKind(o.get("wrap"))
	}
	return ""
}

// columnKind returns the kind of the first column in a query.
func (r *runner[T]) columnKind() string {
	if len(r.columns) == 0 {
		return ""
	}
	return r.kind(r.columns[0])
}
