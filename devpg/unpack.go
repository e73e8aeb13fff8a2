//go:build unix

package devpg

import (
	"archive/tar"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

const (
	// nativeFolder holds the programs in an archive.
	nativeFolder = "package/native/"
	// linkList names the links, which npm's archives cannot hold.
	linkList = "pg-symlinks.json"
	// maxUnpacked is far beyond any PostgreSQL.
	maxUnpacked = 2 << 30
)

// unpack makes the folder dir with bin, lib and share of an npm archive. It
// writes nothing outside of dir, whatever the archive contains.
func unpack(file, dir string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	zipped, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	entries := tar.NewReader(io.LimitReader(zipped, maxUnpacked))
	for {
		entry, err := entries.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		name, wanted := strings.CutPrefix(path.Clean(entry.Name), nativeFolder)
		if !wanted || entry.Typeflag != tar.TypeReg || !wantedFile(name) {
			continue
		}
		if err := writeEntry(root, name, entry.FileInfo().Mode(), entries); err != nil {
			return fmt.Errorf("%q: %w", entry.Name, err)
		}
	}
	if err := makeLinks(root); err != nil {
		return err
	}
	return openUp(root)
}

// wantedFile reports whether a file is needed to run the server, not to build
// extensions.
func wantedFile(name string) bool {
	return name == linkList || strings.HasPrefix(name, "bin/") || strings.HasPrefix(name, "share/") ||
		strings.HasPrefix(name, "lib/") && !strings.HasPrefix(name, "lib/postgresql/pgxs/") && !strings.HasSuffix(name, ".a")
}

func writeEntry(root *os.Root, name string, mode fs.FileMode, content io.Reader) error {
	if err := root.MkdirAll(path.Dir(name), 0o755); err != nil {
		return err
	}
	perm := fs.FileMode(0o644)
	if mode&0o111 != 0 || strings.HasPrefix(name, "bin/") {
		perm = 0o755
	}
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, content)
	return errors.Join(err, f.Chmod(perm), f.Close()) // in case of a narrow umask
}

// makeLinks makes the links of the list as relative ones.
func makeLinks(root *os.Root) error {
	text, err := root.ReadFile(linkList)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // this system's archive has none
	}
	if err != nil {
		return err
	}
	var links []struct{ Source, Target string }
	if err := json.Unmarshal(text, &links); err != nil {
		return fmt.Errorf("%s: %w", linkList, err)
	}
	for _, l := range links {
		source, ok := strings.CutPrefix(path.Clean(l.Source), "native/")
		target, too := strings.CutPrefix(path.Clean(l.Target), "native/")
		if !ok || !too || !filepath.IsLocal(source) || !filepath.IsLocal(target) {
			return fmt.Errorf("%s: a link leads out of the archive, from %q to %q", linkList, l.Target, l.Source)
		}
		if !wantedFile(target) {
			continue
		}
		to, err := filepath.Rel(path.Dir(target), source)
		if err != nil {
			return err
		}
		if err := root.MkdirAll(path.Dir(target), 0o755); err != nil {
			return err
		}
		if err := root.Symlink(to, target); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	return root.Remove(linkList)
}

// openUp allows the server's user to enter the folders, whatever the umask.
func openUp(root *os.Root) error {
	return fs.WalkDir(root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return err
		}
		return root.Chmod(name, 0o755)
	})
}
