package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net/http"
)

// maxBody is the size of the largest accepted body. Every column has a bound,
// and so have the lines of an invoice, so that no honest body is near it.
const maxBody = 64 << 10

// readBody reads the request's body, or answers that it cannot be read. A body
// of another type than JSON is refused, since a form of another site can send
// text/plain without the browser asking first.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, bool) {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		writeError(w, http.StatusUnsupportedMediaType, "the Content-Type has to be application/json")
		return nil, false
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		writeError(w, http.StatusRequestEntityTooLarge, fmt.Sprintf("the body is larger than %d bytes", tooLarge.Limit))
	case err != nil:
		writeError(w, http.StatusBadRequest, "the body cannot be read")
	}
	return body, err == nil
}

// setHeaders sets what every answer has: no browser takes it for a page or
// keeps it, and no page of another site can embed it.
func setHeaders(h http.Header) {
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
}

// writeJSON answers with a value. It encodes the value before it sends the
// status, so that an encoding error is not a 200.
func writeJSON(w http.ResponseWriter, status int, v any) {
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		slog.Error("example_app: an answer cannot be encoded", "error", err)
		status = http.StatusInternalServerError
		text.Reset()
		text.WriteString(`{"error":"something went wrong on our side"}`)
	}
	setHeaders(w.Header())
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(text.Bytes()) // the client may have gone
}
