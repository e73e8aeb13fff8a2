//go:build unix

package devpg

import (
	"errors"
	"io/fs"
	"sync"
	"syscall"
)

// lease keeps a server running. It is an open write end of the server's pipe: a
// bare descriptor, not an *os.File, which the garbage collector would close.
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
	// errClosing reports that there is no pipe: the server has ended or is about
	// to.
	errClosing = errors.New("the server is ending")
	// errUnwatched reports that the watcher is gone, with or without leases.
	errUnwatched = errors.New("the server's watcher is gone")
)

// takeLease takes a lease on a running server.
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
	// The line turns back a watcher that is about to close.
	if _, err := syscall.Write(fd, []byte{'\n'}); err != nil {
		l.release()
		if errors.Is(err, syscall.EPIPE) {
			return nil, errUnwatched
		}
		return nil, err
	}
	return l, nil
}

// pipeState is the state of the processes at the ends of a pipe.
type pipeState int

const (
	pipeAbsent  pipeState = iota // there is no pipe
	pipeWatched                  // a watcher reads it
	pipeHeld                     // no watcher, but a process holds a lease
	pipeFree                     // no process has it open
)

// probe returns the state of a pipe without becoming one of its processes.
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
		case errors.Is(err, syscall.EINTR), n > 0: // a line that no watcher has read
			continue
		case err != nil:
			return pipeAbsent, err
		}
		return pipeFree, nil
	}
}

// openPipe opens a pipe without waiting for the other side, closed in child
// processes: an inherited lease would outlive its owner.
func openPipe(path string, mode int) (int, error) {
	for {
		fd, err := syscall.Open(path, mode|syscall.O_NONBLOCK|syscall.O_CLOEXEC|syscall.O_NOFOLLOW, 0)
		if err != syscall.EINTR {
			return fd, err
		}
	}
}
