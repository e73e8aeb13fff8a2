package manage

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// terminal reports whether a stream is a terminal.
func terminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// paint returns colours for a stream, and texts without them if it is not a
// terminal or NO_COLOR is set (https://no-color.org).
func paint(w io.Writer) colours {
	return colours{on: terminal(w) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"}
}

type colours struct{ on bool }

func (c colours) green(s string) string  { return c.with("32", s) }
func (c colours) red(s string) string    { return c.with("31", s) }
func (c colours) yellow(s string) string { return c.with("33", s) }
func (c colours) bold(s string) string   { return c.with("1", s) }

func (c colours) with(code, s string) string {
	if !c.on {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

// interactive reports whether a person can be asked.
func (p *program) interactive() bool { return terminal(p.In) && terminal(p.Err) }

// askValue asks for a line, "" at the end of the input.
func (p *program) askValue(question string) (string, error) {
	if p.lines == nil {
		p.lines = bufio.NewReader(p.In)
	}
	fmt.Fprintf(p.Err, "%s ", question)
	line, err := p.lines.ReadString('\n')
	if err != nil && err != io.EOF {
		return "", err
	}
	return strings.TrimSpace(line), nil
}

// ask asks a question with yes or no. No is the answer to an empty line and at
// the end of the input.
func (p *program) ask(question string) (bool, error) {
	if p.lines == nil {
		p.lines = bufio.NewReader(p.In)
	}
	for {
		fmt.Fprintf(p.Err, "%s [y/N] ", question)
		line, err := p.lines.ReadString('\n')
		if err != nil && err != io.EOF {
			return false, err
		}
		switch strings.ToLower(strings.TrimSpace(line)) {
		case "y", "yes":
			return true, nil
		case "", "n", "no":
			return false, nil
		}
		if err == io.EOF {
			return false, nil
		}
		fmt.Fprintln(p.Err, `please answer "y" or "n"`)
	}
}
