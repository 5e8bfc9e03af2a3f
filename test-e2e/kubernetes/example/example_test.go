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
