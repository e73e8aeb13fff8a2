// Package shop serves the music store as pages for people: HTML of
// html/template, without JavaScript and without a build step.
//
// Each resource has a file of its own with its templates beside it (tracks.go,
// tracks.html, track.html …). What they share is a concept a file: page.go
// renders, form.go reads what was typed, editor.go makes and saves rows of it,
// once.go sees to it that a form which is sent twice acts once, list.go
// searches, sorts and pages, flash.go keeps a line for the next page, errors.go
// says what is wrong.
package shop
