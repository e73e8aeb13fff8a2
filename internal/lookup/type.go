package lookup

import (
	"strings"

	"github.com/gormango/gormango/internal/sqltype"
)

// Type is the type of a column or an expression.
type Type struct {
	Kind Kind
	// SQL is the type's name in PostgreSQL, "" if it does not matter.
	SQL string
	// Elem is the type of the elements of an Array or a Range, multiranges among
	// them.
	Elem *Type
	// Dims is the number of dimensions of an Array, if it is known to be more than
	// one. PostgreSQL's types do not have it.
	Dims int
}

// The types of values that the database computes.
var (
	IntType       = TypeOf("integer")
	BigIntType    = TypeOf("bigint")
	FloatType     = TypeOf("double precision")
	DecimalType   = TypeOf("numeric")
	TextType      = TypeOf("text")
	BoolType      = TypeOf("boolean")
	DateType      = TypeOf("date")
	TimeType      = TypeOf("timestamptz")
	TimestampType = TypeOf("timestamp") // without a time zone
	ClockType     = TypeOf("time")
	DurationType  = TypeOf("interval")
	UUIDType      = TypeOf("uuid")
	JSONType      = TypeOf("jsonb")
	BytesType     = TypeOf("bytea")
	VectorType    = TypeOf("tsvector")
	SearchType    = TypeOf("tsquery")
)

// kinds maps canonical type names to kinds.
var kinds = map[string]Kind{
	"text": Text, "character varying": Text, "character": Text, "bpchar": Text, "citext": Text, "name": Text,
	"smallint": Int, "integer": Int, "bigint": Int,
	"real": Float, "double precision": Float, "numeric": Decimal, "boolean": Bool,
	"timestamp with time zone": Time, "timestamp without time zone": Time, "date": Date,
	"time without time zone": Clock, "interval": Duration,
	"uuid": UUID, "json": JSON, "jsonb": JSON, "bytea": Bytes, "hstore": HStore, "tsvector": Vector, "tsquery": Search,
	"int4range": Range, "int8range": Range, "numrange": Range, "tsrange": Range, "tstzrange": Range, "daterange": Range,
	"int4multirange": Range, "int8multirange": Range, "nummultirange": Range, "tsmultirange": Range, "tstzmultirange": Range, "datemultirange": Range,
}

// rangeElems maps ranges to the types of their ends.
var rangeElems = map[string]string{
	"int4range": "integer", "int8range": "bigint", "numrange": "numeric",
	"tsrange": "timestamp", "tstzrange": "timestamptz", "daterange": "date",
}

// TypeOf returns the type of a name from GORM's dialect, a user or the catalog.
func TypeOf(name string) Type {
	t := Type{SQL: sqltype.Lower(name)}
	if elem, ok := sqltype.Elem(t.SQL); ok {
		e := TypeOf(elem)
		t.Kind, t.Elem = Array, &e
		return t
	}
	base := sqltype.Canonical(t.SQL)
	t.Kind = kinds[base]
	if t.Kind == Range {
		e := TypeOf(rangeElems[strings.Replace(base, "multi", "", 1)])
		t.Elem = &e
	}
	return t
}

// Multi returns the range type that a multirange type is of, false if it is
// none.
func (t Type) Multi() (rangeType string, ok bool) {
	of, ok := strings.CutSuffix(t.SQL, "multirange")
	return of + "range", ok && t.Kind == Range
}

// ArrayOf returns the type of an array of t.
func ArrayOf(t Type) Type {
	a := Type{Kind: Array, Elem: &t}
	if t.SQL != "" {
		a.SQL = t.SQL + "[]"
	}
	return a
}

// RangeOf returns the range type whose ranges hold values of type t.
func RangeOf(t Type) Type {
	switch t.Kind {
	case Int:
		if _, hi := t.IntRange(); hi < 1<<31 {
			return TypeOf("int4range")
		}
		return Type{Kind: Range, SQL: "int8range", Elem: &t}
	case Float:
		return TypeOf("numrange")
	case Decimal:
		return Type{Kind: Range, SQL: "numrange", Elem: &t}
	case Date:
		return Type{Kind: Range, SQL: "daterange", Elem: &t}
	case Time:
		if t.Instant() {
			return Type{Kind: Range, SQL: "tstzrange", Elem: &t}
		}
		return Type{Kind: Range, SQL: "tsrange", Elem: &t}
	}
	return Type{Kind: Range, Elem: &t}
}

// Unlimited returns t without length, precision and scale: the type that
// values are cast to beside a value of type t.
func (t Type) Unlimited() Type {
	if t.SQL != "" {
		t.SQL = sqltype.Unlimited(t.SQL)
	}
	return t
}

// IsZero reports whether the type is unknown.
func (t Type) IsZero() bool { return t.Kind == Other && t.SQL == "" }

// Instant reports whether values of the type are points in time, whatever the
// time zone.
func (t Type) Instant() bool {
	return t.Kind == Time && sqltype.Canonical(t.SQL) != "timestamp without time zone"
}

// Comparable reports whether Go can compare values of the type as PostgreSQL
// does. It is false for a type that is not known, such as a domain, and for
// times without a zone: whether a database keeps their moment or what their
// clock shows depends on its connections.
func (t Type) Comparable() bool {
	switch t.Kind {
	case Int, Float, Decimal, Bool, Date, UUID, Bytes:
		return true
	case Time:
		return t.Instant()
	case Text:
		return sqltype.Canonical(t.SQL) != "citext"
	case Array:
		return t.Elem.Comparable()
	}
	return false
}

// Incomparable reports whether PostgreSQL has no operator = for the type.
func (t Type) Incomparable() bool {
	switch sqltype.Canonical(t.SQL) {
	case "xml", "point", "polygon":
		return t.Kind == Other
	}
	return false
}

// IntRange returns the least and the greatest value of an integer type.
func (t Type) IntRange() (lo, hi int64) {
	switch sqltype.Canonical(t.SQL) {
	case "smallint":
		return -1 << 15, 1<<15 - 1
	case "integer":
		return -1 << 31, 1<<31 - 1
	}
	return -1 << 63, 1<<63 - 1
}
