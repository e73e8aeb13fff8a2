package dataset

import (
	"time"

	"github.com/gormango/gormango/example_app/store"
)

// tables returns the tables with their files, each after those it refers to.
func tables() []table {
	return []table{
		&rows[store.Genre]{name: "genres", file: "genre.csv", columns: []column[store.Genre]{
			key("genre_id", func(g *store.Genre) *int64 { return &g.ID }),
			once(required("name", text, func(g *store.Genre) *string { return &g.Name })),
		}},
		&rows[store.MediaType]{name: "media_types", file: "media_type.csv", columns: []column[store.MediaType]{
			key("media_type_id", func(m *store.MediaType) *int64 { return &m.ID }),
			required("name", text, func(m *store.MediaType) *string { return &m.Name }),
		}},
		&rows[store.Artist]{name: "artists", file: "artist.csv", columns: []column[store.Artist]{
			key("artist_id", func(a *store.Artist) *int64 { return &a.ID }),
			required("name", text, func(a *store.Artist) *string { return &a.Name }),
		}},
		&rows[store.Album]{name: "albums", file: "album.csv", columns: []column[store.Album]{
			key("album_id", func(a *store.Album) *int64 { return &a.ID }),
			required("title", text, func(a *store.Album) *string { return &a.Title }),
			ref("artist_id", "artist", func(a *store.Album) *int64 { return &a.ArtistID }),
		}},
		&rows[store.Track]{name: "tracks", file: "track.csv", columns: trackColumns()},
		&rows[store.Playlist]{name: "playlists", file: "playlist.csv", columns: []column[store.Playlist]{
			key("playlist_id", func(p *store.Playlist) *int64 { return &p.ID }),
			required("name", text, func(p *store.Playlist) *string { return &p.Name }),
		}},
		&rows[store.PlaylistTrack]{name: "playlist_tracks", file: "playlist_track.csv", columns: playlistTrackColumns()},
		&rows[store.Employee]{name: "employees", file: "employee.csv", columns: employeeColumns()},
		&rows[store.Customer]{name: "customers", file: "customer.csv", columns: customerColumns()},
		&rows[store.Invoice]{name: "invoices", file: "invoice.csv", columns: invoiceColumns()},
		&rows[store.InvoiceLine]{name: "invoice_lines", file: "invoice_line.csv", columns: []column[store.InvoiceLine]{
			key("invoice_line_id", func(l *store.InvoiceLine) *int64 { return &l.ID }),
			ref("invoice_id", "invoice", func(l *store.InvoiceLine) *int64 { return &l.InvoiceID }),
			ref("track_id", "track", func(l *store.InvoiceLine) *int64 { return &l.TrackID }),
			required("unit_price", price, func(l *store.InvoiceLine) *store.Price { return &l.UnitPrice }),
			required("quantity", integer, func(l *store.InvoiceLine) *int64 { return &l.Quantity }),
		}},
	}
}

func trackColumns() []column[store.Track] {
	return []column[store.Track]{
		key("track_id", func(t *store.Track) *int64 { return &t.ID }),
		required("name", text, func(t *store.Track) *string { return &t.Name }),
		nullableRef("album_id", "album", func(t *store.Track) **int64 { return &t.AlbumID }),
		ref("media_type_id", "media_type", func(t *store.Track) *int64 { return &t.MediaTypeID }),
		nullableRef("genre_id", "genre", func(t *store.Track) **int64 { return &t.GenreID }),
		nullable("composer", text, func(t *store.Track) **string { return &t.Composer }),
		required("milliseconds", integer, func(t *store.Track) *int64 { return &t.Milliseconds }),
		nullable("bytes", integer, func(t *store.Track) **int64 { return &t.Bytes }),
		required("unit_price", price, func(t *store.Track) *store.Price { return &t.UnitPrice }),
	}
}

// playlistTrackColumns returns the two columns of the key, which refer to other
// files.
func playlistTrackColumns() []column[store.PlaylistTrack] {
	playlist := ref("playlist_id", "playlist", func(p *store.PlaylistTrack) *int64 { return &p.PlaylistID })
	track := ref("track_id", "track", func(p *store.PlaylistTrack) *int64 { return &p.TrackID })
	playlist.key, track.key = playlist.ref, track.ref
	return []column[store.PlaylistTrack]{playlist, track}
}

func employeeColumns() []column[store.Employee] {
	return []column[store.Employee]{
		key("employee_id", func(e *store.Employee) *int64 { return &e.ID }),
		required("last_name", text, func(e *store.Employee) *string { return &e.LastName }),
		required("first_name", text, func(e *store.Employee) *string { return &e.FirstName }),
		nullable("title", text, func(e *store.Employee) **string { return &e.Title }),
		stored("reports_to_id", nullableRef("reports_to", "employee", func(e *store.Employee) **int64 { return &e.ReportsToID })),
		nullable("birth_date", moment, func(e *store.Employee) **time.Time { return &e.BirthDate }),
		nullable("hire_date", moment, func(e *store.Employee) **time.Time { return &e.HireDate }),
		nullable("address", text, func(e *store.Employee) **string { return &e.Address }),
		nullable("city", text, func(e *store.Employee) **string { return &e.City }),
		nullable("state", text, func(e *store.Employee) **string { return &e.State }),
		nullable("country", text, func(e *store.Employee) **string { return &e.Country }),
		nullable("postal_code", text, func(e *store.Employee) **string { return &e.PostalCode }),
		nullable("phone", text, func(e *store.Employee) **string { return &e.Phone }),
		nullable("fax", text, func(e *store.Employee) **string { return &e.Fax }),
		nullable("email", text, func(e *store.Employee) **string { return &e.Email }),
	}
}

func customerColumns() []column[store.Customer] {
	return []column[store.Customer]{
		key("customer_id", func(c *store.Customer) *int64 { return &c.ID }),
		required("first_name", text, func(c *store.Customer) *string { return &c.FirstName }),
		required("last_name", text, func(c *store.Customer) *string { return &c.LastName }),
		nullable("company", text, func(c *store.Customer) **string { return &c.Company }),
		nullable("address", text, func(c *store.Customer) **string { return &c.Address }),
		nullable("city", text, func(c *store.Customer) **string { return &c.City }),
		nullable("state", text, func(c *store.Customer) **string { return &c.State }),
		nullable("country", text, func(c *store.Customer) **string { return &c.Country }),
		nullable("postal_code", text, func(c *store.Customer) **string { return &c.PostalCode }),
		nullable("phone", text, func(c *store.Customer) **string { return &c.Phone }),
		nullable("fax", text, func(c *store.Customer) **string { return &c.Fax }),
		once(required("email", text, func(c *store.Customer) *string { return &c.Email })),
		nullableRef("support_rep_id", "employee", func(c *store.Customer) **int64 { return &c.SupportRepID }),
	}
}

func invoiceColumns() []column[store.Invoice] {
	return []column[store.Invoice]{
		key("invoice_id", func(i *store.Invoice) *int64 { return &i.ID }),
		ref("customer_id", "customer", func(i *store.Invoice) *int64 { return &i.CustomerID }),
		required("invoice_date", moment, func(i *store.Invoice) *time.Time { return &i.InvoiceDate }),
		nullable("billing_address", text, func(i *store.Invoice) **string { return &i.BillingAddress }),
		nullable("billing_city", text, func(i *store.Invoice) **string { return &i.BillingCity }),
		nullable("billing_state", text, func(i *store.Invoice) **string { return &i.BillingState }),
		nullable("billing_country", text, func(i *store.Invoice) **string { return &i.BillingCountry }),
		nullable("billing_postal_code", text, func(i *store.Invoice) **string { return &i.BillingPostalCode }),
		required("total", price, func(i *store.Invoice) *store.Price { return &i.Total }),
	}
}
