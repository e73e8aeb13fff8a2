package rowcodec_test

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgtype"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/rowcodec"
)

func TestTimesBeyondTheRangeAreRefused(t *testing.T) {
	t.Parallel()
	m := pgtype.NewMap()
	rowcodec.RegisterTimes(m, time.UTC)
	year := func(y int) time.Time { return time.Date(y, 6, 1, 0, 0, 0, 0, time.UTC) }
	for _, format := range []int16{pgtype.BinaryFormatCode, pgtype.TextFormatCode} {
		for _, c := range []struct {
			oid   uint32
			value any
			fits  bool
		}{
			{pgtype.TimestamptzOID, year(2026), true},
			{pgtype.TimestamptzOID, year(-4712), true},
			{pgtype.TimestamptzOID, year(-4713), false},
			{pgtype.TimestamptzOID, year(294275), true},
			{pgtype.TimestamptzOID, year(294277), false},
			{pgtype.TimestamptzOID, time.Unix(1<<60, 0), false},
			{pgtype.TimestamptzOID, pgtype.Timestamptz{InfinityModifier: pgtype.Infinity, Valid: true}, true},
			{pgtype.TimestampOID, time.Unix(1<<60, 0), false},
			{pgtype.TimestampOID, time.Unix(-1<<60, 0), false},
			{pgtype.TimestampOID, year(2026), true},
			{pgtype.TimestampOID, pgtype.Timestamp{}, true},
			{pgtype.DateOID, year(294277), true},
			{pgtype.DateOID, year(5874896), true},
			{pgtype.DateOID, year(5874898), false},
			{pgtype.DateOID, time.Unix(1<<60, 0), false},
			{pgtype.TimestamptzArrayOID, []time.Time{year(2026), time.Unix(1<<60, 0)}, false},
			{pgtype.TstzrangeOID, pgtype.Range[time.Time]{Lower: year(1), Upper: time.Unix(1<<60, 0), LowerType: pgtype.Inclusive, UpperType: pgtype.Exclusive, Valid: true}, false},
			{pgtype.DaterangeOID, pgtype.Range[time.Time]{Lower: year(1), Upper: year(2), LowerType: pgtype.Inclusive, UpperType: pgtype.Exclusive, Valid: true}, true},
		} {
			_, err := m.Encode(c.oid, format, c.value, nil)
			if c.fits {
				require.NoError(t, err, c.value)
			} else {
				require.ErrorIs(t, err, rowcodec.ErrTimeRange, c.value)
			}
		}
	}
}
