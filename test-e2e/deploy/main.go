// Command deploy renders the Helm chart without Helm being installed; deploy/render runs it. Its tests are the chart's.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

type list []string

func (l *list) String() string     { return fmt.Sprint(*l) }
func (l *list) Set(v string) error { *l = append(*l, v); return nil }

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "render: "+err.Error())
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("render", flag.ContinueOnError)
	chart := flags.String("chart", "", "folder of the chart")
	manifests := flags.String("manifests", "", "write the plain manifests into this folder, instead of printing what values give")
	release := Release{}
	flags.StringVar(&release.Name, "name", "csi-dysk", "name of the release")
	flags.StringVar(&release.Namespace, "namespace", "csi-dysk", "namespace of the release")
	var files, sets list
	flags.Var(&files, "values", "file with values; may be repeated")
	flags.Var(&sets, "set", "PATH=VALUE; may be repeated")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unknown argument %q", flags.Arg(0))
	}
	values, err := readValues(files, sets)
	if err != nil {
		return err
	}
	if *manifests != "" {
		return writeManifests(*chart, *manifests, release, values)
	}
	objects, err := Render(*chart, release, values)
	if err != nil {
		return err
	}
	_, err = io.WriteString(out, Text(objects))
	return err
}

func writeManifests(chart, folder string, release Release, values map[string]any) error {
	files, err := Manifests(chart, release, values)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}
