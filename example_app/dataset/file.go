package dataset

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
)

// maxFile is the size of the largest file. All rows are in memory together.
const maxFile = 256 << 20

// openFile opens a regular file. The opening of a FIFO would wait for a writer, and
// a device has no end.
func openFile(fsys fs.FS, name string) (fs.File, error) {
	info, err := fs.Stat(fsys, name)
	if err == nil {
		switch {
		case !info.Mode().IsRegular():
			return nil, errors.New("is not a regular file")
		case info.Size() > maxFile:
			return nil, fmt.Errorf("has more than %d bytes", maxFile)
		}
		var f fs.File
		if f, err = fsys.Open(name); err == nil {
			return f, nil
		}
	}
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return nil, err
}

// reader reads a file until its context ends.
type reader struct {
	ctx  context.Context
	file io.Reader
}

// Read implements io.Reader.
func (r reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.file.Read(p)
}
