// Package collector hears what witnesses say: which writes were acknowledged, and what they found when they began.
package collector

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// Collector is the test's side of all witnesses.
type Collector struct {
	URL    string
	server http.Server

	mu        sync.Mutex
	changed   chan struct{} // closed and replaced at each change
	witnesses map[string]*Witness
}

// Witness is what one of them has said.
type Witness struct {
	// Acknowledged is the greatest number that it wrote and was told to be on the disk.
	Acknowledged uint64
	// Starts says how often it began.
	Starts int
	// Faults are writes that failed and acknowledged writes that were not there any more.
	Faults []string
	// Refused are writes that failed of a witness that another one has taken the place of, on another node: as it must be.
	Refused []string
	// LongestPause is the longest time between two acknowledged writes of one start.
	LongestPause time.Duration
	lastAt       time.Time
	run          string // of the last start
	found        uint64 // what that found
}

// Listen begins on this address.
func Listen(address string) (*Collector, error) {
	listener, err := net.Listen("tcp", net.JoinHostPort(address, "0"))
	if err != nil {
		return nil, err
	}
	c := &Collector{URL: "http://" + listener.Addr().String(), changed: make(chan struct{}), witnesses: map[string]*Witness{}}
	routes := http.NewServeMux()
	routes.HandleFunc("/start", c.hear(started))
	routes.HandleFunc("/acknowledged", c.hear(acknowledged))
	routes.HandleFunc("/error", c.hear(failed))
	c.server.Handler = routes
	go c.server.Serve(listener)
	return c, nil
}

// Close ends it.
func (c *Collector) Close() { c.server.Close() }

func (c *Collector) hear(change func(*Witness, *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c.mu.Lock()
		defer c.mu.Unlock()
		witness := c.witnesses[r.FormValue("name")]
		if witness == nil {
			witness = &Witness{}
			c.witnesses[r.FormValue("name")] = witness
		}
		if err := change(witness, r); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		close(c.changed)
		c.changed = make(chan struct{})
	}
}

func started(w *Witness, r *http.Request) error {
	// Said again since the answer didn't reach the witness.
	if w.Starts > 0 && r.FormValue("run") == w.run {
		return nil
	}
	last, err := strconv.ParseUint(r.FormValue("last"), 10, 64)
	if err == nil && last < w.Acknowledged {
		w.Faults = append(w.Faults, fmt.Sprintf("%d was acknowledged, but the last one found is %d", w.Acknowledged, last))
	}
	w.Starts++
	w.lastAt = time.Time{}
	w.run, w.found = r.FormValue("run"), last
	return err
}

func acknowledged(w *Witness, r *http.Request) error {
	number, err := strconv.ParseUint(r.FormValue("number"), 10, 64)
	if err != nil {
		return err
	}
	if r.FormValue("run") != w.run {
		// It may have been frozen between a write and its report. What the next one found was written before that began.
		if number > w.found {
			w.Faults = append(w.Faults, fmt.Sprintf("%d was acknowledged to a witness whose place another one had taken, who found %d", number, w.found))
		}
		return nil
	}
	w.Acknowledged = max(w.Acknowledged, number)
	now := time.Now()
	if !w.lastAt.IsZero() {
		w.LongestPause = max(w.LongestPause, now.Sub(w.lastAt))
	}
	w.lastAt = now
	return nil
}

func failed(w *Witness, r *http.Request) error {
	if r.FormValue("run") != w.run {
		w.Refused = append(w.Refused, r.FormValue("text"))
	} else {
		w.Faults = append(w.Faults, r.FormValue("text"))
	}
	return nil
}

// Of is what the witness of this name has said so far.
func (c *Collector) Of(name string) Witness {
	c.mu.Lock()
	defer c.mu.Unlock()
	if w := c.witnesses[name]; w != nil {
		return *w
	}
	return Witness{}
}

// Await waits until what the witness has said fits. A fault ends the wait, unless the condition wants it.
func (c *Collector) Await(ctx context.Context, name, what string, fits func(Witness) bool) (Witness, error) {
	for {
		c.mu.Lock()
		changed := c.changed
		c.mu.Unlock()
		witness := c.Of(name)
		if fits(witness) {
			return witness, nil
		}
		if len(witness.Faults) > 0 {
			return witness, fmt.Errorf("witness %s: %v", name, witness.Faults)
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return witness, fmt.Errorf("witness %s: waited for %s, it has %+v: %w", name, what, witness, ctx.Err())
		}
	}
}

// AwaitMore waits until the witness has written n more than now.
func (c *Collector) AwaitMore(ctx context.Context, name string, n uint64) (Witness, error) {
	goal := c.Of(name).Acknowledged + n
	return c.Await(ctx, name, fmt.Sprintf("%d writes", goal), func(w Witness) bool { return w.Acknowledged >= goal })
}
