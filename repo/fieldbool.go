package repo

// BoolField is a truth value; B is bool or a type made of it.
type BoolField[M any, B ~bool] struct{ Field[M, B] }

// IsTrue holds where the field is true.
func (f BoolField[M, B]) IsTrue() Cond[M] { return f.is(true) }

// IsFalse holds where the field is false, not where it is NULL.
func (f BoolField[M, B]) IsFalse() Cond[M] { return f.is(false) }
