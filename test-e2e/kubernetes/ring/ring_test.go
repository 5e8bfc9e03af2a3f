package ring

import (
	"bytes"
	"strings"
	"testing"
)

// memory is a file of records in memory.
type memory []byte

func written(numbers ...uint64) memory {
	m := make(memory, Bytes)
	for _, number := range numbers {
		copy(m[Offset(number):], Record(number))
	}
	return m
}

func upTo(last uint64) []uint64 {
	var numbers []uint64
	for number := uint64(1); number <= last; number++ {
		numbers = append(numbers, number)
	}
	return numbers
}

func expect(t *testing.T, m memory, last uint64, failure string) {
	t.Helper()
	got, err := Last(bytes.NewReader(m))
	if failure != "" {
		if err == nil || !strings.Contains(err.Error(), failure) {
			t.Fatalf("got %d and error %v, not one with %q", got, err, failure)
		}
		return
	}
	if err != nil || got != last {
		t.Fatalf("got %d, %v; expected %d", got, err, last)
	}
}

func TestLost(t *testing.T) { expect(t, written(1, 2, 4), 0, "a write is lost") }

func TestLostAfterTheFirstRound(t *testing.T) {
	m := written(upTo(Slots + 10)...)
	copy(m[Offset(Slots+5):], Record(5)) // as if the newer one had never come
	expect(t, m, 0, "a write is lost")
}

func TestDamaged(t *testing.T) {
	m := written(upTo(3)...)
	m[Offset(2)+100] ^= 1
	expect(t, m, 0, "damaged from byte 100")
}

func TestElsewhere(t *testing.T) {
	m := written(upTo(3)...)
	copy(m[Offset(3):], Record(2))
	expect(t, m, 0, "belongs elsewhere")
}

func TestForeign(t *testing.T) {
	m := written(upTo(3)...)
	m[Offset(9)+17] = 1
	expect(t, m, 0, "neither empty nor a record")
}

func TestShort(t *testing.T) { expect(t, written(1)[:Bytes-1], 0, "EOF") }

func TestEmpty(t *testing.T)      { expect(t, written(), 0, "") }
func TestFirst(t *testing.T)      { expect(t, written(1), 1, "") }
func TestManyRounds(t *testing.T) { expect(t, written(upTo(5*Slots+7)...), 5*Slots+7, "") }
