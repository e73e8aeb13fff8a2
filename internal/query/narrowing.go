package query

// Narrowed adds a call's one comparison, negated if not is set.
func (q *Query) Narrowed(text string, value any, not bool) (*Query, error) {
	return new(Narrowing).Of(q, text, value, not)
}

// Narrowing is a query with its last comparison in one piece: most steps of
// most queries are such a call. The zero value is for [Narrowing.Of], once.
type Narrowing struct {
	q     Query
	call  Cond
	part  Cond
	parts [1]*Cond
	leaf  Leaf
	steps [2]Step
}

// Of returns what [Query.Narrowed] does, in x.
func (x *Narrowing) Of(q *Query, text string, value any, not bool) (*Query, error) {
	if text == "" {
		return nil, errEmptyLookup
	}
	x.part.Text, x.part.Value = text, value
	if err := q.size.plus(sizeOfCond(&x.part)).check(q.Model.Name); err != nil { // before its parts are resolved
		return nil, err
	}
	x.part = Cond{}
	left, op, err := q.resolveLeft(text)
	if err != nil {
		return nil, err
	}
	if err := q.compareAs(&x.leaf, text, left, op, value); err != nil {
		return nil, err
	}
	x.part.Leaf, x.parts[0] = &x.leaf, &x.part
	x.call.Kids, x.call.Not = x.parts[:], not
	x.q = *q
	step := Step{Cond: &x.call}
	if n := len(q.Steps); n < len(x.steps) {
		copy(x.steps[:], q.Steps)
		x.steps[n] = step
		x.q.Steps = x.steps[: n+1 : n+1]
	} else {
		x.q.Steps, x.q.steps = grown(q.Steps, q.steps, step)
	}
	x.q.size = q.size.plus(sizeOfCond(&x.call))
	return &x.q, nil
}
