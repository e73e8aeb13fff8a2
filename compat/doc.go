// Package compat holds tests alone: what others build on GORM has to work on a
// database of gormango.Open as it does on GORM's own driver. It is a module of
// its own, so that none of it is a dependency of gormango:
//
//	cd compat && go test ./...
//
// Each test runs the same code on a database of each kind and compares what
// comes out.
package compat
