package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestManifestsAreOfThisChart(t *testing.T) {
	files, err := Manifests(chartFolder())
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
