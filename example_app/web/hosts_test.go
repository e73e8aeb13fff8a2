package web

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestHosts(t *testing.T) {
	t.Parallel()
	local := &net.TCPAddr{IP: net.ParseIP("192.0.2.7"), Port: 8080}
	for host, want := range map[string]int{
		"127.0.0.1":            200,
		"127.0.0.1:8080":       200,
		"127.9.9.9":            200,
		"[::1]":                200,
		"[::1]:8080":           200,
		"[::ffff:127.0.0.1]":   200,
		"localhost":            200,
		"LocalHost.:80":        200,
		"a.localhost":          200,
		"192.0.2.7:99":         200,
		"shop.example":         200,
		"SHOP.example:443":     200,
		"shop.example.":        200,
		"":                     400,
		".":                    400,
		":80":                  400,
		"evil.example":         400,
		"evil.example:8080":    400,
		"shop.example.evil":    400,
		"evil-shop.example":    400,
		"sub.shop.example":     400,
		"localhost.evil":       400,
		"evillocalhost":        400,
		"127.0.0.1.evil":       400,
		"192.0.2.8":            400,
		"2130706433":           400,
		"shop.example@evil":    400,
		"127.0.0.1, localhost": 400,
	} {
		r := httptest.NewRequestWithContext(context.WithValue(t.Context(), http.LocalAddrContextKey, local), "GET", "/", nil)
		r.Host = host
		w := httptest.NewRecorder()
		Hosts{"shop.example", ""}.Guard(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})).ServeHTTP(w, r)
		require.Equal(t, want, w.Code, host)
		require.NotContains(t, w.Body.String(), "evil")
	}
}
