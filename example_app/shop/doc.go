// Package shop serves the music store as pages for people: HTML of
// html/template, without JavaScript and without a build step.
//
// Each resource has a file of its own with its templates beside it (tracks.go,
// tracks.html, track.html …). The shared concepts have a file each: page.go
// renders, form.go reads forms, editor.go creates and saves rows from them,
// once.go makes a form that is sent twice act once, list.go searches, sorts and
// pages, flash.go keeps a line for the next page, errors.go turns errors into
// pages.
package shop
