// Package compat tests that code for GORM works on a database of gormango.Open
// as on GORM's own driver. It is a module of its own, so that its requirements
// are not dependencies of gormango:
//
//	cd compat && go test ./...
//
// Each test runs the same code on a database of each kind and compares the
// results.
package compat
