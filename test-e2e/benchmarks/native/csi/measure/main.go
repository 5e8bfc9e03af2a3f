// Starts a CSI program several times. Each time: how long from exec to its first answer, and how much memory it has after
// some hundred calls. Prints one line of figures for each run:
//
//	run NAME FIRST_MS RSS_KIB ANONYMOUS_KIB PSS_KIB CPU_MS
//
// CPU_MS is the processor time that it took up to its first answer, user and system.
package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

const patience = 2 * time.Minute

func main() {
	name := flag.String("name", "", "what to call it in the figures")
	socket := flag.String("socket", "", "where the program will serve")
	runs := flag.Int("runs", 5, "how often to start it")
	calls := flag.Int("calls", 200, "calls before its memory is read")
	flag.Parse()
	// A program dies with the thread that started it; see run.
	runtime.LockOSThread()
	for i := 0; i < *runs; i++ {
		if err := run(*name, *socket, *calls, flag.Args()); err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", *name, err)
			os.Exit(1)
		}
	}
}

func run(name, socket string, calls int, command []string) error {
	os.Remove(socket)
	program := exec.Command(command[0], command[1:]...)
	program.Stderr = os.Stderr
	// Nothing stays behind when this is cut off.
	program.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	begin := time.Now()
	if err := program.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- program.Wait() }()
	defer program.Process.Kill()

	if err := await(socket, ended); err != nil {
		return err
	}
	channel, err := grpc.NewClient("unix:"+socket, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	defer channel.Close()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	identity, node := csi.NewIdentityClient(channel), csi.NewNodeClient(channel)
	if _, err := identity.GetPluginInfo(ctx, &csi.GetPluginInfoRequest{}, grpc.WaitForReady(true)); err != nil {
		return err
	}
	first := time.Since(begin)
	used, err := processorTimeOf(program.Process.Pid)
	if err != nil {
		return err
	}
	for i := 0; i < calls; i++ {
		// "Not ready" is an answer too: this machine need not have the kernel module.
		if _, err = identity.Probe(ctx, &csi.ProbeRequest{}); err != nil && ctx.Err() != nil {
			return err
		}
		if _, err = node.NodeGetInfo(ctx, &csi.NodeGetInfoRequest{}); err != nil {
			return err
		}
	}
	memory, err := memoryOf(program.Process.Pid)
	if err != nil {
		return err
	}
	fmt.Printf("run %s %.1f %d %d %d %d\n", name, float64(first.Microseconds())/1000, memory["Rss"], memory["Anonymous"], memory["Pss"],
		used.Milliseconds())
	if err := program.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	select {
	case <-ended:
		return nil
	case <-time.After(patience):
		return fmt.Errorf("doesn't end when told to")
	}
}

// Returns when something answers on the socket.
func await(socket string, ended <-chan error) error {
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		select {
		case err := <-ended:
			return fmt.Errorf("ended at once: %v", err)
		default:
		}
		if connection, err := net.Dial("unix", socket); err == nil {
			return connection.Close()
		}
		time.Sleep(time.Millisecond)
	}
	return fmt.Errorf("nothing on %s", socket)
}

func processorTimeOf(pid int) (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	// The fields after the name, which may hold anything: the 14th and 15th of all are user and system time, in hundredths.
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond, nil
}

func memoryOf(pid int) (map[string]int, error) {
	file, err := os.Open(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		return nil, err
	}
	defer file.Close()
	found := map[string]int{}
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if fields := strings.Fields(lines.Text()); len(fields) == 3 && fields[2] == "kB" {
			found[strings.TrimSuffix(fields[0], ":")], _ = strconv.Atoi(fields[1])
		}
	}
	return found, nil
}
