package fn

import (
	"errors"
	"slices"
	"strings"

	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/repo"
)

// Lower is e in lower case.
func Lower(e repo.Operand) repo.Expr { return call("LOWER", text, e) }

// Upper is e in upper case.
func Upper(e repo.Operand) repo.Expr { return call("UPPER", text, e) }

// Length is the number of characters in e.
func Length(e repo.Operand) repo.Expr { return call("LENGTH", integer, e) }

// Concat joins texts, expressions or values; NULL counts as empty, so it is
// never NULL itself. Arguments that are no text become text, but mixing them
// with text asks for WithType(repo.TypeText), as in Django. It takes two or
// more.
func Concat(args ...any) repo.Expr {
	if len(args) < 2 {
		return wrong("Concat takes two arguments or more")
	}
	pieces := slices.Repeat([]string{"COALESCE(?, '')"}, len(args))
	return settled("("+strings.Join(pieces, " || ")+")", func(e *query.Expr) error {
		e.TypeErr = mixed("Concat", e)
		textual(e, 0)
		if e.Type.IsZero() && e.TypeErr == nil {
			e.Type = text
		}
		return nil
	}, args...)
}

// mixed says that arguments have different types.
func mixed(name string, e *query.Expr) error {
	for _, a := range e.Args[1:] {
		l, r := e.Args[0].Type, a.Type
		if !l.IsZero() && !r.IsZero() && l.Kind != r.Kind {
			return &query.TypeError{Model: name, Op: name, Left: l, Right: r}
		}
	}
	return nil
}

// Left is the first length characters of e, 1 or more.
func Left(e repo.Operand, length any) repo.Expr { return sided("Left", "LEFT", e, length) }

// Right is the last length characters of e, 1 or more.
func Right(e repo.Operand, length any) repo.Expr { return sided("Right", "RIGHT", e, length) }

func sided(name, sql string, e repo.Operand, length any) repo.Expr {
	if err := least(name, "the length", length, 1); err != nil {
		return wrong("%w", err)
	}
	return call(sql, text, e, length)
}

// Substr is e from position pos on, counted from 1, at most length characters
// if one is given.
func Substr(e repo.Operand, pos any, length ...any) repo.Expr {
	if err := least("Substr", "the position", pos, 1); err != nil {
		return wrong("%w", err)
	}
	if len(length) > 1 {
		return wrong("Substr takes one length")
	}
	return call("SUBSTRING", text, append([]any{e, pos}, length...)...)
}

// StrIndex is the position of sub in e, counted from 1; 0 where it is not in
// it.
func StrIndex(e repo.Operand, sub any) repo.Expr { return call("STRPOS", integer, e, sub) }

// LPad fills e with spaces, or fill, on the left up to length characters; what
// is longer loses its end.
func LPad(e repo.Operand, length any, fill ...any) repo.Expr {
	return padded("LPad", "LPAD", e, length, fill)
}

// RPad fills e with spaces, or fill, on the right up to length characters; what
// is longer loses its end.
func RPad(e repo.Operand, length any, fill ...any) repo.Expr {
	return padded("RPad", "RPAD", e, length, fill)
}

func padded(name, sql string, e repo.Operand, length any, fill []any) repo.Expr {
	if err := least(name, "the length", length, 0); err != nil {
		return wrong("%w", err)
	}
	switch len(fill) {
	case 0:
		fill = []any{" "}
	case 1:
	default:
		return wrong("%s takes one text to fill with", name)
	}
	return call(sql, text, e, length, fill[0])
}

// Trim is e without the spaces at both ends.
func Trim(e repo.Operand) repo.Expr { return call("TRIM", text, e) }

// LTrim is e without the spaces at its start.
func LTrim(e repo.Operand) repo.Expr { return call("LTRIM", text, e) }

// RTrim is e without the spaces at its end.
func RTrim(e repo.Operand) repo.Expr { return call("RTRIM", text, e) }

// Repeat is e number times, 0 or more.
func Repeat(e repo.Operand, number any) repo.Expr {
	if err := least("Repeat", "the number", number, 0); err != nil {
		return wrong("%w", err)
	}
	return call("REPEAT", text, e, number)
}

// Replace puts with in place of every old in e; without a replacement old is
// taken out.
func Replace(e repo.Operand, old any, with ...any) repo.Expr {
	switch len(with) {
	case 0:
		with = []any{""}
	case 1:
	default:
		return wrong("Replace takes one replacement")
	}
	return call("REPLACE", text, e, old, with[0])
}

// Reverse is e from its last character to its first.
func Reverse(e repo.Operand) repo.Expr { return call("REVERSE", text, e) }

// Chr is the character that has the number e in the database's encoding.
func Chr(e repo.Operand) repo.Expr { return call("CHR", text, e) }

// Ord is the number of the first character of e.
func Ord(e repo.Operand) repo.Expr { return call("ASCII", integer, e) }

// MD5 is the MD5 of e in hexadecimal.
func MD5(e repo.Operand) repo.Expr { return call("MD5", text, e) }

// SHA1 is the SHA-1 of e in hexadecimal. It needs the extension pgcrypto.
func SHA1(e repo.Operand) repo.Expr { return call("ENCODE(DIGEST(?, 'sha1'), 'hex')", text, e) }

// SHA224 is the SHA-224 of e, of its UTF-8, in hexadecimal.
func SHA224(e repo.Operand) repo.Expr { return sha("SHA224", e) }

// SHA256 is the SHA-256 of e, of its UTF-8, in hexadecimal.
func SHA256(e repo.Operand) repo.Expr { return sha("SHA256", e) }

// SHA384 is the SHA-384 of e, of its UTF-8, in hexadecimal.
func SHA384(e repo.Operand) repo.Expr { return sha("SHA384", e) }

// SHA512 is the SHA-512 of e, of its UTF-8, in hexadecimal.
func SHA512(e repo.Operand) repo.Expr { return sha("SHA512", e) }

func sha(name string, e repo.Operand) repo.Expr {
	return call("ENCODE("+name+"(CONVERT_TO(?, 'UTF8')), 'hex')", text, e)
}

// Unaccent is e without its accents. It needs the extension unaccent. In a
// lookup the transform unaccent does it on both sides.
func Unaccent(e repo.Operand) repo.Expr { return call("UNACCENT", text, e) }

// Collate sorts and compares e by a collation of the database.
func Collate(e repo.Operand, collation string) repo.Expr {
	n := node(e)
	if n == nil {
		return wrong("%w", errors.New("Collate of nothing"))
	}
	return wrap(n).Collate(collation)
}
