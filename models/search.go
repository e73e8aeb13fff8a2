package models

import "strings"

// SearchVector is a tsvector column, usually one that the database computes:
//
//	Search models.SearchVector
//	// Meta.Fields["search"]: {Generated: models.SearchText("english", "title", "text")}
//
// Its lookup is search.
type SearchVector string

// GormDataType returns the type of the column.
func (SearchVector) GormDataType() string { return "tsvector" }

// SearchText returns the expression of a generated SearchVector: the words of
// columns in a language of PostgreSQL ("english", "simple"). The first column
// has weight A, the second B, the third C, the others D.
func SearchText(language string, columns ...string) string {
	parts := make([]string, len(columns))
	for i, c := range columns {
		weight := "ABCD"[min(i, 3) : min(i, 3)+1]
		parts[i] = "setweight(to_tsvector('" + strings.ReplaceAll(language, "'", "''") + `'::regconfig, COALESCE("` + strings.ReplaceAll(c, `"`, `""`) + `", '')), '` + weight + "')"
	}
	return strings.Join(parts, " || ")
}
