package pgpool

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNumberOfAGoroutine(t *testing.T) {
	here, there := current(), make(chan goroutine)
	require.NotZero(t, here)
	require.Equal(t, here, current())
	go func() { there <- current() }()
	require.NotEqual(t, here, <-there)
}
