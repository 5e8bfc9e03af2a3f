// Package figures collects times and writes their medians.
package figures

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
)

// Figures are times by name, in the order in which names first came.
type Figures struct {
	names []string
	times map[string][]time.Duration
}

// Add adds one time to those of a name.
func (f *Figures) Add(name string, took time.Duration) {
	if f.times == nil {
		f.times = map[string][]time.Duration{}
	}
	if _, known := f.times[name]; !known {
		f.names = append(f.names, name)
	}
	f.times[name] = append(f.times[name], took)
}

// Median is the one in the middle; of an even number the lower of the two.
func (f *Figures) Median(name string) time.Duration {
	sorted := slices.Sorted(slices.Values(f.times[name]))
	if len(sorted) == 0 {
		return 0
	}
	return sorted[(len(sorted)-1)/2]
}

// String has a line for each name.
func (f *Figures) String() string {
	var text strings.Builder
	for _, name := range f.names {
		times := f.times[name]
		fmt.Fprintf(&text, "%-76s median %6.2f s, %6.2f to %6.2f s, %d times\n", name, f.Median(name).Seconds(),
			slices.Min(times).Seconds(), slices.Max(times).Seconds(), len(times))
	}
	return text.String()
}

// Write writes them as JSON: name to median, least, greatest (seconds) and number.
func (f *Figures) Write(file string) error {
	type figure struct {
		Median, Least, Greatest float64
		Times                   int
	}
	all := map[string]figure{}
	for name, times := range f.times {
		all[name] = figure{f.Median(name).Seconds(), slices.Min(times).Seconds(), slices.Max(times).Seconds(), len(times)}
	}
	text, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(text, '\n'), 0o644)
}
