package repo

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/gormango/gormango/internal/lookup"
	"github.com/gormango/gormango/internal/query"
)

// Mod returns the remainder of the division of e by v, with the sign of e.
func (e Expr) Mod(v any) Expr { return e.with("%", v) }

// Pow returns e to the power of v, PostgreSQL's ^.
func (e Expr) Pow(v any) Expr { return e.with("^", v) }

// Neg returns e with the opposite sign.
func (e Expr) Neg() Expr { return Expr{&query.Expr{Kind: query.Neg, Args: []*query.Expr{e.n}}} }

// BitAnd returns the bits that are set in both e and v. The bit methods take
// integers.
func (e Expr) BitAnd(v any) Expr { return e.with("&", v) }

// BitOr returns the bits that are set in e, in v or in both.
func (e Expr) BitOr(v any) Expr { return e.with("|", v) }

// BitXor returns the bits that are set in only one of e and v.
func (e Expr) BitXor(v any) Expr { return e.with("#", v) }

// ShiftLeft shifts the bits of e left by n places.
func (e Expr) ShiftLeft(n any) Expr { return e.with("<<", n) }

// ShiftRight shifts the bits of e right by n places.
func (e Expr) ShiftRight(n any) Expr { return e.with(">>", n) }

// Slice returns the part of a text or an array from start up to but not
// including stop (End: all), counted from 0: Django's F("name")[start:stop].
func (e Expr) Slice(start, stop int) Expr {
	if start < 0 || stop < End || stop != End && stop < start {
		return wrong(fmt.Errorf("a slice from %d to %d: it does not count from the end, and ends behind its start", start, stop))
	}
	n := &query.Expr{Kind: query.Func, Args: []*query.Expr{e.n}}
	n.Settle = func(s *query.Expr) error {
		from := strconv.Itoa(start + 1)
		switch t := s.Args[0].Type; t.Kind {
		case lookup.Text:
			s.Name = "SUBSTRING(?, " + from + ")"
			if stop != End {
				s.Name = "SUBSTRING(?, " + from + ", " + strconv.Itoa(stop-start) + ")"
			}
			s.Type = t
		case lookup.Array:
			s.Name = "(?)[" + from + ":]"
			if stop != End {
				s.Name = "(?)[" + from + ":" + strconv.Itoa(stop) + "]"
			}
			s.Type = t
		default:
			return errors.New("only texts and arrays have slices")
		}
		return nil
	}
	return Expr{n}
}
