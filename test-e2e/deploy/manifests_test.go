package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestManifestsAreOfThisChart(t *testing.T) {
	files, err := Manifests(chartFolder(), Release{"csi-dysk", "csi-dysk"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(tree(), "deploy/manifests")
	for name, text := range files {
		if there, err := os.ReadFile(filepath.Join(folder, name)); err != nil || string(there) != text {
			t.Errorf("deploy/manifests/%s is out of date: run deploy/render", name)
		}
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if _, known := files[entry.Name()]; !known {
			t.Errorf("deploy/manifests/%s isn't made by deploy/render", entry.Name())
		}
	}
	for name, text := range files {
		for _, document := range documents(text) {
			if _, err := decode(document); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// Values change what is in the files, and no file is left out or added.
func TestManifestsWithValues(t *testing.T) {
	defaults, err := Manifests(chartFolder(), Release{"csi-dysk", "csi-dysk"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(t.TempDir(), "manifests")
	arguments := []string{"--chart", chartFolder(), "--manifests", folder, "--namespace", "storage", "--set", "attach.required=true"}
	if err := run(arguments, io.Discard); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) != len(defaults) {
		t.Errorf("%d files, and the defaults have %d: %v", len(entries), len(defaults), err)
	}
	text, err := os.ReadFile(filepath.Join(folder, "csi-dysk.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), "attachRequired: true") || strings.Contains(defaults["csi-dysk.yaml"], "attachRequired: true") {
		t.Error("--set attach.required=true makes no difference")
	}
	if !strings.Contains(string(text), "namespace: storage") || strings.Contains(string(text), "namespace: csi-dysk\n") {
		t.Error("it is in another namespace than was said")
	}
}
