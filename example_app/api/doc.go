// Package api serves the music store as JSON over HTTP.
//
// Each resource has a file of its own that says what a client may read, filter
// by and write (tracks.go is a good one to begin with); resource.go makes the
// handlers of it, errors.go the answers when something is wrong.
package api
