// Package process runs programs of the host.
package process

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// Process is a running program.
type Process struct {
	name  string
	log   string
	cmd   *exec.Cmd
	ended chan struct{}
}

// Start starts a program; what it prints is appended to NAME.log in the directory.
func Start(logs, name string, command ...string) (*Process, error) {
	p := &Process{name: name, log: filepath.Join(logs, name+".log"), cmd: exec.Command(command[0], command[1:]...), ended: make(chan struct{})}
	file, err := os.OpenFile(p.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	p.cmd.Stdout, p.cmd.Stderr = file, file
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	go func() {
		p.cmd.Wait()
		close(p.ended)
	}()
	return p, nil
}

// Ended is closed when it has ended.
func (p *Process) Ended() <-chan struct{} { return p.ended }

// Log is where its output is.
func (p *Process) Log() string { return p.log }

// Stop tells it to end, and ends it if that takes longer than the limit.
func (p *Process) Stop(limit time.Duration) {
	p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.ended:
	case <-time.After(limit):
		p.cmd.Process.Kill()
		<-p.ended
	}
}
