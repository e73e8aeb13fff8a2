package lookup

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCustomFitsItsTypes(t *testing.T) {
	t.Parallel()
	c := &Custom{SQL: []string{"timestamp with time zone"}}
	for name, want := range map[string]bool{
		"timestamptz": true, "timestamp(3) with time zone": true, "timestamp": false, "timestamp(3)": false, "timestamptz[]": false,
	} {
		require.Equal(t, want, c.fits(At{Type: TypeOf(name)}) > 0, name)
	}
}
