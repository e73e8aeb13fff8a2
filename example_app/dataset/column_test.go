package dataset

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestMoment(t *testing.T) {
	t.Parallel()
	want := time.Date(2021, 1, 31, 10, 20, 30, 0, time.UTC)
	for _, text := range []string{"2021-01-31 10:20:30", "2021-01-31T10:20:30Z", "2021-01-31T12:20:30+02:00"} {
		got, err := moment(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
	got, err := moment("2021-01-31")
	require.NoError(t, err)
	require.Equal(t, time.Date(2021, 1, 31, 0, 0, 0, 0, time.UTC), got)
}

func TestNullableIsNilWhereTheFileHasNothing(t *testing.T) {
	t.Parallel()
	type row struct{ Note *string }
	c := nullable("note", text, func(r *row) **string { return &r.Note })
	var r row
	require.NoError(t, c.set(&r, ""))
	require.Nil(t, r.Note)
	require.NoError(t, c.set(&r, "x"))
	require.Equal(t, "x", *r.Note)
}
