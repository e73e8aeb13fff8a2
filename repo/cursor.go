package repo

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/gormango/gormango/internal/query"
	"github.com/gormango/gormango/internal/store"
)

// maxCursor is the most bytes of a cursor. Longer ones do not fit into a URL.
const maxCursor = 8 << 10

// The first byte of a cursor is its format.
const (
	plainCursor  = 1
	sealedCursor = 2
)

// position is the content of a cursor: a row's place in an order, and the
// direction to read from there.
type position struct {
	// backwards reads towards the beginning, inclusive includes the row itself.
	backwards, inclusive bool
	// values are the row's values of the terms of the order, nil for NULL.
	values []*string
}

// list identifies a list of rows by its model and order. A cursor belongs to
// one list.
type list [8]byte

// listOf returns the list of rows in an order.
func listOf(s *store.State, terms []query.Order) list {
	var b strings.Builder
	b.WriteString(s.Model.Name + "\x00" + s.Model.Table)
	for _, o := range terms {
		b.WriteString("\x00" + o.Signature())
	}
	sum := sha256.Sum256([]byte(b.String()))
	return list(sum[:8])
}

// encode returns a cursor: the format, the list, flags, and each value after
// its length + 1, which is 0 for NULL. With keys everything but the format is
// encrypted.
func (p position) encode(of list, keys [][]byte) (string, error) {
	flags := byte(0)
	if p.backwards {
		flags |= 1
	}
	if p.inclusive {
		flags |= 2
	}
	body := append(append(make([]byte, 0, 64), of[:]...), flags)
	for _, v := range p.values {
		if v == nil {
			body = append(body, 0)
			continue
		}
		body = append(binary.AppendUvarint(body, uint64(len(*v))+1), *v...)
	}
	out := []byte{plainCursor}
	if len(keys) == 0 {
		out = append(out, body...)
	} else {
		seal, err := sealOf(keys[0])
		if err != nil {
			return "", err
		}
		nonce := make([]byte, seal.NonceSize())
		_, _ = rand.Read(nonce) // it never fails
		out = seal.Seal(append([]byte{sealedCursor}, nonce...), nonce, body, nil)
	}
	text := base64.RawURLEncoding.EncodeToString(out)
	if len(text) > maxCursor {
		return "", fmt.Errorf("the values of a row in the order are too long for a cursor (%d bytes, at most %d): order by shorter values", len(text), maxCursor)
	}
	return text, nil
}

// sealOf returns the cipher of a key.
func sealOf(key []byte) (cipher.AEAD, error) {
	if len(key) < 16 {
		return nil, errors.New("a key for cursors has 16 bytes or more")
	}
	sum := sha256.Sum256(key)
	block, err := aes.NewCipher(sum[:])
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// The faults of a cursor, as the value that was wanted.
const (
	wantCursor = "a cursor of a page"
	wantList   = "a cursor of this list in this order (begin without one)"
)

// decodeCursor decodes a cursor. want names what an invalid cursor should have
// been and is "" for a valid one; err is an error of the keys.
func decodeCursor(text string, of list, terms []query.Order, keys [][]byte) (p position, want string, err error) {
	if len(text) > maxCursor {
		return p, wantCursor, nil
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(raw) == 0 {
		return p, wantCursor, nil
	}
	version, body := raw[0], raw[1:]
	switch {
	case len(keys) == 0 && version == plainCursor:
	case len(keys) > 0 && version == sealedCursor:
		if body, err = unseal(body, keys); err != nil || body == nil {
			return p, wantCursor, err
		}
	default:
		return p, wantCursor, nil
	}
	if len(body) < len(of)+1 || body[len(of)] > 3 {
		return p, wantCursor, nil
	}
	if list(body[:len(of)]) != of {
		return p, wantList, nil
	}
	p.backwards, p.inclusive = body[len(of)]&1 != 0, body[len(of)]&2 != 0
	body = body[len(of)+1:]
	for _, o := range terms {
		n, width := binary.Uvarint(body)
		if width <= 0 {
			return p, wantCursor, nil
		}
		body = body[width:]
		if n == 0 {
			p.values = append(p.values, nil)
			continue
		}
		if n-1 > uint64(len(body)) {
			return p, wantCursor, nil
		}
		v := string(body[:n-1])
		body = body[n-1:]
		if ok, _ := o.Takes(v); !ok || !utf8.ValidString(v) || strings.ContainsRune(v, 0) {
			return p, wantCursor, nil
		}
		p.values = append(p.values, &v)
	}
	if len(body) > 0 {
		return p, wantCursor, nil
	}
	return p, "", nil
}

// unseal returns the decrypted content of sealed, nil if none of the keys
// decrypts it.
func unseal(sealed []byte, keys [][]byte) ([]byte, error) {
	for _, key := range keys {
		seal, err := sealOf(key)
		if err != nil {
			return nil, err
		}
		if len(sealed) < seal.NonceSize() {
			return nil, nil
		}
		nonce, text := sealed[:seal.NonceSize()], sealed[seal.NonceSize():]
		if body, err := seal.Open(nil, nonce, text, nil); err == nil {
			return body, nil
		}
	}
	return nil, nil
}
