package main

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Dashboard and alerts ask for metrics that the programs have.
func TestMetricsExist(t *testing.T) {
	known := found(t, `"((?:dysk|process|jvm)_[a-z_]+)"`, ".java", "proto/rpc/src/main/java", "csi-node/src/main/java", "csi-controller/service/src/main/java")
	asked := regexp.MustCompile(`\b(?:dysk|process|jvm)_[a-z_]+\b`)
	for _, file := range []string{"dashboards/csi-dysk.json", "alerts/csi-dysk.yaml"} {
		names := asked.FindAllString(expressions(t, file), -1)
		if len(names) == 0 {
			t.Errorf("%s asks for nothing", file)
		}
		for _, name := range names {
			base := name
			for _, suffix := range []string{"_bucket", "_sum", "_count"} {
				base = strings.TrimSuffix(base, suffix)
			}
			if !known[name] && !known[base] {
				t.Errorf("%s: there is no metric %s; there are %v", file, name, slices.Sorted(maps.Keys(known)))
			}
		}
	}
}

func expressions(t *testing.T, file string) string {
	t.Helper()
	text := read(t, "deploy/chart/csi-dysk/"+file)
	if !strings.HasSuffix(file, ".json") {
		return strings.Join(regexp.MustCompile(`(?m)^\s+expr: .*|^\s{10}\S.*`).FindAllString(text, -1), "\n")
	}
	var dashboard struct {
		Panels []struct {
			Title   string
			GridPos struct{ X, Y, W, H int }
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal([]byte(text), &dashboard); err != nil {
		t.Fatal(err)
	}
	var all []string
	places := map[[2]int]string{}
	for _, panel := range dashboard.Panels {
		place := [2]int{panel.GridPos.X, panel.GridPos.Y}
		if other := places[place]; other != "" {
			t.Errorf("panels %s and %s are at one place", other, panel.Title)
		}
		places[place] = panel.Title
		for _, target := range panel.Targets {
			all = append(all, target.Expr)
		}
	}
	return strings.Join(all, "\n")
}
