package fn

import "github.com/gormango/gormango/repo"

// The functions of this file need the extension pg_trgm. A similarity is
// between 0, nothing in common, and 1. A distance is 1 minus the similarity.
// The lookups trigram_similar and its kin compare with the server's thresholds.

// TrigramSimilarity returns the similarity of e and s.
func TrigramSimilarity(e repo.Operand, s any) repo.Expr { return call("SIMILARITY", float, e, s) }

// TrigramDistance returns the distance of e and s. An index of type GiST can
// order by it.
func TrigramDistance(e repo.Operand, s any) repo.Expr { return call("(? <-> ?)", float, e, s) }

// TrigramWordSimilarity returns the similarity of s and the most similar part
// of e.
func TrigramWordSimilarity(s any, e repo.Operand) repo.Expr {
	return call("WORD_SIMILARITY", float, s, e)
}

// TrigramWordDistance returns the distance of s and the most similar part of e.
func TrigramWordDistance(s any, e repo.Operand) repo.Expr { return call("(? <<-> ?)", float, s, e) }

// TrigramStrictWordSimilarity returns the similarity of s and the most similar
// words of e.
func TrigramStrictWordSimilarity(s any, e repo.Operand) repo.Expr {
	return call("STRICT_WORD_SIMILARITY", float, s, e)
}

// TrigramStrictWordDistance returns the distance of s and the most similar
// words of e.
func TrigramStrictWordDistance(s any, e repo.Operand) repo.Expr {
	return call("(? <<<-> ?)", float, s, e)
}
