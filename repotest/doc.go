// Package repotest creates databases for tests on a real PostgreSQL.
//
// [Open] returns a *gorm.DB for an empty database with the tables of some
// models, [URL] the connection URL of a database without tables. Each test has
// a database of its own, which is dropped at the end of the test, so tests can
// run in parallel:
//
//	func TestTitles(t *testing.T) {
//		t.Parallel()
//		books := repo.New[Book](repotest.Open(t, &Book{}))
//		require.NoError(t, books.Create(t.Context(), &Book{Title: "Go"}))
//		// ...
//	}
//
// Tx, a transaction that is rolled back, takes far less time; AssertQueries
// counts statements, and CaptureOnCommit returns what waits for a commit.
//
// The server is that of the environment, else the throw-away server of package
// devpg, which all test binaries of a machine share. Library code never imports
// repotest.
package repotest
