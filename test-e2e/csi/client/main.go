// csiclient makes calls of CSI by hand: one call for each line, in order, over one connection. It is small, static and quick to
// start, for scripts in an emulated machine.
package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

const help = `Makes calls of CSI.

  csiclient [options] METHOD [REQUEST]     one call
  csiclient [options] -                    a call for each line of standard input: METHOD REQUEST; ends at the first that fails
  csiclient [options] wait                 waits until the plugin answers and says that it is ready

  METHOD      as the specification names it: CreateVolume, NodeStageVolume, Probe, GetMetadataDelta, ...
  REQUEST     its message as JSON, names as in csi.proto: {"name": "a", "capacity_range": {"required_bytes": 1048576}}
              "$NAME" alone as a value is what --set or --save gave that name

  --endpoint unix:///csi/csi.sock   where the plugin listens (or host:port)
  --controller ENDPOINT             where the controller's calls go, if not there too
  --at-once N                       with -: so many calls at a time, in no order, and all of them even if one fails; without --save
  --secrets FILE                    JSON object that becomes the "secrets" of each request that has them
  --deadline 60s                    of each call; with wait, of the whole
  --set NAME=JSON                   a value for requests; may be repeated
  --save NAME=FIELD.FIELD           after each call that answers with such a field, keeps it under that name; may be repeated
  --values FILE                     values are kept there, for later runs too

Each call prints one line of JSON: {"method", "seconds", "code", "message" or "response"}. The responses of a stream come
in "responses". Exit status: 0 if every call was answered with OK, 1 if one was not (the rest is not made), 2 for a mistake in the
call of this program.
`

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

type pairs map[string]string

func (p pairs) String() string { return "" }

func (p pairs) Set(text string) error {
	name, value, found := strings.Cut(text, "=")
	if !found || name == "" {
		return errors.New("must be NAME=VALUE")
	}
	p[name] = value
	return nil
}

func run(arguments []string, in io.Reader, out, problems io.Writer) int {
	set, save := pairs{}, pairs{}
	flags := flag.NewFlagSet("csiclient", flag.ContinueOnError)
	flags.SetOutput(problems)
	flags.Usage = func() { fmt.Fprint(problems, help) }
	endpoint := flags.String("endpoint", "unix:///csi/csi.sock", "")
	controller := flags.String("controller", "", "")
	atOnce := flags.Int("at-once", 1, "")
	secrets := flags.String("secrets", "", "")
	kept := flags.String("values", "", "")
	deadline := flags.Duration("deadline", time.Minute, "")
	flags.Var(set, "set", "")
	flags.Var(save, "save", "")
	if err := flags.Parse(arguments); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		return 2
	}
	if *atOnce < 1 || *atOnce > 1 && len(save) > 0 {
		fmt.Fprintln(problems, "csiclient: --at-once is 1 or more, and more than 1 only without --save")
		return 2
	}
	plugin, err := connect(*endpoint, *controller, *deadline)
	if err == nil {
		defer plugin.close()
		if *secrets != "" {
			err = plugin.readSecrets(*secrets)
		}
	}
	if err == nil && *kept != "" {
		err = plugin.values.read(*kept)
	}
	if err == nil {
		err = plugin.values.take(set)
	}
	if err != nil {
		fmt.Fprintln(problems, "csiclient:", err)
		return 2
	}
	plugin.save = save
	status := plugin.run(flags, *atOnce, in, out, problems)
	if *kept != "" && status != 2 {
		if err := plugin.values.write(*kept); err != nil {
			fmt.Fprintln(problems, "csiclient:", err)
			return 2
		}
	}
	return status
}

func (p *plugin) run(flags *flag.FlagSet, atOnce int, in io.Reader, out, problems io.Writer) int {
	switch {
	case flags.NArg() == 1 && flags.Arg(0) == "wait":
		if err := p.wait(); err != nil {
			fmt.Fprintln(problems, "csiclient:", err)
			return 1
		}
		return 0
	case flags.NArg() == 1 && flags.Arg(0) == "-":
		if atOnce > 1 {
			return p.batch(atOnce, in, out, problems)
		}
		return p.lines(in, problems, func(method, request string) int {
			return p.print(method, request, out, problems)
		})
	case flags.NArg() == 1 || flags.NArg() == 2:
		return p.print(flags.Arg(0), flags.Arg(1), out, problems)
	}
	fmt.Fprint(problems, help)
	return 2
}

// Calls back for each line until a status is not 0; gives that.
func (p *plugin) lines(in io.Reader, problems io.Writer, each func(method, request string) int) int {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		method, request, _ := strings.Cut(line, " ")
		if status := each(method, request); status != 0 {
			return status
		}
	}
	if err := lines.Err(); err != nil {
		fmt.Fprintln(problems, "csiclient:", err)
		return 2
	}
	return 0
}
