// Package api serves the music store as JSON over HTTP.
//
// Each resource has a file with the columns that a client may read, filter by
// and write (start with tracks.go). resource.go turns them into handlers,
// errors.go turns errors into answers.
package api
