package rowcodec

import (
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgtype"
)

// textMaps holds pools of maps by their zone, since two goroutines may not use
// one map at a time.
var textMaps sync.Map // *time.Location → *sync.Pool

// Text returns the text that the driver writes for a value, not NULL, in a
// column of a type, 0 for one that it does not know, on a connection of
// [RegisterTimes] with zone, or of another one where that is nil.
func Text(oid uint32, v any, zone *time.Location) ([]byte, error) {
	pool, ok := textMaps.Load(zone)
	if !ok {
		pool, _ = textMaps.LoadOrStore(zone, &sync.Pool{New: func() any {
			m := pgtype.NewMap()
			if zone != nil {
				RegisterTimes(m, zone)
			}
			return m
		}})
	}
	m := pool.(*sync.Pool).Get().(*pgtype.Map)
	defer pool.(*sync.Pool).Put(m)
	return m.Encode(oid, pgtype.TextFormatCode, v, nil)
}
