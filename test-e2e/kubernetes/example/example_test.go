package example

import (
	"reflect"
	"testing"
)

func TestCommandsOfAnExample(t *testing.T) {
	text := `# What it is.
#
#   first
#   second |
#     more of it
#
# Expect: something.
#   third
kind: Pod
#   not at the top
`
	if got := Commands(text); !reflect.DeepEqual(got, []string{"first", "second |\n  more of it", "third"}) {
		t.Errorf("%q", got)
	}
}

func TestCommandThatFailsIsTheLast(t *testing.T) {
	reader := &Reader{folder: t.TempDir(), path: "/nowhere"}
	if out, err := reader.Run(t.Context(), "echo one", "false && echo two", "echo three"); err == nil || out != "one\n" {
		t.Errorf("%q, %v", out, err)
	}
	if out, err := reader.Run(t.Context(), "export A=1   # why", "echo $A"); err != nil || out != "1\n" {
		t.Errorf("%q, %v", out, err)
	}
}
