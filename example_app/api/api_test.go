package api

import "testing"

func TestNothingThere(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.error("GET", "/api/nonsense", "", 404, "nothing is at")
	s.error("GET", "/api/", "", 404, "nothing is at")
	s.error("POST", "/api/nonsense", "{}", 404, "nothing is at")
}
