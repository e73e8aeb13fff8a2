package migrate

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTypesOfOneMeaningAreEqual(t *testing.T) {
	t.Parallel()
	for _, pair := range [][2]string{
		{"int", "integer"}, {"int4[]", "integer[]"}, {"varchar(20)", "character varying(20)"}, {"decimal(10)", "numeric(10, 0)"},
		{"timestamptz", "timestamp with time zone"}, {"timestamptz(3)", "timestamp(3) with time zone"}, {"char", "character(1)"}, {"bool", "boolean"},
	} {
		require.True(t, sameTypeText(pair[0], pair[1]), pair)
	}
	for _, pair := range [][2]string{{"int", "bigint"}, {"varchar(20)", "varchar(21)"}, {"text", "text[]"}, {"numeric", "numeric(10)"}, {"timestamp", "timestamptz"}} {
		require.False(t, sameTypeText(pair[0], pair[1]), pair)
	}
}

func TestSilentRoundingIsRefused(t *testing.T) {
	t.Parallel()
	for _, pair := range [][2]string{
		{"numeric(12,4)", "numeric(12,2)"}, {"numeric", "numeric(12,2)"}, {"numeric(12,2)", "bigint"}, {"double precision", "integer"},
		{"double precision", "real"}, {"bigint", "double precision"}, {"timestamptz", "timestamptz(3)"}, {"timestamptz", "date"}, {"double precision", "numeric(10,2)"},
	} {
		require.True(t, rounds(pair[0], pair[1]), pair)
	}
	for _, pair := range [][2]string{
		{"numeric(12,2)", "numeric(14,4)"}, {"numeric(12,2)", "numeric"}, {"integer", "smallint"}, {"integer", "numeric(5,2)"}, {"real", "double precision"},
		{"integer", "double precision"}, {"date", "timestamptz"}, {"timestamptz(3)", "timestamptz"}, {"real", "numeric"},
	} {
		require.False(t, rounds(pair[0], pair[1]), pair)
	}
}
