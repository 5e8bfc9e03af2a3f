package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// Values by name, for requests to use: "$volume" becomes what is kept under "volume".
type values map[string]any

// Takes values that are given as JSON; what is none is a text.
func (v values) take(given map[string]string) error {
	for name, text := range given {
		var value any
		if json.Unmarshal([]byte(text), &value) != nil {
			value = text
		}
		v[name] = value
	}
	return nil
}

// Takes what an earlier run kept; nothing if there was none.
func (v values) read(file string) error {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, &v); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}

// Keeps all for a later run.
func (v values) write(file string) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(text, '\n'), 0o600)
}

// Keeps the fields of a response that are asked for: name to path, with dots.
func (v values) keep(response []byte, wanted map[string]string) {
	for name, path := range wanted {
		var at any
		if json.Unmarshal(response, &at) != nil {
			return
		}
		found := true
		for _, field := range strings.Split(path, ".") {
			object, ok := at.(map[string]any)
			if !ok {
				found = false
				break
			}
			if at, found = object[field]; !found {
				break
			}
		}
		if found {
			v[name] = at
		}
	}
}

// Puts values in place of their names.
func (v values) fill(in any) (any, error) {
	switch at := in.(type) {
	case map[string]any:
		for name, field := range at {
			filled, err := v.fill(field)
			if err != nil {
				return nil, err
			}
			at[name] = filled
		}
	case []any:
		for i, element := range at {
			filled, err := v.fill(element)
			if err != nil {
				return nil, err
			}
			at[i] = filled
		}
	case string:
		if name, isName := strings.CutPrefix(at, "$"); isName {
			value, known := v[name]
			if !known {
				return nil, fmt.Errorf("nothing is kept under the name %s", name)
			}
			return value, nil
		}
	}
	return in, nil
}
