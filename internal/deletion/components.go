package deletion

// components returns the strongly connected components of items (Tarjan's
// algorithm). A component comes after all those that it leads to.
func components[T comparable](items []T, next func(T) []T) [][]T {
	c := tarjan[T]{next: next, index: map[T]int{}, low: map[T]int{}, on: map[T]bool{}}
	for _, i := range items {
		if c.index[i] == 0 {
			c.visit(i)
		}
	}
	return c.out
}

// tarjan is the state of the algorithm.
type tarjan[T comparable] struct {
	next       func(T) []T
	index, low map[T]int // from 1; 0 is an item not seen yet
	stack      []T
	on         map[T]bool
	out        [][]T
}

// visit adds the components that are reached from v.
func (c *tarjan[T]) visit(v T) {
	n := len(c.index) + 1
	c.index[v], c.low[v] = n, n
	c.stack, c.on[v] = append(c.stack, v), true
	for _, w := range c.next(v) {
		switch {
		case c.index[w] == 0:
			c.visit(w)
			c.low[v] = min(c.low[v], c.low[w])
		case c.on[w]:
			c.low[v] = min(c.low[v], c.index[w])
		}
	}
	if c.low[v] != c.index[v] {
		return
	}
	at := len(c.stack) - 1
	for c.stack[at] != v {
		at--
	}
	component := append([]T(nil), c.stack[at:]...)
	c.stack = c.stack[:at]
	for _, w := range component {
		c.on[w] = false
	}
	c.out = append(c.out, component)
}
