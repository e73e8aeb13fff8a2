package compile

// place compares with a row's place in an order. The parameters are text
// without a cast: beside the left side the server reads them as values of its
// type, which is the one that wrote them.
func (b *builder) place(p *predicate) {
	b.part(p.left)
	switch v := p.value.Arg.(type) {
	case bool:
		if v {
			b.str(" IS NULL")
		} else {
			b.str(" IS NOT NULL")
		}
	case *string:
		b.str(comparisons[p.op])
		b.argOf(v, *v)
	case []*string:
		b.str(comparisons[p.op] + "ROW(")
		for i, s := range v {
			b.sep(i, "", ", ")
			b.argOf(s, *s)
		}
		b.str(")")
	}
}
