package rowcodec_test

import (
	"testing"

	"github.com/jackc/pgx/v5/pgtype"
	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/rowcodec"
)

// The server answers in binary for types with a code, else in text.
func TestResultFormats(t *testing.T) {
	t.Parallel()
	conn := connect(t, databaseURL(t))
	rows := query(t, conn, "SELECT 1::int8, now(), gen_random_uuid(), 1.5::numeric, '{1}'::int8[], '1 day'::interval, 'a'::text", rowcodec.ResultFormats())
	formats := []int16{}
	for _, fd := range rows.FieldDescriptions() {
		formats = append(formats, fd.Format)
	}
	rows.Close()
	require.NoError(t, rows.Err())
	const b, x = pgtype.BinaryFormatCode, pgtype.TextFormatCode
	require.Equal(t, []int16{b, b, b, x, x, x, x}, formats)
}
