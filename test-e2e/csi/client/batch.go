package main

import (
	"bytes"
	"io"
	"sync"
)

// Makes the calls of all lines, so many at a time. Prints each outcome as it comes; gives the worst exit status.
func (p *plugin) batch(atOnce int, in io.Reader, out, problems io.Writer) int {
	var (
		running sync.WaitGroup
		printed sync.Mutex
		worst   int
	)
	places := make(chan struct{}, atOnce)
	status := p.lines(in, problems, func(method, request string) int {
		places <- struct{}{}
		running.Go(func() {
			defer func() { <-places }()
			var answer, complaint bytes.Buffer
			status := p.print(method, request, &answer, &complaint)
			printed.Lock()
			defer printed.Unlock()
			answer.WriteTo(out)
			complaint.WriteTo(problems)
			worst = max(worst, status)
		})
		return 0
	})
	running.Wait()
	return max(worst, status)
}
