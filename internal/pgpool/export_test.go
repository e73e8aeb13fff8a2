package pgpool

// Shells is how many connections without a connection database/sql thinks are in use.
func (p *Pool) Shells() int { return p.virtual.Stats().InUse }
