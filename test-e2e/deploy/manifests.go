package main

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"helm.sh/helm/v4/pkg/chart/common/util"
)

// What the plain manifests are rendered with: everything there is, in files that can be applied or left out.
var manifestValues = map[string]any{
	"plainManifests": true,
	"volumeAttributesClasses": []any{
		map[string]any{"name": "csi-dysk-p30", "parameters": map[string]any{"tier": "P30"}},
		map[string]any{"name": "csi-dysk-p40", "parameters": map[string]any{"tier": "P40"}},
	},
	"monitoring": map[string]any{
		"podMonitor": map[string]any{"enabled": true},
		"alerts":     map[string]any{"enabled": true},
		"dashboard":  map[string]any{"enabled": true},
	},
}

// Which file a template's objects go to, other than csi-dysk.yaml: what needs CRDs or a newer Kubernetes, or is a matter of taste.
var manifestFiles = map[string]string{
	"storage-classes.yaml":           "storage-classes.yaml",
	"volume-snapshot-classes.yaml":   "volume-snapshot-classes.yaml",
	"volume-attributes-classes.yaml": "volume-attributes-classes.yaml",
	"monitors.yaml":                  "monitoring.yaml",
	"alerts.yaml":                    "monitoring.yaml",
	"dashboard.yaml":                 "monitoring.yaml",
}

// Manifests makes the plain manifests, with values besides their own: the text of each file.
func Manifests(chart string, release Release, values map[string]any) (map[string]string, error) {
	objects, err := Render(chart, release, util.MergeTables(maps.Clone(values), manifestValues))
	if err != nil {
		return nil, err
	}
	digest, err := chartDigest(chart)
	if err != nil {
		return nil, err
	}
	parts := map[string][]Object{}
	for _, object := range objects {
		file, known := manifestFiles[object.File]
		if !known {
			file = "csi-dysk.yaml"
		}
		parts[file] = append(parts[file], object)
	}
	files := map[string]string{}
	for file, part := range parts {
		files[file] = "# Made from deploy/chart/csi-dysk by deploy/render: change the chart, not this file.\n# chart " + digest + "\n" + Text(part)
	}
	return files, nil
}

// The chart's files in one number: sha256 of "sha256  ./path" lines in the order of their names, as deploy/render computes it too.
func chartDigest(chart string) (string, error) {
	var lines []string
	err := filepath.WalkDir(chart, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(chart, path)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(data)
		lines = append(lines, "./"+name+" "+hex.EncodeToString(sum[:])+"\n")
		return nil
	})
	slices.Sort(lines)
	sum := sha256.Sum256([]byte(strings.Join(lines, "")))
	return hex.EncodeToString(sum[:])[:16], err
}
