// Package repo gives the rows of a model the way Django's managers and
// querysets do, over a *gorm.DB of gormango.Open.
//
//	books := repo.New[Book](db)
//	list, err := books.Filter("author__name__icontains", "ann").OrderBy("-pages").Limit(10).All(ctx)
//
// A [Repository] holds every row of its model and the verbs for objects
// (Create, Save, Delete …). A [QuerySet] is a value that each method refines
// and leaves as it was; nothing is asked of the database before a terminal
// method, the ones that take a context: All, Get, First, Last, Count, Exists,
// Iter, Update, Delete. The first mistake in a chain is kept and returned by
// the terminal (and by Err); nothing panics.
//
// Every terminal and every verb runs in the transaction of its context
// (txutil.Atomic), and alone otherwise.
//
// A lookup is a string tied to the model by its type, so an untyped constant
// fits and a text from a request does not; see [Lookup] and [Params]. The fields
// that gormango gen writes make the same conditions with names and values that the
// compiler knows; see [Field] and [Path].
package repo
