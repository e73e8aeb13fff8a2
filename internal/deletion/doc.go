// package deletion deletes, marks and restores rows with everything that goes
// along. A [Graph] says which models' rows are looked for and in which order,
// which are deleted unread, what is set, what refuses, and in which order rows
// are removed so that no foreign key is left behind; it is made from the models
// alone. A collector reads the rows that the graph leads to and applies the
// changes.
//
// The rules are those of Django's Collector (django.db.models.deletion, version
// 5.2); the order of the walk is ours.
package deletion
