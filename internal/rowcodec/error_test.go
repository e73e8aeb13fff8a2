package rowcodec_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/rowcodec"
)

func TestErrorNamesColumn(t *testing.T) {
	t.Parallel()
	conn := connect(t, databaseURL(t))
	type Track struct {
		ID    int64
		Plays int8
		Note  *uint16
	}
	_, err := rowcodec.Collect[*Track](t.Context(), query(t, conn, "SELECT 1::int8, 300::int4, 1::int2"), shapeOf[Track](t), 0)
	require.EqualError(t, err, `gormango: Track.Plays: column "plays": value out of range for int8 (use a wider field type)`)
	require.ErrorIs(t, err, rowcodec.ErrRange)
	var column *rowcodec.ColumnError
	require.ErrorAs(t, err, &column)
	require.Equal(t, rowcodec.ColumnError{Model: "Track", Field: "Plays", Column: "plays", Value: "300", Err: errors.Unwrap(err)}, *column)

	_, err = rowcodec.Collect[*Track](t.Context(), query(t, conn, "SELECT 1::int8, 3::int4, -1::int2"), shapeOf[Track](t), 0)
	require.ErrorContains(t, err, `Track.Note: column "note": value out of range`)
	// The connection is usable again.
	exec(t, conn, "SELECT 1")
}
