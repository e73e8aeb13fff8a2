package store

import (
	"encoding/json"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

func TestPriceJSON(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{`"0.99"`: `"0.99"`, `1.5`: `"1.50"`, `"2"`: `"2.00"`} {
		var p Price
		require.NoError(t, json.Unmarshal([]byte(in), &p))
		out, err := json.Marshal(p)
		require.NoError(t, err)
		require.Equal(t, want, string(out))
	}
}

func TestPriceStorable(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"0": true, "0.01": true, "99999999.99": true, "0.990": true, "-0.01": false, "0.001": false, "100000000": false, "1e9000": false, "1e-9000": false,
	} {
		require.Equal(t, want, Price{decimal.RequireFromString(text)}.storable(), text)
	}
}

func TestPriceSum(t *testing.T) {
	t.Parallel()
	p := Price{decimal.RequireFromString("0.99")}
	require.Equal(t, "3.96", p.Times(3).Plus(p).String())
}
