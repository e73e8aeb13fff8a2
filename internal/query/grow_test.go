package query

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Lists that are grown from each other hold what each was given, in whatever
// order they are grown.
func TestGrown(t *testing.T) {
	t.Parallel()
	type held struct {
		list []int
		room *room[int]
		want []int
	}
	rapid.Check(t, func(t *rapid.T) {
		all := []held{{}}
		for i := range rapid.IntRange(1, 200).Draw(t, "steps") {
			from := all[max(0, len(all)-1-rapid.IntRange(0, 3).Draw(t, "back"))]
			var more []int
			for n := range rapid.IntRange(1, 3).Draw(t, "more") {
				more = append(more, 10*i+n)
			}
			h := held{want: append(append([]int{}, from.want...), more...)}
			h.list, h.room = grown(from.list, from.room, more...)
			all = append(all, h)
		}
		for _, h := range all {
			if len(h.want) > 0 {
				require.Equal(t, h.want, h.list)
			}
		}
	})
}

func TestGrownAtOnce(t *testing.T) {
	t.Parallel()
	var list []int
	var r *room[int]
	for i := range 100 {
		list, r = grown(list, r, i)
	}
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			mine, room := list, r
			for i := range 200 {
				mine, room = grown(mine, room, 1000*g+i)
			}
			for i := range 200 {
				if mine[100+i] != 1000*g+i {
					t.Errorf("%d: %d at %d", g, mine[100+i], i)
				}
			}
		})
	}
	wg.Wait()
}
