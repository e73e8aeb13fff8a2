package lookup

// Kind is the family of a value's type, which decides its lookups.
type Kind uint8

// The kinds. Other stands for types that have only the lookups of all types.
const (
	Other Kind = iota
	Text
	Int
	Float
	Decimal
	Bool
	Time // timestamp with or without time zone
	Date
	UUID
	JSON
	Bytes
	Clock // a time of day
	Duration
	Array
	HStore
	Range
	Vector // tsvector
	Search // tsquery
)

var kindNames = [...]string{"value", "text", "integer", "float", "decimal", "bool", "time", "date", "uuid", "json", "bytes", "time of day",
	"duration", "array", "hstore", "range", "tsvector", "tsquery"}

// String returns the kind's name in error texts.
func (k Kind) String() string { return kindNames[k] }

// Numeric reports whether values of the kind are numbers.
func (k Kind) Numeric() bool { return k == Int || k == Float || k == Decimal }

// Parsed reports whether a text can be checked to be a value of the kind
// without the database.
func (k Kind) Parsed() bool {
	switch k {
	case Text, Int, Float, Decimal, Bool, Time, Date, UUID, Clock, Duration:
		return true
	}
	return false
}
