package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgtype"
	"github.com/shopspring/decimal"
)

// columnRows reads rows that hold columns by the statement, until Values is there.
func (r *runner[T]) columnRows(ctx context.Context) (any, error) {
	if r.columns == nil && len(r.load.rel) > 0 {
		return nil, unsupported("objects with annotations and relations")
	}
	sql, args, err := r.qs.SQL()
	out := []any{}
	if err != nil || sql == "" {
		return out, err
	}
	rows, err := r.env.db.WithContext(ctx).Raw("", nil).Statement.ConnPool.QueryContext(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, err
	}
	at := map[string]int{}
	for i, t := range types {
		if _, seen := at[t.Name()]; !seen {
			at[t.Name()] = i
		}
	}
	m := pgtype.NewMap()
	for rows.Next() {
		if len(out) == r.env.maxRows {
			return moreThan(r.env.maxRows), nil
		}
		raw := make([]any, len(types))
		ptr := make([]any, len(types))
		for i := range raw {
			ptr[i] = &raw[i]
		}
		if err := rows.Scan(ptr...); err != nil {
			return nil, err
		}
		vals := make([]any, len(types))
		for i, t := range types {
			vals[i] = decode(m, t.DatabaseTypeName(), raw[i])
		}
		switch {
		case r.columns == nil:
			o := row{}
			for name, i := range at {
				o[name] = vals[i]
			}
			out = append(out, o)
		case r.flat:
			out = append(out, vals[0])
		case r.asList:
			out = append(out, vals[:len(r.columns)])
		default:
			o := row{}
			for i, name := range r.columns {
				o[name] = vals[i]
			}
			out = append(out, o)
		}
	}
	return out, rows.Err()
}

// decode reads what database/sql gave for a type.
func decode(m *pgtype.Map, name string, v any) any {
	if v == nil {
		return nil
	}
	text := fmt.Sprint(v)
	if b, ok := v.([]byte); ok {
		text = string(b)
	}
	switch name {
	case "NUMERIC":
		d, err := decimal.NewFromString(text)
		if err != nil {
			return text
		}
		return encode(d, false)
	case "DATE":
		return encode(v.(time.Time), true)
	case "JSONB", "JSON":
		return encodeJSON(json.RawMessage(text))
	case "_VARCHAR", "_TEXT":
		var out []string
		if err := m.Scan(pgtype.TextArrayOID, pgtype.TextFormatCode, []byte(text), &out); err != nil {
			return err.Error()
		}
		return encode(out, false)
	}
	return encode(v, false)
}
