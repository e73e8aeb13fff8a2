package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
)

// maxBody is the size of the largest accepted body.
const maxBody = 1 << 20

// readBody reads the request's body, or answers that it cannot be read.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, bool) {
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
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write(text.Bytes()) // the client may have gone
}
