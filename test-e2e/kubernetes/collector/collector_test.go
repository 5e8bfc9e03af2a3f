package collector

import (
	"context"
	"net/http"
	"net/url"
	"testing"
	"time"
)

type said struct{ what, run, key, value string }

func hear(t *testing.T, all ...said) Witness {
	t.Helper()
	c, err := Listen("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, each := range all {
		query := url.Values{"name": {"w"}, "run": {each.run}, each.key: {each.value}}
		answer, err := http.Get(c.URL + "/" + each.what + "?" + query.Encode())
		if err != nil || answer.StatusCode != http.StatusOK {
			t.Fatal(answer, err)
		}
		answer.Body.Close()
	}
	return c.Of("w")
}

func start(run, last string) said { return said{"start", run, "last", last} }
func acks(run, n string) said     { return said{"acknowledged", run, "number", n} }

func TestLostWriteIsAFault(t *testing.T) {
	if w := hear(t, start("a", "0"), acks("a", "1"), acks("a", "2"), start("b", "1")); len(w.Faults) != 1 {
		t.Errorf("%+v", w)
	}
}

func TestWriteOfAReplacedWitnessIsAFault(t *testing.T) {
	if w := hear(t, start("a", "0"), acks("a", "1"), start("b", "1"), acks("a", "2")); len(w.Faults) != 1 {
		t.Errorf("%+v", w)
	}
}

func TestFailedWriteIsAFault(t *testing.T) {
	if w := hear(t, start("a", "0"), said{"error", "a", "text", "write of 1: EIO"}); len(w.Faults) != 1 {
		t.Errorf("%+v", w)
	}
}

func TestFailedWriteOfAReplacedWitnessIsNone(t *testing.T) {
	if w := hear(t, start("a", "0"), start("b", "0"), said{"error", "a", "text", "write of 1: EIO"}); len(w.Faults) != 0 || len(w.Refused) != 1 {
		t.Errorf("%+v", w)
	}
}

func TestLateReportIsNoFault(t *testing.T) {
	if w := hear(t, start("a", "0"), start("b", "1"), acks("b", "2"), acks("a", "1")); len(w.Faults) != 0 || w.Acknowledged != 2 {
		t.Errorf("%+v", w)
	}
}

func TestStartThatIsSaidTwiceIsOne(t *testing.T) {
	if w := hear(t, start("a", "0"), start("a", "0"), acks("a", "1"), start("a", "0")); len(w.Faults) != 0 || w.Starts != 1 || w.Acknowledged != 1 {
		t.Errorf("%+v", w)
	}
}

func TestAwaitEndsWithAFault(t *testing.T) {
	c, err := Listen("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	answer, err := http.Get(c.URL + "/error?name=w&text=EIO")
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if _, err := c.Await(ctx, "w", "anything", func(Witness) bool { return false }); err == nil || ctx.Err() != nil {
		t.Errorf("%v", err)
	}
}
