package machine

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
)

// The frames of ../../vm/image/guest/protocol.h.
const (
	frameStart    = 1
	frameStdin    = 2
	frameStdinEnd = 3
	framePower    = 5
	frameHello    = 16
	frameStdout   = 17
	frameStderr   = 18
	frameExit     = 19
	frameWindow   = 20

	startShell = 0
	startPut   = 1

	protocolVersion = 1
	frameMax        = 64 * 1024
	frameOverhead   = 5 // type and channel, which the length counts
)

var errGone = errors.New("the machine ended")

// agent is the line to process 1 of a machine: commands, each on a channel of its own.
type agent struct {
	conn  net.Conn
	hello chan struct{} // closed when the agent has said hello
	gone  chan struct{} // closed when nothing more will come

	sending sync.Mutex
	mu      sync.Mutex // guards what follows
	last    uint32
	running map[uint32]*Command
}

// Command is a command in a machine, running or ended.
type Command struct {
	agent   *agent
	channel uint32
	out     io.Writer
	window  chan int // grants of standard input
	exit    chan uint32
}

func newAgent(conn net.Conn) *agent {
	a := &agent{conn: conn, hello: make(chan struct{}), gone: make(chan struct{}), running: map[uint32]*Command{}}
	go a.receive()
	return a
}

func (a *agent) send(kind byte, channel uint32, data ...[]byte) error {
	body := bytes.Join(data, nil)
	frame := binary.LittleEndian.AppendUint32(nil, uint32(frameOverhead+len(body)))
	frame = append(frame, kind)
	frame = binary.LittleEndian.AppendUint32(frame, channel)
	a.sending.Lock()
	defer a.sending.Unlock()
	_, err := a.conn.Write(append(frame, body...))
	return err
}

// receive takes all that comes, at all times: the agent counts on it.
func (a *agent) receive() {
	defer close(a.gone)
	for {
		var head [9]byte
		if _, err := io.ReadFull(a.conn, head[:]); err != nil {
			return
		}
		length := binary.LittleEndian.Uint32(head[:])
		if length < frameOverhead || length > frameMax {
			return
		}
		data := make([]byte, length-frameOverhead)
		if _, err := io.ReadFull(a.conn, data); err != nil {
			return
		}
		a.received(head[4], binary.LittleEndian.Uint32(head[5:]), data)
	}
}

func (a *agent) received(kind byte, channel uint32, data []byte) {
	if kind == frameHello {
		close(a.hello)
		return
	}
	a.mu.Lock()
	command := a.running[channel]
	if kind == frameExit {
		delete(a.running, channel)
	}
	a.mu.Unlock()
	if command == nil {
		return
	}
	switch kind {
	case frameStdout, frameStderr:
		command.out.Write(data)
	case frameWindow:
		command.window <- int(binary.LittleEndian.Uint32(data))
	case frameExit:
		command.exit <- binary.LittleEndian.Uint32(data)
	}
}

// start begins a command; what it writes, to standard output and error, goes to out.
func (a *agent) start(kind byte, argument uint32, text string, out io.Writer) (*Command, error) {
	// An agent has a window's worth of grants under way at most, each of a byte or more; more than this never come in practice.
	c := &Command{agent: a, out: out, window: make(chan int, frameMax), exit: make(chan uint32, 1)}
	a.mu.Lock()
	a.last++
	c.channel = a.last
	a.running[c.channel] = c
	a.mu.Unlock()
	head := binary.LittleEndian.AppendUint32([]byte{kind}, argument)
	if err := a.send(frameStart, c.channel, head, []byte(text)); err != nil {
		return nil, fmt.Errorf("start a command: %w", errGone)
	}
	return c, nil
}

// Wait waits for the command's end and gives its exit status (128 and more: the signal that ended it).
func (c *Command) Wait(ctx context.Context) (uint32, error) {
	select {
	case status := <-c.exit:
		return status, nil
	case <-c.agent.gone:
		return 0, errGone
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// feed gives the command its standard input, never more than was granted.
func (c *Command) feed(ctx context.Context, data []byte) error {
	granted := 0
	for len(data) > 0 {
		for granted == 0 {
			select {
			case n := <-c.window:
				granted += n
			case <-c.agent.gone:
				return errGone
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		n := min(granted, len(data), frameMax-16)
		if err := c.agent.send(frameStdin, c.channel, data[:n]); err != nil {
			return errGone
		}
		granted -= n
		data = data[n:]
	}
	return c.agent.send(frameStdinEnd, c.channel)
}
