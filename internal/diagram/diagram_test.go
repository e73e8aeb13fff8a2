package diagram_test

import (
	"encoding/xml"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gormango/gormango/internal/diagram"
	"github.com/gormango/gormango/internal/gormside"
	"github.com/gormango/gormango/models"
)

type Author struct {
	models.AutoKey
	Books []Book
	Notes []Note `gorm:"polymorphic:Owner"`
}

type Book struct {
	models.AutoKey
	AuthorID int64 `gorm:"not null"`
	SequelID *int64
	Sequel   *Book
	Price    float64 `gorm:"type:numeric(10,2)"`
	Tags     []Tag   `gorm:"many2many:book_tags"`
	Cover    *Cover
}

type Cover struct {
	BookID int64 `gorm:"primaryKey"`
}

type Tag struct {
	models.AutoKey
	Books []Book `gorm:"many2many:book_tags"`
}

type Note struct {
	models.AutoKey
	OwnerID   int64  `gorm:"not null"`
	OwnerType string `gorm:"not null"`
}

func draw(t *testing.T, bare bool, only ...string) (*diagram.Diagram, error) {
	t.Helper()
	db, err := gormside.Offline()
	require.NoError(t, err)
	return diagram.New(db, []any{&Author{}, &Book{}}, only, bare)
}

func TestMermaid(t *testing.T) {
	t.Parallel()
	d, err := draw(t, false)
	require.NoError(t, err)
	text := d.Mermaid()
	require.Contains(t, text, `    Book {
        bigint id PK
        bigint author_id
        bigint sequel_id FK
        numeric(10_2) price
    }
`)
	_, edges, _ := strings.Cut(text, "    Tag {")
	_, edges, _ = strings.Cut(edges, "    }\n")
	require.Equal(t, `    Author ||--o{ Book : "books"
    Author ||..o{ Note : "notes"
    Book |o--o{ Book : "sequel"
    Book ||--o| Cover : "cover"
    Book }o--o{ Tag : "book_tags"
`, edges)
	d, err = draw(t, true, "tags", "Book")
	require.NoError(t, err)
	require.Equal(t, "erDiagram\n    Tag\n    Book\n    Tag }o--o{ Book : \"book_tags\"\n    Book |o--o{ Book : \"sequel\"\n", d.Mermaid())
	_, err = draw(t, true, "Boook")
	require.EqualError(t, err, `no model "Boook" (did you mean "Book"?); choices are Author, Book, Cover, Note, Tag`)
}

// The drawing is XML, has each model and relation, and no two boxes overlap.
func TestSVG(t *testing.T) {
	t.Parallel()
	d, err := draw(t, false)
	require.NoError(t, err)
	type rect struct {
		X      int `xml:"x,attr"`
		Y      int `xml:"y,attr"`
		Width  int `xml:"width,attr"`
		Height int `xml:"height,attr"`
	}
	var boxes []rect
	paths := 0
	decoder := xml.NewDecoder(strings.NewReader(d.SVG()))
	for {
		token, err := decoder.Token()
		if err == io.EOF {
			break
		}
		require.NoError(t, err)
		start, ok := token.(xml.StartElement)
		switch {
		case ok && start.Name.Local == "g":
			var g struct {
				Rects []rect `xml:"rect"`
			}
			require.NoError(t, decoder.DecodeElement(&g, &start))
			boxes = append(boxes, g.Rects[0])
		case ok && start.Name.Local == "path":
			paths++
		}
	}
	require.Len(t, boxes, 5)
	require.Equal(t, 5, paths)
	for i, a := range boxes {
		for _, b := range boxes[:i] {
			require.False(t, a.X < b.X+b.Width && b.X < a.X+a.Width && a.Y < b.Y+b.Height && b.Y < a.Y+a.Height, "%v and %v", a, b)
		}
	}
	require.Less(t, boxes[0].X, boxes[1].X, "Author stands left of Book")
}
