package main

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	"helm.sh/helm/v4/pkg/chart/loader"
	"helm.sh/helm/v4/pkg/engine"
	"helm.sh/helm/v4/pkg/strvals"
	"sigs.k8s.io/yaml"
)

// Release is what Helm would install the chart as.
type Release struct {
	Name, Namespace string
}

// Object is one rendered object.
type Object struct {
	// File is the template that it came from, such as node-daemonset.yaml.
	File string
	// Kind and Name are its own.
	Kind, Name string
	// Text is its YAML, comments included.
	Text string
}

// Kinds in the order in which kubectl should get them; others come last.
var order = []string{
	"Namespace", "ServiceAccount", "ConfigMap", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding", "Service", "CSIDriver",
	"NetworkPolicy", "PodDisruptionBudget", "Deployment", "DaemonSet",
}

// Render does what "helm template" does, with the values checked against the chart's schema. Objects come in the order of their kinds.
func Render(folder string, release Release, values map[string]any) ([]Object, error) {
	files, err := renderFiles(folder, release, values)
	if err != nil {
		return nil, err
	}
	var objects []Object
	for _, file := range slices.Sorted(maps.Keys(files)) {
		name := filepath.Base(file)
		if strings.HasPrefix(name, "_") || filepath.Ext(name) != ".yaml" {
			continue
		}
		for _, text := range documents(files[file]) {
			var head struct {
				Kind     string
				Metadata struct{ Name string }
			}
			if err := yaml.Unmarshal([]byte(text), &head); err != nil {
				return nil, fmt.Errorf("%s: %w\n%s", name, err, text)
			}
			objects = append(objects, Object{name, head.Kind, head.Metadata.Name, text})
		}
	}
	slices.SortStableFunc(objects, func(a, b Object) int { return rank(a.Kind) - rank(b.Kind) })
	return objects, nil
}

// Notes is what Helm prints after an installation.
func Notes(folder string, release Release, values map[string]any) (string, error) {
	files, err := renderFiles(folder, release, values)
	return files["csi-dysk/templates/NOTES.txt"], err
}

func renderFiles(folder string, release Release, values map[string]any) (map[string]string, error) {
	chart, err := loader.Load(folder)
	if err != nil {
		return nil, err
	}
	options := common.ReleaseOptions{Name: release.Name, Namespace: release.Namespace, Revision: 1, IsInstall: true}
	all, err := util.ToRenderValues(chart, values, options, common.DefaultCapabilities)
	if err != nil {
		return nil, err
	}
	return engine.Engine{Strict: true}.Render(chart, all)
}

func rank(kind string) int {
	if at := slices.Index(order, kind); at >= 0 {
		return at
	}
	return len(order)
}

// The YAML documents of a text that hold more than comments.
func documents(text string) []string {
	var found []string
	for _, part := range strings.Split("\n"+text, "\n---") {
		var lines []string
		empty := true
		for _, line := range strings.Split(strings.TrimSpace(part), "\n") {
			line = strings.TrimRight(line, " ")
			trimmed := strings.TrimSpace(line)
			empty = empty && (trimmed == "" || strings.HasPrefix(trimmed, "#"))
			if trimmed != "" {
				lines = append(lines, line)
			}
		}
		if !empty {
			found = append(found, strings.Join(lines, "\n")+"\n")
		}
	}
	return found
}

// Text puts objects into one file.
func Text(objects []Object) string {
	var text strings.Builder
	for i, object := range objects {
		if i > 0 {
			text.WriteString("---\n")
		}
		text.WriteString(object.Text)
	}
	return text.String()
}

func readValues(files, sets []string) (map[string]any, error) {
	values := map[string]any{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		more := map[string]any{}
		if err := yaml.Unmarshal(bytes.TrimSpace(data), &more); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		// The later file wins.
		values = util.MergeTables(more, values)
	}
	for _, set := range sets {
		if err := strvals.ParseInto(set, values); err != nil {
			return nil, fmt.Errorf("--set %s: %w", set, err)
		}
	}
	return values, nil
}
