//go:build unix

package devpg

import (
	"errors"
	"io/fs"
	"sync"
	"syscall"
)

// lease keeps a server running: an open write end of its pipe. A bare
// descriptor, not an *os.File, which the garbage collector would close.
type lease struct {
	fd   int
	once sync.Once
	err  error
}

func (l *lease) release() error {
	l.once.Do(func() { l.err = syscall.Close(l.fd) })
	return l.err
}

var (
	// errClosing: there is no pipe; the server has ended or is about to.
	errClosing = errors.New("the server is ending")
	// errUnwatched: the watcher is gone, whether or not there are leases.
	errUnwatched = errors.New("the server's watcher is gone")
)

// takeLease joins the holders of a running server.
func takeLease(run string) (*lease, error) {
	fd, err := openPipe(alivePath(run), syscall.O_WRONLY)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, errClosing
	case errors.Is(err, syscall.ENXIO):
		return nil, errUnwatched
	case err != nil:
		return nil, err
	}
	l := &lease{fd: fd}
	// The line turns back a watcher that is just deciding to close.
	if _, err := syscall.Write(fd, []byte{'\n'}); err != nil {
		l.release()
		if errors.Is(err, syscall.EPIPE) {
			return nil, errUnwatched
		}
		return nil, err
	}
	return l, nil
}

// pipeState is what the two ends of a pipe tell about its processes.
type pipeState int

const (
	pipeAbsent  pipeState = iota // no such pipe
	pipeWatched                  // a watcher reads it
	pipeHeld                     // no watcher, but somebody holds a lease
	pipeFree                     // no process has it open
)

// probe looks at a pipe without joining it.
func probe(pipe string) (pipeState, error) {
	fd, err := openPipe(pipe, syscall.O_WRONLY)
	switch {
	case err == nil:
		return pipeWatched, syscall.Close(fd)
	case errors.Is(err, fs.ErrNotExist):
		return pipeAbsent, nil
	case !errors.Is(err, syscall.ENXIO):
		return pipeAbsent, err
	}
	fd, err = openPipe(pipe, syscall.O_RDONLY)
	if errors.Is(err, fs.ErrNotExist) {
		return pipeAbsent, nil
	}
	if err != nil {
		return pipeAbsent, err
	}
	defer syscall.Close(fd)
	for line := make([]byte, 64); ; {
		n, err := syscall.Read(fd, line)
		switch {
		case errors.Is(err, syscall.EAGAIN):
			return pipeHeld, nil
		case errors.Is(err, syscall.EINTR), n > 0: // a line that no watcher read
			continue
		case err != nil:
			return pipeAbsent, err
		}
		return pipeFree, nil
	}
}

// openPipe opens without waiting for the other side, and never for a child
// process to inherit: an inherited lease would outlive its owner.
func openPipe(path string, mode int) (int, error) {
	for {
		fd, err := syscall.Open(path, mode|syscall.O_NONBLOCK|syscall.O_CLOEXEC|syscall.O_NOFOLLOW, 0)
		if err != syscall.EINTR {
			return fd, err
		}
	}
}
