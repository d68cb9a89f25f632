// Command sandbox starts two throwaway PostgreSQL servers, a source with an example
// database and an empty destination, and removes them when it is told to stop.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sync/errgroup"

	"migrator/examples/sandbox"
)

const usage = `Usage: sandbox [flags]

Starts two throwaway PostgreSQL servers on this machine, a source and a destination, prints
how to reach them, and waits. Ctrl-C (or SIGTERM) stops them and removes all their files.

The directory of -load holds *.sql files, which are run in the order of their names in a new
database of the source. The database is called like the directory. The files read the -scale
as current_setting('shop.scale'). The destination gets an empty database of the same name, and
files that end in _roles.sql are run there, too, since roles belong to a whole server.

  sandbox -load examples/shop -scale 0.1

Flags:
`

// options are the flags.
type options struct {
	load   string
	scale  float64
	tls    bool
	env    string
	binDir string
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "sandbox:", err)
		os.Exit(1)
	}
}

// run does everything, and returns when ctx has ended and the servers are gone.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	opts, err := parse(args, stderr)
	if err != nil {
		return err
	}
	pair, err := startPair(ctx, opts)
	if err == nil {
		err = pair.serve(ctx, opts, stdout)
	}
	if ctx.Err() != nil {
		err = nil // told to stop while starting or loading: whatever fails then is no failure
	}
	return errors.Join(err, pair.stop())
}

func parse(args []string, stderr io.Writer) (options, error) {
	var opts options
	flags := flag.NewFlagSet("sandbox", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&opts.load, "load", "", "`directory` of SQL files to load into the source")
	flags.Float64Var(&opts.scale, "scale", 0.1, "how much of the example's data; 1 is about 250 MB of the shop")
	flags.BoolVar(&opts.tls, "tls", false, "servers that refuse connections without TLS")
	flags.StringVar(&opts.env, "env", "", "`file` to write the export lines to once everything is ready; removed at the end")
	flags.StringVar(&opts.binDir, "bin", "", "`directory` of PostgreSQL's programs (default: "+sandbox.BinEnv+", then wherever they are found)")
	flags.Usage = func() {
		fmt.Fprint(stderr, usage)
		flags.PrintDefaults()
	}
	if err := flags.Parse(args); err != nil {
		return opts, err
	}
	if flags.NArg() > 0 {
		return opts, fmt.Errorf("unexpected argument %q; see -h", flags.Arg(0))
	}
	if opts.scale <= 0 {
		return opts, fmt.Errorf("-scale must be more than 0")
	}
	return opts, nil
}

// pair are the two servers.
type pair struct{ src, dst *sandbox.Server }

func startPair(ctx context.Context, opts options) (pair, error) {
	var p pair
	var group errgroup.Group
	for _, server := range []**sandbox.Server{&p.src, &p.dst} {
		group.Go(func() (err error) {
			*server, err = sandbox.Start(ctx, sandbox.Options{BinDir: opts.binDir, RequireTLS: opts.tls})
			return err
		})
	}
	return p, group.Wait()
}

// stop stops the servers that were started.
func (p pair) stop() error {
	var errs []error
	for _, server := range []*sandbox.Server{p.src, p.dst} {
		if server != nil {
			errs = append(errs, server.Stop())
		}
	}
	return errors.Join(errs...)
}

// serve loads, tells how to connect, and waits for ctx to end.
func (p pair) serve(ctx context.Context, opts options, stdout io.Writer) (err error) {
	database := "postgres"
	if opts.load != "" {
		if database, err = databaseName(opts.load); err != nil {
			return err
		}
		fmt.Fprintf(stdout, "Loading %s at scale %g ...\n", opts.load, opts.scale)
		if err := p.load(ctx, opts, database); err != nil {
			return err
		}
	}
	src, dst := p.src.URL(database), p.dst.URL(database)
	exports := fmt.Sprintf("export MIGRATOR_VAR_source_url='%s'\nexport MIGRATOR_VAR_destination_url='%s'\n", src, dst)
	fmt.Fprintf(stdout, "\nSource       %s\nDestination  %s\n\n%s\nPress Ctrl-C to stop both servers and remove their files.\n", src, dst, exports)
	if opts.env != "" {
		if err := writeWhole(opts.env, exports); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.Remove(opts.env)) }()
	}
	<-ctx.Done()
	return nil
}

// load makes the database on both servers and fills the source's.
func (p pair) load(ctx context.Context, opts options, database string) error {
	files := os.DirFS(opts.load)
	settings := map[string]string{"shop.scale": strconv.FormatFloat(opts.scale, 'f', -1, 64)}
	for _, server := range []*sandbox.Server{p.src, p.dst} {
		if database == "postgres" { // every server has that one
			continue
		}
		if err := server.CreateDatabase(ctx, database, "TEMPLATE template0"); err != nil {
			return err
		}
	}
	if err := sandbox.RunFiles(ctx, files, "*.sql", p.src.SocketURL(database), settings); err != nil {
		return fmt.Errorf("loading the source: %w", err)
	}
	roles, err := filepath.Glob(filepath.Join(opts.load, "*_roles.sql"))
	if err != nil || len(roles) == 0 {
		return err
	}
	if err := sandbox.RunFiles(ctx, files, "*_roles.sql", p.dst.SocketURL(database), settings); err != nil {
		return fmt.Errorf("making the roles in the destination: %w", err)
	}
	return nil
}

var notPlain = regexp.MustCompile(`[^a-z0-9_]+`)

// databaseName makes a name that needs no quoting from that of the directory.
func databaseName(dir string) (string, error) {
	path, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("the directory of -load: %w", err)
	}
	name := notPlain.ReplaceAllString(strings.ToLower(filepath.Base(path)), "_")
	if name == "_" || name[0] >= '0' && name[0] <= '9' {
		return "example", nil
	}
	return name, nil
}

// writeWhole writes a private file that, once it is there, is complete: scripts wait for it.
func writeWhole(path, text string) error {
	file, err := os.CreateTemp(filepath.Dir(path), ".sandbox-env-")
	if err != nil {
		return fmt.Errorf("writing the file of -env: %w", err)
	}
	_, err = file.WriteString(text)
	err = errors.Join(err, file.Close())
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("writing the file of -env: %w", err), os.Remove(file.Name()))
	}
	return nil
}
