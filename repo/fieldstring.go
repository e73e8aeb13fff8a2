package repo

import "github.com/gormango/gormango/internal/lookup"

// StringField is a text column; S is string or a type made of it. The parts that its
// methods look for are plain strings, in which % and _ have no meaning.
type StringField[M any, S ~string] struct{ OrderedField[M, S] }

// IExact holds where the field equals s, upper and lower case aside.
func (f StringField[M, S]) IExact(s string) Cond[M] { return f.cmp(lookup.IExact, s) }

// Contains holds where s stands somewhere in the field.
func (f StringField[M, S]) Contains(s string) Cond[M] { return f.cmp(lookup.Contains, s) }

// IContains is Contains, upper and lower case aside.
func (f StringField[M, S]) IContains(s string) Cond[M] { return f.cmp(lookup.IContains, s) }

// StartsWith holds where the field begins with s.
func (f StringField[M, S]) StartsWith(s string) Cond[M] { return f.cmp(lookup.StartsWith, s) }

// IStartsWith is StartsWith, upper and lower case aside.
func (f StringField[M, S]) IStartsWith(s string) Cond[M] { return f.cmp(lookup.IStartsWith, s) }

// EndsWith holds where the field ends with s.
func (f StringField[M, S]) EndsWith(s string) Cond[M] { return f.cmp(lookup.EndsWith, s) }

// IEndsWith is EndsWith, upper and lower case aside.
func (f StringField[M, S]) IEndsWith(s string) Cond[M] { return f.cmp(lookup.IEndsWith, s) }

// Regex holds where the POSIX regular expression s, PostgreSQL's, matches somewhere in the field.
func (f StringField[M, S]) Regex(s string) Cond[M] { return lookupCond[M](f.lookup("regex"), s) }

// IRegex is Regex, upper and lower case aside.
func (f StringField[M, S]) IRegex(s string) Cond[M] { return lookupCond[M](f.lookup("iregex"), s) }
