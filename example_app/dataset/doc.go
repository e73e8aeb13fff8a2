// Package dataset fills the store's database: from a folder of CSV files in the
// form of the Chinook sample database, or from a small sample of its own, which
// is such a folder inside the program.
//
// Files are read and checked as a whole, one against the other, before the
// database hears of them. What goes in goes in by one transaction.
package dataset
