// Package store holds the models of the music store, one in each file: the
// tables and the validation of their rows.
package store

//go:generate go run -C ../../cmd/gormango . gen -C ../../example_app/store

// Models returns the models of the store's database, for gormango.Config.
func Models() []any {
	return []any{
		&Genre{}, &MediaType{}, &Artist{}, &Album{}, &Track{}, &Playlist{}, &PlaylistTrack{},
		&Employee{}, &Customer{}, &Invoice{}, &InvoiceLine{}, &Basket{}, &BasketItem{}, &Submission{},
	}
}
