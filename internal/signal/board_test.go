package signal_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/signal"
)

func TestReceiversRunInTheirOrderUntilOneFails(t *testing.T) {
	t.Parallel()
	var b signal.Board
	require.False(t, b.Any(signal.PreSave, "a"))
	var got []string
	note := func(name string, err error) func() {
		return b.On(signal.PreSave, "a", func(_ context.Context, event any) error {
			got = append(got, name+event.(string))
			return err
		})
	}
	boom := errors.New("boom")
	note("first ", nil)
	second := note("second ", boom)
	note("third ", nil)
	require.True(t, b.Any(signal.PreSave, "a"))
	require.False(t, b.Any(signal.PreSave, "b"), "another sender")
	require.False(t, b.Any(signal.PostSave, "a"), "another kind")
	require.ErrorIs(t, b.Send(t.Context(), signal.PreSave, "a", "x"), boom)
	require.Equal(t, []string{"first x", "second x"}, got)
	second()
	second() // a second call does nothing
	require.NoError(t, b.Send(t.Context(), signal.PreSave, "a", "y"))
	require.Equal(t, []string{"first y", "third y"}, got[2:])
}

func TestReceiversComeAndGoWhileOthersSend(t *testing.T) {
	t.Parallel()
	var b signal.Board
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 200 {
				stop := b.On(signal.PostDelete, 1, func(context.Context, any) error { return nil })
				_ = b.Send(context.Background(), signal.PostDelete, 1, nil)
				stop()
			}
		})
	}
	wg.Wait()
	require.False(t, b.Any(signal.PostDelete, 1))
}
