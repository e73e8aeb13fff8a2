package rowcodec

import (
	"gorm.io/gorm/schema"

	"github.com/gormango/gormango/internal/jsonvalue"
)

// digitsOfFloat is the number of digits that each float64 keeps.
const digitsOfFloat = 15

// jsonText returns the text of a JSON column's value; false for NULL.
func jsonText(v any) ([]byte, bool) {
	switch x := v.(type) {
	case []byte:
		return x, true
	case string:
		return []byte(x), true
	}
	return nil, false
}

// losesDigits reports whether a field's serializer, GORM's for JSON, would read
// numbers of text into an interface as a float64 that does not hold them.
func losesDigits(f *schema.Field, text []byte) bool {
	if _, ok := f.Serializer.(schema.JSONSerializer); !ok || !jsonvalue.HoldsAny(f.FieldType) {
		return false
	}
	run := 0
	for _, b := range text {
		if b < '0' || b > '9' {
			run = 0
		} else if run++; run > digitsOfFloat {
			return true
		}
	}
	return false
}
