package repo

// JSONField is a json or jsonb column; V is what its values are in Go. It has
// the methods of every field: Eq compares whole documents.
type JSONField[M, V any] struct{ Field[M, V] }
