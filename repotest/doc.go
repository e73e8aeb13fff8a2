// Package repotest makes databases for tests on a real PostgreSQL.
//
// [Open] returns a *gorm.DB over an empty database with the tables of some
// models, [URL] the connection URL of a database without tables. Each test has
// a database of its own, which is dropped when the test ends, so tests run in
// parallel and leave nothing behind:
//
//	func TestTitles(t *testing.T) {
//		t.Parallel()
//		books := repo.New[Book](repotest.Open(t, &Book{}))
//		require.NoError(t, books.Create(t.Context(), &Book{Title: "Go"}))
//		// ...
//	}
//
// The server is the one that the environment names, else the throw-away server
// of package devpg, which all test binaries of a machine share. Library code
// never imports repotest.
package repotest
