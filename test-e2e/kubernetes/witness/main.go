// Command witness writes numbered records to a volume and tells the test which of them were acknowledged.
//
//	witness write FILE URL NAME     until SIGTERM or a write fails; first it reads what is there and goes on after that
//	witness read FILE               prints the last number
//
// FILE is a file, which is made, or a block device. The test (package collector) is at URL and knows this witness by NAME.
package main

import (
	"errors"
	"fmt"
	"log"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"dysk.io/test-e2e/kubernetes/ring"
)

// Between two records: many witnesses on an emulated node must leave it time for all else.
const pause = 100 * time.Millisecond

func main() {
	log.SetFlags(log.Ltime | log.Lmicroseconds)
	switch arguments := os.Args[1:]; {
	case len(arguments) == 4 && arguments[0] == "write":
		test := reporter{base: arguments[2], name: arguments[3], run: fmt.Sprint(time.Now().UnixNano(), rand.Uint64()), client: http.Client{Timeout: 10 * time.Second}}
		err := write(arguments[1], test)
		if err == nil {
			return
		}
		test.insist("error", "text", err.Error())
		log.Fatal(err)
	case len(arguments) == 2 && arguments[0] == "read":
		file, err := os.Open(arguments[1])
		if err == nil {
			var last uint64
			if last, err = ring.Last(file); err == nil {
				fmt.Println(last)
				return
			}
		}
		log.Fatal(err)
	default:
		log.Fatal("usage: witness write FILE URL NAME, or witness read FILE")
	}
}

func write(path string, test reporter) error {
	file, err := open(path)
	if err != nil {
		return err
	}
	last, err := ring.Last(file)
	if err != nil {
		return err
	}
	log.Printf("goes on after %d", last)
	test.insist("start", "last", fmt.Sprint(last))
	ending := make(chan os.Signal, 1)
	signal.Notify(ending, syscall.SIGTERM)
	for lastOne := false; ; {
		last++
		if _, err := file.WriteAt(ring.Record(last), ring.Offset(last)); err != nil {
			return fmt.Errorf("write of %d: %w", last, err)
		}
		test.say("acknowledged", "number", fmt.Sprint(last))
		if lastOne {
			return nil
		}
		select {
		case <-ending:
			// Once more: a witness whose place another one has taken, and that is told to end before it wrote again, must see that too.
			lastOne = true
		case <-time.After(pause):
		}
	}
}

// open opens it so that a write that returns is on the disk. A file that isn't there yet is made full of zeros, in one step.
func open(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_RDWR|syscall.O_DSYNC, 0)
	if !errors.Is(err, os.ErrNotExist) {
		return file, err
	}
	fresh, err := os.OpenFile(path+".new", os.O_RDWR|os.O_CREATE|os.O_TRUNC|syscall.O_DSYNC, 0o644)
	if err != nil {
		return nil, err
	}
	if _, err := fresh.Write(make([]byte, ring.Bytes)); err != nil {
		return nil, err
	}
	if err := os.Rename(path+".new", path); err != nil {
		return nil, err
	}
	return fresh, syncDirectory(filepath.Dir(path))
}

// syncDirectory has the names in it on the disk: writes to a file say nothing of the file's own name.
func syncDirectory(path string) error {
	directory, err := os.Open(path)
	if err != nil {
		return err
	}
	defer directory.Close()
	return directory.Sync()
}

// reporter tells the test. What doesn't reach it was not acknowledged as far as the test knows.
type reporter struct {
	base, name string
	run        string // tells this process from an earlier one that may still be alive somewhere
	client     http.Client
}

func (r reporter) say(what, key, value string) error {
	answer, err := r.client.Get(r.base + "/" + what + "?" + url.Values{"name": {r.name}, "run": {r.run}, key: {value}}.Encode())
	if err != nil {
		log.Printf("%s %s: %v", what, value, err)
		return err
	}
	return answer.Body.Close()
}

// insist says it until it was heard: what the test must know, however busy node and network are.
func (r reporter) insist(what, key, value string) {
	for r.say(what, key, value) != nil {
		time.Sleep(pause)
	}
}
