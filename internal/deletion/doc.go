// Package deletion deletes, marks and restores rows together with the rows that
// depend on them.
//
// A [Graph] is made from the models alone. It holds which models' rows are read
// and in which order, which are deleted unread, which foreign keys are set,
// which prevent the deletion, and in which order rows are removed so that no
// foreign key refers to a removed row. A collector reads the rows that the
// graph leads to and applies the changes.
//
// The rules are those of Django's Collector (django.db.models.deletion, version
// 5.2); the order of the walk is not.
package deletion
