package shop

import (
	"encoding/base64"
	"net/http"
	"strings"
)

// A flash is a line for the next page about the form that led there. It is a
// cookie, so it needs no session and no row.
const (
	flashCookie = "flash"
	maxFlash    = 300 // bytes
)

// setFlash sets the text for the next page.
func setFlash(w http.ResponseWriter, r *http.Request, text string) {
	if text == "" {
		return
	}
	if len(text) > maxFlash {
		text = strings.ToValidUTF8(text[:maxFlash-len("…")], "") + "…"
	}
	setCookie(w, r, flashCookie, base64.RawURLEncoding.EncodeToString([]byte(text)), 0)
}

// takeFlash returns the text and deletes its cookie.
func takeFlash(w http.ResponseWriter, r *http.Request) string {
	cookie, err := r.Cookie(flashCookie)
	if err != nil {
		return ""
	}
	setCookie(w, r, flashCookie, "", -1)
	text, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	if err != nil || len(text) > maxFlash {
		return "" // not set by this site
	}
	return strings.ToValidUTF8(string(text), "")
}
