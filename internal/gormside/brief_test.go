package gormside

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func TestBrief(t *testing.T) {
	t.Parallel()
	var rows, list []string
	for i := range 1000 {
		rows = append(rows, fmt.Sprintf("($%d,$%d,DEFAULT)", 2*i+1, 2*i+2))
		list = append(list, fmt.Sprintf("$%d", i+1))
	}
	insert := `INSERT INTO "books" ("a","b","c") VALUES `
	require.Equal(t, insert+"($1,$2,DEFAULT) and 999 rows more RETURNING id", brief(insert+strings.Join(rows, ",")+" RETURNING id"))
	require.Equal(t, "SELECT * FROM t WHERE id IN ($1, …, $1000) AND f($2,$3)", brief("SELECT * FROM t WHERE id IN ("+strings.Join(list, ",")+") AND f($2,$3)"))
	short := insert + "($1,$2,$3)"
	require.Equal(t, short, brief(short))
	long := brief("SELECT '" + strings.Repeat("ä", 5000) + "'")
	require.True(t, utf8.ValidString(long))
	require.Len(t, long, 2048+len("… (10009 bytes)"))
	require.Contains(t, long, "… (10009 bytes)")
}
