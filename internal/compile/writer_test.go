package compile

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWriter(t *testing.T) {
	t.Parallel()
	w := newWriter()
	for i, key := range []any{nil, "k", nil, "k", "l"} {
		w.sep(i, "first ", ", ")
		w.argOf(key, i)
	}
	require.Equal(t, "first $1, $2, $3, $2, $4", string(w.buf), "what stands for one key is one argument")
	m := w.mark()
	w.arg(9)
	w.unnestAs("t", []array{{key: "a", values: 1, cast: "::int[]"}, {values: 2, cast: "::text[]"}})
	require.Equal(t, "$5unnest($6::int[], $7::text[]) WITH ORDINALITY AS t(c1, c2, n)", string(w.buf[m.buf:]))
	w.back(m)
	w.argOf("a", 7)
	require.Equal(t, []any{0, 1, 2, 4, 7}, w.args, "what was dropped is no argument")
	for name, want := range map[string]string{"t": `"t"`, "s.t": `"s"."t"`, `a"b`: `"a""b"`, `s.a"b.c`: `"s"."a""b.c"`} {
		require.Equal(t, want, string(AppendTable(nil, name)))
	}
}
