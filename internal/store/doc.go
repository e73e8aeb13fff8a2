// package store is the engine of repositories, without type parameters. A
// [State] is the query of a QuerySet with the database that it belongs to: its
// methods refine the query, read rows into objects, and write objects. Package
// repo adds the types.
//
// Errors name the model and the line of the application's call. Those that have
// a type of package repo are made by the State's Public function.
package store
