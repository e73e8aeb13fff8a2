package shop

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"fmt"
	"net/http"
	"time"
)

var (
	//go:embed site.css
	styleText []byte
	//go:embed icon.svg
	iconText []byte

	// stylePath contains a hash of the text, so that browsers can cache it.
	stylePath = fmt.Sprintf("/static/site.css?v=%.6x", sha256.Sum256(styleText))
)

// static serves a file that does not change while the program runs.
func static(name, contentType string, text []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(text))
	}
}
