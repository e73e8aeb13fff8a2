package rowcodec_test

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/rowcodec"
)

// A cell is its value at the time everywhere but in parameters.
func TestCellIsItsValue(t *testing.T) {
	t.Parallel()
	text := "text"
	o := &written{Name: "n", TextPtr: &text}
	for name, want := range map[string]any{"Name": name("n"), "TextPtr": &text, "IntPtr": (*int)(nil)} {
		source, ok := rowcodec.SourceOf(parse(t, o).LookUpField(name))
		require.True(t, ok)
		cell := rowcodec.NewCell(&source, reflect.ValueOf(o).UnsafePointer())
		got, err := cell.Value()
		require.NoError(t, err)
		require.Equal(t, want, got)
		require.Equal(t, fmt.Sprintf("%v", want), fmt.Sprintf("%v", &cell))
		args := []any{1, &cell}
		require.Equal(t, []any{1, want}, rowcodec.WithoutCells(args))
		require.Same(t, &cell, args[1], "the list of the caller stays")
	}
}
