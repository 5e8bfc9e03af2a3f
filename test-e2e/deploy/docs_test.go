package main

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The table of parameters has those that the driver knows, each once, with what may be changed later.
func TestParametersAreDocumented(t *testing.T) {
	text := read(t, "deploy/docs/parameters.md")
	documented := map[string]bool{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([A-Za-z]+)` \\|").FindAllStringSubmatch(text, -1) {
		if documented[row[1]] {
			t.Errorf("%s is there twice", row[1])
		}
		documented[row[1]] = true
	}
	known := found(t, `(?m)^    [A-Z_]+\("([A-Za-z]+)",`, ".java", "csi-controller/service/src/main/java/io/dysk/controller/volume")
	if !maps.Equal(documented, known) {
		t.Errorf("documented: %v\nin the code: %v", documented, known)
	}
}

// Every value that a document names is one that the chart has.
func TestValuesInTheDocumentsExist(t *testing.T) {
	values := parse(t, read(t, "deploy/chart/csi-dysk/values.yaml"))
	named := regexp.MustCompile("`((?:" + strings.Join(keys(values), "|") + `)\.[A-Za-z.]+)[=\x60 ]`)
	set := regexp.MustCompile(`--set ([A-Za-z]+\.[A-Za-z.]+)=`)
	seen := 0
	for name, text := range documentsOf(t) {
		for _, match := range append(named.FindAllStringSubmatch(text, -1), set.FindAllStringSubmatch(text, -1)...) {
			seen++
			if !has(values, strings.Split(match[1], ".")) {
				t.Errorf("%s: the chart has no value %s", name, match[1])
			}
		}
	}
	if seen < 10 {
		t.Errorf("only %d values found", seen)
	}
}

func keys(values map[string]any) []string {
	var names []string
	for name := range values {
		names = append(names, name)
	}
	return names
}

func has(values map[string]any, path []string) bool {
	value, there := values[path[0]]
	if !there || len(path) == 1 {
		return there
	}
	inner, isMap := value.(map[string]any)
	return isMap && has(inner, path[1:])
}

// A message in the guide to troubleshooting is one that the programs give.
func TestMessagesExist(t *testing.T) {
	var sources strings.Builder
	for _, folder := range []string{"csi-controller/service/src/main", "csi-controller/pageblob/src/main", "csi-node/src/main", "proto/rpc/src/main", "kernel-bridge/binding/src/main"} {
		err := filepath.WalkDir(filepath.Join(tree(), folder), func(path string, entry os.DirEntry, err error) error {
			if err != nil || filepath.Ext(path) != ".java" {
				return err
			}
			text, err := os.ReadFile(path)
			sources.Write(text)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	// Texts that go over lines of source.
	source := regexp.MustCompile(`"\s*\+\s*"`).ReplaceAllString(sources.String(), "")
	seen := 0
	for _, match := range regexp.MustCompile(`(?m)^\| "([^"]+)"`).FindAllStringSubmatch(read(t, "deploy/docs/troubleshooting.md"), -1) {
		for _, part := range strings.Split(match[1], "...") {
			seen++
			if part = strings.TrimSpace(part); !strings.Contains(source, part) {
				t.Errorf("no program says %q", part)
			}
		}
	}
	if seen < 10 {
		t.Errorf("only %d messages found", seen)
	}
}

func TestLinksLeadSomewhere(t *testing.T) {
	for name, text := range documentsOf(t) {
		for _, match := range regexp.MustCompile(`\]\(([^)#:]+)\)`).FindAllStringSubmatch(text, -1) {
			if _, err := os.Stat(filepath.Join(tree(), filepath.Dir(name), match[1])); err != nil {
				t.Errorf("%s: there is no %s", name, match[1])
			}
		}
	}
}

func documentsOf(t *testing.T) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for _, pattern := range []string{"deploy/*.md", "deploy/docs/*.md", "deploy/examples/*.md"} {
		files, err := filepath.Glob(filepath.Join(tree(), pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			name, _ := filepath.Rel(tree(), file)
			texts[name] = read(t, name)
		}
	}
	return texts
}
