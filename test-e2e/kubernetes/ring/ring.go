// Package ring is what the witness keeps in a file or on a device: numbered records, each in its place, the oldest overwritten.
package ring

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
)

const (
	// RecordBytes is the size of a record: a write of it is applied whole or not at all, by file systems and by page blobs.
	RecordBytes = 4096
	// Slots is how many records there are.
	Slots = 256
	// Bytes is the size of all.
	Bytes = Slots * RecordBytes

	checked = RecordBytes - 4
)

// Offset is where the record of this number belongs. Numbers begin with 1.
func Offset(number uint64) int64 { return int64(number%Slots) * RecordBytes }

// Record is the record of this number; no two are alike anywhere.
func Record(number uint64) []byte {
	record := make([]byte, RecordBytes)
	for i := 0; i < checked; i += 8 {
		binary.LittleEndian.PutUint64(record[i:], number^uint64(i))
	}
	binary.LittleEndian.PutUint32(record[checked:], crc32.ChecksumIEEE(record[:checked]))
	return record
}

// Last reads all records and gives the greatest number, 0 if there is none. It is an error if a record is damaged, is not where it belongs,
// or is older than one that came after it allows: then a write that went before is lost.
func Last(from io.ReaderAt) (uint64, error) {
	var numbers [Slots]uint64
	var last uint64
	for slot := range numbers {
		record := make([]byte, RecordBytes)
		if _, err := from.ReadAt(record, int64(slot)*RecordBytes); err != nil {
			return 0, err
		}
		number, err := numberOf(record)
		if err != nil {
			return 0, fmt.Errorf("record %d of the file: %w", slot, err)
		}
		if number != 0 && number%Slots != uint64(slot) {
			return 0, fmt.Errorf("record %d of the file has number %d, which belongs elsewhere", slot, number)
		}
		numbers[slot] = number
		last = max(last, number)
	}
	// They were written one after the other: the last one and all before it, as many as there are slots.
	for number := last; number > 0 && number+Slots > last; number-- {
		if found := numbers[number%Slots]; found != number {
			return 0, fmt.Errorf("number %d is the last, but where %d belongs is %d: a write is lost", last, number, found)
		}
	}
	return last, nil
}

func numberOf(record []byte) (uint64, error) {
	number := binary.LittleEndian.Uint64(record)
	if number == 0 {
		for _, b := range record {
			if b != 0 {
				return 0, fmt.Errorf("neither empty nor a record")
			}
		}
		return 0, nil
	}
	for i, b := range Record(number) {
		if record[i] != b {
			return 0, fmt.Errorf("number %d, but damaged from byte %d on", number, i)
		}
	}
	return number, nil
}
