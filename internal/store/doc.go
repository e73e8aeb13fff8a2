// Package store is the engine of repositories, without type parameters. A
// [State] is the query of a QuerySet and the database that it belongs to: its
// methods refine the query, read rows into objects, and write objects. Package
// repo adds the types.
//
// Errors name the model and the line of the application's call. The State's
// Public function returns them as the types of package repo.
package store
