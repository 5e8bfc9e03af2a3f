package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

// A bom is a CycloneDX document, as far as we look into it.
type bom struct {
	Components   []map[string]any `json:"components"`
	Dependencies []map[string]any `json:"dependencies,omitempty"`
}

// writeBom writes what is in an image for one architecture: the parts of the Java programs, as Maven tells them, and the
// packages of Debian.
func writeBom(image Image, platform Platform, output string) error {
	components := map[string]map[string]any{}
	dependencies := map[string]map[string]any{}
	for _, path := range platform.Boms {
		if err := addMaven(path, components, dependencies); err != nil {
			return err
		}
	}
	if err := addDebian(platform, components); err != nil {
		return err
	}
	document := map[string]any{
		"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
		"metadata": map[string]any{"component": map[string]any{
			"type": "container", "name": image.Name, "version": image.Version, "bom-ref": image.Name,
		}},
		"components": sorted(components), "dependencies": sorted(dependencies),
	}
	text, err := json.MarshalIndent(document, "", " ")
	if err != nil {
		return err
	}
	name := fmt.Sprintf("%s-%s-%s.cdx.json", image.Name, image.Version, platform.Architecture)
	return os.WriteFile(filepath.Join(output, name), append(text, '\n'), 0o644)
}

func addMaven(path string, components, dependencies map[string]map[string]any) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var document struct {
		bom
		Metadata struct {
			Component map[string]any `json:"component"`
		} `json:"metadata"`
	}
	if err := json.Unmarshal(text, &document); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if len(document.Components) == 0 {
		return fmt.Errorf("%s has no components", path)
	}
	for _, component := range append(document.Components, document.Metadata.Component) {
		components[fmt.Sprint(component["bom-ref"])] = component
	}
	for _, dependency := range document.Dependencies {
		dependencies[fmt.Sprint(dependency["ref"])] = dependency
	}
	return nil
}

// addDebian reads lines of a package and its version.
func addDebian(platform Platform, components map[string]map[string]any) error {
	file, err := os.Open(platform.Debian)
	if err != nil {
		return err
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		name, version, ok := strings.Cut(lines.Text(), " ")
		if !ok {
			return fmt.Errorf("%s: %q isn't a package and its version", platform.Debian, lines.Text())
		}
		purl := fmt.Sprintf("pkg:deb/debian/%s@%s?arch=%s&distro=debian-13", name, url.QueryEscape(version), platform.Architecture)
		components[purl] = map[string]any{"type": "library", "name": name, "version": version, "purl": purl, "bom-ref": purl}
	}
	return lines.Err()
}

func sorted(entries map[string]map[string]any) []map[string]any {
	var keys []string
	for key := range entries {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	values := make([]map[string]any, 0, len(keys))
	for _, key := range keys {
		values = append(values, entries[key])
	}
	return values
}
