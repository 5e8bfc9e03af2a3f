// Package machine runs the virtual machines of ../vm as nodes: the same guest image, kernel and agent, but on a network of their own.
package machine

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// Spec says what a machine is.
type Spec struct {
	Name string
	// Image is a directory that test-e2e/setup made: vmlinux, initramfs, modules.img, root.img.
	Image string
	// Disk is an ext4 file system; what the machine writes to it ends with the machine.
	Disk string
	// Tap is the network interface of the host that is the other end of the machine's.
	Tap       string
	MAC       string
	CPUs      int
	MemoryMiB int
	// Work gets the logs: console.log, qemu.log.
	Work string
}

// Machine is a running virtual machine.
type Machine struct {
	Spec
	qemu  *exec.Cmd
	ended chan struct{}
	agent *agent
}

// Boot starts a machine and waits until its agent answers.
func Boot(ctx context.Context, spec Spec) (*Machine, error) {
	if err := os.MkdirAll(spec.Work, 0o755); err != nil {
		return nil, err
	}
	socket := filepath.Join(spec.Work, "agent")
	os.Remove(socket)
	log, err := os.OpenFile(filepath.Join(spec.Work, "qemu.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	m := &Machine{Spec: spec, qemu: exec.Command("qemu-system-x86_64", spec.arguments(socket)...), ended: make(chan struct{})}
	m.qemu.Stdout, m.qemu.Stderr = log, log
	if err := m.qemu.Start(); err != nil {
		return nil, fmt.Errorf("start QEMU: %w", err)
	}
	go func() {
		m.qemu.Wait()
		close(m.ended)
	}()
	if err := m.connect(ctx, socket); err != nil {
		m.Kill()
		return nil, fmt.Errorf("boot %s: %w; see %s", spec.Name, err, spec.Work)
	}
	return m, nil
}

// arguments is what ../vm's machines get too, but for the network.
func (s Spec) arguments(socket string) []string {
	// Without the timer that a guest on a busy host measures its clock by wrongly.
	accelerator := []string{"-accel", "tcg,thread=multi", "-cpu", "max,la57=off", "-machine", "pit=off"}
	if os.Getenv("DYSK_ACCEL") == "kvm" {
		accelerator = []string{"-accel", "kvm", "-cpu", "host"}
	}
	arguments := append([]string{"-nodefaults", "-no-user-config", "-display", "none", "-machine", "q35,usb=off"}, accelerator...)
	arguments = append(arguments, "-smp", fmt.Sprint(s.CPUs), "-m", fmt.Sprint(s.MemoryMiB),
		"-action", "reboot=shutdown,shutdown=poweroff",
		"-kernel", filepath.Join(s.Image, "vmlinux"), "-initrd", filepath.Join(s.Image, "initramfs"),
		"-append", "console=ttyS0 loglevel=5 panic=-1 no_timer_check net.ifnames=0 mitigations=off nokaslr random.trust_cpu=on cryptomgr.notests=1",
		"-serial", "file:"+filepath.Join(s.Work, "console.log"),
		"-device", "virtio-serial-pci", "-chardev", "socket,id=agent,server=on,wait=off,path="+socket,
		"-device", "virtserialport,chardev=agent,nr=1,name=dysk.agent",
		"-netdev", "tap,id=net,script=no,downscript=no,ifname="+s.Tap, "-device", "virtio-net-pci,netdev=net,romfile=,mac="+s.MAC)
	for _, disk := range []string{
		"root,file=" + filepath.Join(s.Image, "root.img") + ",readonly=on",
		"modules,file=" + filepath.Join(s.Image, "modules.img") + ",readonly=on",
		"node,file=" + s.Disk + ",snapshot=on",
	} {
		id, _, _ := strings.Cut(disk, ",")
		arguments = append(arguments, "-drive", "if=none,format=raw,id="+disk, "-device", "virtio-blk-pci,drive="+id+",serial="+id)
	}
	return arguments
}

func (m *Machine) connect(ctx context.Context, socket string) error {
	for {
		conn, err := net.Dial("unix", socket)
		if err == nil {
			m.agent = newAgent(conn)
			break
		}
		select {
		case <-m.ended:
			return errGone
		case <-ctx.Done():
			return fmt.Errorf("no answer from QEMU: %w", err)
		case <-time.After(20 * time.Millisecond):
		}
	}
	select {
	case <-m.agent.hello:
		return nil
	case <-m.agent.gone:
		return errGone
	case <-ctx.Done():
		return fmt.Errorf("no agent: %w", ctx.Err())
	}
}

// Start begins a shell command; its output goes to the file.
func (m *Machine) Start(command, log string) (*Command, error) {
	file, err := os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, err
	}
	return m.agent.start(startShell, 0, command, file)
}

// Run runs a shell command to its end and gives what it printed; a status other than 0 is an error that has it too.
func (m *Machine) Run(ctx context.Context, command string) (string, error) {
	var out bytes.Buffer
	c, err := m.agent.start(startShell, 0, command, &out)
	if err != nil {
		return "", err
	}
	status, err := c.Wait(ctx)
	if err != nil {
		return "", fmt.Errorf("%s: %s: %w", m.Name, command, err)
	}
	if status != 0 {
		return out.String(), fmt.Errorf("%s: %s: exit status %d: %s", m.Name, command, status, strings.TrimSpace(out.String()))
	}
	return out.String(), nil
}

// Put writes a file, with the directories above it.
func (m *Machine) Put(ctx context.Context, path string, mode os.FileMode, data []byte) error {
	var out bytes.Buffer
	c, err := m.agent.start(startPut, uint32(mode), path, &out)
	if err != nil {
		return err
	}
	if err := c.feed(ctx, data); err != nil {
		return fmt.Errorf("%s: put %s: %w", m.Name, path, err)
	}
	if status, err := c.Wait(ctx); err != nil || status != 0 {
		return fmt.Errorf("%s: put %s: %s %v", m.Name, path, out.String(), err)
	}
	return nil
}

// Kill is a power cut.
func (m *Machine) Kill() {
	m.qemu.Process.Kill()
	<-m.ended
}

// Freeze stops the machine at once, as a host does that pauses it; its connections stay open.
func (m *Machine) Freeze() error { return m.qemu.Process.Signal(syscall.SIGSTOP) }

// Resume lets it go on, unaware of the time between.
func (m *Machine) Resume() error { return m.qemu.Process.Signal(syscall.SIGCONT) }

// PowerOff ends the machine in order; one that doesn't end within the time is killed, and that is an error.
func (m *Machine) PowerOff(limit time.Duration) error {
	m.agent.send(framePower, 0, []byte{0})
	select {
	case <-m.ended:
		return nil
	case <-time.After(limit):
		m.Kill()
		return fmt.Errorf("%s did not power off within %s", m.Name, limit)
	}
}
