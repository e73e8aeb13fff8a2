//go:build unix

package devpg

import (
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

func TestExternal(t *testing.T) {
	dir := cache(t)
	local := start(t, Options{cache: dir})
	t.Setenv("DATABASE_URL", local.URL())
	s, err := Start(t.Context(), Options{Dir: "/not/used", Database: "not_used"})
	require.NoError(t, err)
	require.True(t, s.External())
	require.Equal(t, local.URL(), s.URL())
	require.NoError(t, s.Close())
	require.NoError(t, ping(local.URL()), "not ours to end")

	wrong := strings.Replace(local.URL(), "//postgres:", "//postgres:hunter2", 1)
	t.Setenv("DATABASE_URL", wrong)
	_, err = Start(t.Context(), Options{})
	require.ErrorContains(t, err, `devpg: DATABASE_URL names host "127.0.0.1", port `)
	require.ErrorContains(t, err, `database "postgres", user "postgres"`)
	require.ErrorContains(t, err, "password authentication failed")
	require.NotContains(t, err.Error(), "hunter2")

	for _, bad := range []string{
		"postgres://u:hunter2%zz@h/x", "postgres://u:hunter2@h:port/x", "postgres://u:hunter2 @h:70000000/x", "host=h password='hunter2", "hunter2",
		"postgres://u:hunter2/x@h/x", "postgres://u:hunter2@h/x?sslmode=odd",
	} {
		t.Setenv("DATABASE_URL", bad)
		_, err = Start(t.Context(), Options{})
		require.ErrorContains(t, err, "DATABASE_URL cannot be parsed", bad)
		require.NotContains(t, err.Error(), "hunter2", bad)
	}
}

func TestExternalByPGVariables(t *testing.T) {
	dir := cache(t)
	local := start(t, Options{cache: dir, Database: "shop"})
	config, err := pgx.ParseConfig(local.URL())
	require.NoError(t, err)
	port := strconv.Itoa(int(config.Port))
	for name, env := range map[string][][2]string{
		"PGHOST": {{"PGHOST", config.Host}, {"PGPORT", port}, {"PGUSER", config.User}, {"PGPASSWORD", config.Password}, {"PGDATABASE", "shop"}},
		"several hosts": {{"PGHOST", "127.0.0.1,127.0.0.1"}, {"PGPORT", "1," + port}, {"PGUSER", config.User}, {"PGPASSWORD", config.Password},
			{"PGDATABASE", "shop"}, {"PGSSLMODE", "disable"}},
		"PGSERVICE": {{"PGSERVICE", "mine"}, {"PGSERVICEFILE", writeFile(t, "[mine]\nhost="+config.Host+"\nport="+port+"\nuser="+config.User+"\ndbname=shop\n")},
			{"PGPASSFILE", writeFile(t, config.Host+":"+port+":shop:"+config.User+":"+config.Password+"\n")}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, v := range env {
				t.Setenv(v[0], v[1])
			}
			s, err := Start(t.Context(), Options{})
			require.NoError(t, err)
			require.True(t, s.External())
			conn := connect(t, s.URL())
			require.Equal(t, "shop", conn.Config().Database)
			u, err := url.Parse(s.URL())
			require.NoError(t, err)
			u.Path = "/postgres"
			require.NoError(t, ping(u.String()), "the URL is whole, so its database can be changed")
		})
	}
	t.Setenv("PGHOST", config.Host)
	t.Setenv("PGPORT", port)
	t.Setenv("PGUSER", config.User)
	t.Setenv("PGPASSWORD", "hunter2")
	_, err = Start(t.Context(), Options{})
	require.ErrorContains(t, err, `devpg: PGHOST names host "127.0.0.1", port `+port)
	require.NotContains(t, err.Error(), "hunter2")
	t.Setenv("PGSSLMODE", "odd")
	_, err = Start(t.Context(), Options{})
	require.ErrorContains(t, err, "devpg: PGHOST cannot be parsed (correct it and the other PG* variables")

	t.Setenv("DATABASE_URL", local.URL())
	t.Setenv("PGSSLMODE", "")
	s, err := Start(t.Context(), Options{})
	require.NoError(t, err)
	require.Equal(t, local.URL(), s.URL(), "DATABASE_URL wins")
}

func TestExternalServer(t *testing.T) {
	for _, name := range []string{"DATABASE_URL", "PGHOST", "PGSERVICE"} {
		t.Setenv(name, "")
	}
	t.Setenv("PGUSER", "me")
	t.Setenv("PGDATABASE", "mine")
	t.Setenv("PGPORT", "5433")
	_, named := externalServer()
	require.False(t, named, "these are set beside a local server")
}

func TestResolvedURLOfASocket(t *testing.T) {
	t.Parallel()
	config, err := pgx.ParseConfig("host=/run/pg port=5433 user=u password='p@ss/word' dbname='a b' sslmode=disable")
	require.NoError(t, err)
	text, err := resolvedURL(config)
	require.NoError(t, err)
	again, err := pgx.ParseConfig(text)
	require.NoError(t, err)
	require.Equal(t, []any{"/run/pg", uint16(5433), "u", "p@ss/word", "a b"}, []any{again.Host, again.Port, again.User, again.Password, again.Database})
}

func writeFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}
