// Package dataset loads the store's database from a folder of CSV files in the
// format of the Chinook sample database, or from a small sample of its own,
// which is such a folder in the program.
//
// It reads and checks all files, also against each other, before it uses the
// database, and loads them in one transaction.
package dataset
