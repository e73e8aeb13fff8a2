package repo

// FilteredRelation names a relation of which only the rows that fulfil cond are
// joined: later lookups and expressions begin with the name. The condition is
// written from T, and names columns of the relation or of T itself:
//
//	publishers.FilteredRelation("long", "books", publishers.Q("books__pages__gt", 500)).Annotate("n", repo.Count(repo.F("long")))
//
//go:noinline
func (qs *QuerySetOf[P]) FilteredRelation(name string, rel RelOf[P], cond CondOf[P]) *QuerySetOf[P] {
	return rowsOf[P](qs.st().FilteredRelation(name, string(rel), cond.c))
}
