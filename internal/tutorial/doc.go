// Package tutorial replays the pages of docs that a reader follows in order.
//
// It has tests only. A test makes an empty module, writes the files that a page
// shows, runs its commands, and compares what they print with the page.
package tutorial
