package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/gormango/gormango/example_app/web"
)

// options are the options of the command line.
type options struct {
	addr        string
	databaseURL string
	hosts       web.Hosts
	load        string
}

// errUsage reports a wrong command line. The reason has been printed.
var errUsage = errors.New("wrong use")

func parseOptions(args []string, stderr io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("example_app", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.addr, "addr", "127.0.0.1:8080", "the `address` to serve at; port 0 chooses a free one")
	flags.StringVar(&o.databaseURL, "database-url", "", "the `URL` of the database (default DATABASE_URL, else PG* variables, else a local server that is started); other users of the machine can see a password in it, so give one by DATABASE_URL, PGPASSWORD or ~/.pgpass")
	flags.Func("hosts", "answer for these `names` too, with commas between them: shop.example,www.shop.example (default: loopback names, and the address of -addr)", func(list string) error {
		o.hosts = append(o.hosts, strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })...)
		return nil
	})
	flags.StringVar(&o.load, "load", "", "load the CSV files of the folder `DIR`, in the form of the Chinook sample database")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return o, err
		}
		return o, fmt.Errorf("%w: %w", errUsage, err)
	}
	if flags.NArg() > 0 {
		fmt.Fprintf(stderr, "unexpected argument %q\n", flags.Arg(0))
		flags.Usage()
		return o, errUsage
	}
	if host, _, err := net.SplitHostPort(o.addr); err == nil {
		o.hosts = append(o.hosts, host)
	}
	return o, nil
}
