package fn

import "github.com/gormango/gormango/repo"

// The functions of this file need the extension pg_trgm. Similarity is from 0,
// nothing in common, to 1; distance is 1 less similarity. The lookups
// trigram_similar and its kin compare with the server's thresholds.

// TrigramSimilarity is how alike e and s are.
func TrigramSimilarity(e repo.Operand, s any) repo.Expr { return call("SIMILARITY", float, e, s) }

// TrigramDistance is how unlike e and s are. An index of type GiST can order by
// it.
func TrigramDistance(e repo.Operand, s any) repo.Expr { return call("(? <-> ?)", float, e, s) }

// TrigramWordSimilarity is how alike s and the part of e that is most like it
// are.
func TrigramWordSimilarity(s any, e repo.Operand) repo.Expr {
	return call("WORD_SIMILARITY", float, s, e)
}

// TrigramWordDistance is how unlike s and the part of e that is most like it
// are.
func TrigramWordDistance(s any, e repo.Operand) repo.Expr { return call("(? <<-> ?)", float, s, e) }

// TrigramStrictWordSimilarity is how alike s and the words of e that are most
// like it are.
func TrigramStrictWordSimilarity(s any, e repo.Operand) repo.Expr {
	return call("STRICT_WORD_SIMILARITY", float, s, e)
}

// TrigramStrictWordDistance is how unlike s and the words of e that are most
// like it are.
func TrigramStrictWordDistance(s any, e repo.Operand) repo.Expr {
	return call("(? <<<-> ?)", float, s, e)
}
