package lookup

// Kind is the family of types that a value belongs to, as far as lookups care.
type Kind uint8

// The kinds. Other stands for every type that only has the lookups of all
// types.
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

// String is the kind's name in error texts.
func (k Kind) String() string { return kindNames[k] }

// Numeric says that the kind counts.
func (k Kind) Numeric() bool { return k == Int || k == Float || k == Decimal }

// Parsed says that whether a text is a value of the kind is known without
// asking the database.
func (k Kind) Parsed() bool {
	switch k {
	case Text, Int, Float, Decimal, Bool, Time, Date, UUID, Clock, Duration:
		return true
	}
	return false
}
