// Package store holds the models of the music store, a file each: what the
// tables look like, and what a row has to fulfil before it is written.
package store

//go:generate go run -C ../../cmd/gormango . gen -C ../../example_app/store

// Models are the models of the store's database, for gormango.Config.
func Models() []any {
	return []any{
		&Genre{}, &MediaType{}, &Artist{}, &Album{}, &Track{}, &Playlist{}, &PlaylistTrack{},
		&Employee{}, &Customer{}, &Invoice{}, &InvoiceLine{}, &Basket{}, &BasketItem{}, &Submission{},
	}
}
