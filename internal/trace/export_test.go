package trace

// ModeOf returns the mode by its name in pg_locks.
var ModeOf = modeOf
