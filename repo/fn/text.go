package fn

import (
	"errors"
	"slices"
	"strings"

	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/repo"
)

// Lower returns e in lower case.
func Lower(e repo.Operand) repo.Expr { return call("LOWER", text, e) }

// Upper returns e in upper case.
func Upper(e repo.Operand) repo.Expr { return call("UPPER", text, e) }

// Length returns the number of characters in e.
func Length(e repo.Operand) repo.Expr { return call("LENGTH", integer, e) }

// Concat joins two or more texts, expressions or values. NULL counts as empty,
// so the result is never NULL. Arguments of other types are cast to text, but a
// mixture with text needs WithType(repo.TypeText), as in Django.
func Concat(args ...any) repo.Expr {
	if len(args) < 2 {
		return invalid("Concat takes two arguments or more")
	}
	pieces := slices.Repeat([]string{"COALESCE(?, '')"}, len(args))
	return callTyped("("+strings.Join(pieces, " || ")+")", func(e *query.Expr) error {
		e.TypeErr = mixed("Concat", e)
		castTexts(e.Args)
		if e.Type.IsZero() && e.TypeErr == nil {
			e.Type = text
		}
		return nil
	}, args...)
}

// mixed returns the error for arguments of different types.
func mixed(name string, e *query.Expr) error {
	for _, a := range e.Args[1:] {
		l, r := e.Args[0].Type, a.Type
		if !l.IsZero() && !r.IsZero() && l.Kind != r.Kind {
			return &query.TypeError{Model: name, Op: name, Left: l, Right: r}
		}
	}
	return nil
}

// Left returns the first length characters of e, 1 or more.
func Left(e repo.Operand, length any) repo.Expr { return sided("Left", "LEFT", e, length) }

// Right returns the last length characters of e, 1 or more.
func Right(e repo.Operand, length any) repo.Expr { return sided("Right", "RIGHT", e, length) }

func sided(name, sql string, e repo.Operand, length any) repo.Expr {
	if err := checkMin(name, "the length", length, 1); err != nil {
		return invalid("%w", err)
	}
	return call(sql, text, e, length)
}

// Substr returns the part of e from position pos, counted from 1, of at most
// length characters.
func Substr(e repo.Operand, pos any, length ...any) repo.Expr {
	if err := checkMin("Substr", "the position", pos, 1); err != nil {
		return invalid("%w", err)
	}
	if len(length) > 1 {
		return invalid("Substr takes one length")
	}
	return call("SUBSTRING", text, append([]any{e, pos}, length...)...)
}

// StrIndex returns the position of sub in e, counted from 1, or 0 if e does not
// contain it.
func StrIndex(e repo.Operand, sub any) repo.Expr { return call("STRPOS", integer, e, sub) }

// LPad fills e on the left with spaces, or fill, to length characters. A longer
// text loses its end.
func LPad(e repo.Operand, length any, fill ...any) repo.Expr {
	return padded("LPad", "LPAD", e, length, fill)
}

// RPad fills e on the right with spaces, or fill, to length characters. A
// longer text loses its end.
func RPad(e repo.Operand, length any, fill ...any) repo.Expr {
	return padded("RPad", "RPAD", e, length, fill)
}

func padded(name, sql string, e repo.Operand, length any, fill []any) repo.Expr {
	if err := checkMin(name, "the length", length, 0); err != nil {
		return invalid("%w", err)
	}
	switch len(fill) {
	case 0:
		fill = []any{" "}
	case 1:
	default:
		return invalid("%s takes one text to fill with", name)
	}
	return call(sql, text, e, length, fill[0])
}

// Trim returns e without the spaces at both ends.
func Trim(e repo.Operand) repo.Expr { return call("TRIM", text, e) }

// LTrim returns e without the spaces at its start.
func LTrim(e repo.Operand) repo.Expr { return call("LTRIM", text, e) }

// RTrim returns e without the spaces at its end.
func RTrim(e repo.Operand) repo.Expr { return call("RTRIM", text, e) }

// Repeat repeats e number times, 0 or more.
func Repeat(e repo.Operand, number any) repo.Expr {
	if err := checkMin("Repeat", "the number", number, 0); err != nil {
		return invalid("%w", err)
	}
	return call("REPEAT", text, e, number)
}

// Replace replaces every old in e by with, or removes it.
func Replace(e repo.Operand, old any, with ...any) repo.Expr {
	switch len(with) {
	case 0:
		with = []any{""}
	case 1:
	default:
		return invalid("Replace takes one replacement")
	}
	return call("REPLACE", text, e, old, with[0])
}

// Reverse returns the characters of e in reverse order.
func Reverse(e repo.Operand) repo.Expr { return call("REVERSE", text, e) }

// Chr returns the character with the number e in the database's encoding.
func Chr(e repo.Operand) repo.Expr { return call("CHR", text, e) }

// Ord returns the number of the first character of e.
func Ord(e repo.Operand) repo.Expr { return call("ASCII", integer, e) }

// MD5 returns the MD5 of e in hexadecimal.
func MD5(e repo.Operand) repo.Expr { return call("MD5", text, e) }

// SHA1 returns the SHA-1 of e in hexadecimal. It needs the extension pgcrypto.
func SHA1(e repo.Operand) repo.Expr { return call("ENCODE(DIGEST(?, 'sha1'), 'hex')", text, e) }

// SHA224 returns the SHA-224 of e in UTF-8, in hexadecimal.
func SHA224(e repo.Operand) repo.Expr { return sha("SHA224", e) }

// SHA256 returns the SHA-256 of e in UTF-8, in hexadecimal.
func SHA256(e repo.Operand) repo.Expr { return sha("SHA256", e) }

// SHA384 returns the SHA-384 of e in UTF-8, in hexadecimal.
func SHA384(e repo.Operand) repo.Expr { return sha("SHA384", e) }

// SHA512 returns the SHA-512 of e in UTF-8, in hexadecimal.
func SHA512(e repo.Operand) repo.Expr { return sha("SHA512", e) }

func sha(name string, e repo.Operand) repo.Expr {
	return call("ENCODE("+name+"(CONVERT_TO(?, 'UTF8')), 'hex')", text, e)
}

// Unaccent returns e without accents. It needs the extension unaccent. The
// transform unaccent of a lookup applies it to both sides.
func Unaccent(e repo.Operand) repo.Expr { return call("UNACCENT", text, e) }

// Collate sorts and compares e by a collation of the database.
func Collate(e repo.Operand, collation string) repo.Expr {
	n := node(e)
	if n == nil {
		return invalid("%w", errors.New("Collate takes an expression"))
	}
	return wrap(n).Collate(collation)
}
