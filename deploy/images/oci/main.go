// Command oci writes one container image, for one or more architectures, from directories: no daemon, no registry.
//
//	oci -config image.json -output DIR
//
// DIR/oci/NAME becomes an OCI layout with all architectures, DIR/NAME-VERSION-ARCH.tar one archive for each, as
// "docker load" and "ctr images import" take them, and DIR/NAME-VERSION-ARCH.cdx.json what is in it. The same input gives the same bytes.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"
)

// Image is what -config holds.
type Image struct {
	Name        string            `json:"name"`
	Repository  string            `json:"repository"` // what stands before the name in a tag
	Version     string            `json:"version"`
	Epoch       int64             `json:"epoch"` // the time of all files and of the image, in seconds since 1970
	User        string            `json:"user"`
	Entrypoint  []string          `json:"entrypoint"`
	Command     []string          `json:"command"`
	Environment []string          `json:"environment"`
	Labels      map[string]string `json:"labels"`
	Platforms   []Platform        `json:"platforms"`
}

// Platform is the image for one architecture.
type Platform struct {
	Architecture string   `json:"architecture"` // as Go calls it
	Layers       []string `json:"layers"`       // directories, lowest first; their names say in the history what they are
	Boms         []string `json:"boms"`         // what Maven says is in it, CycloneDX
	Debian       string   `json:"debian"`       // a file with lines of a package and its version
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("oci: ")
	config := flag.String("config", "", "the image's description, JSON")
	output := flag.String("output", "", "where the results go")
	flag.Parse()
	if *config == "" || *output == "" || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	if err := run(*config, *output); err != nil {
		log.Fatal(err)
	}
}

func run(config, output string) error {
	text, err := os.ReadFile(config)
	if err != nil {
		return err
	}
	var image Image
	if err := json.Unmarshal(text, &image); err != nil {
		return fmt.Errorf("%s: %w", config, err)
	}
	if image.Name == "" || image.Version == "" || len(image.Platforms) == 0 {
		return fmt.Errorf("%s: name, version and platforms are needed", config)
	}
	return write(image, time.Unix(image.Epoch, 0).UTC(), filepath.Clean(output))
}
