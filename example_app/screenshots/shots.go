package main

import "net/url"

// shot is one picture.
type shot struct {
	name          string // of the file
	path          string
	post          []form // sent before
	width, height int
	dark          bool
}

// The widths of a desktop and of a phone.
const (
	desk  = 1280
	phone = 390
)

var shots = []shot{
	{name: "store", path: "/", width: desk, height: 860},
	{name: "store-dark", path: "/", width: desk, height: 860, dark: true},
	{name: "store-phone", path: "/", width: phone, height: 844},
	{name: "tracks", path: "/tracks?q=love&order_by=album__title", width: desk, height: 760},
	{name: "track", path: "/tracks/1", width: desk, height: 1220, post: []form{{"/tracks/1", url.Values{
		"name": {""}, "composer": {"Somebody <somebody@mail.example>"}, "milliseconds": {"three minutes"}, "unit_price": {"0.999"},
		"media_type_id": {"1"}, "genre_id": {"1"}, "album_id": {"1"}, "lock_version": {"1"},
	}}}},
	{name: "delete", path: "/artists/1/delete", width: desk, height: 560},
	{name: "playlist", path: "/playlists/3?q=blue", width: desk, height: 760},
	{name: "basket", path: "/basket", width: phone, height: 844, post: []form{
		{"/basket/items", url.Values{"track_id": {"1"}}},
		{"/basket/items", url.Values{"track_id": {"6"}}},
		{"/basket/items", url.Values{"track_id": {"9"}}},
	}},
}
