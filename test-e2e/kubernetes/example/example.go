// Package example runs the examples of the driver's documentation as a reader does: it types what they say at their top.
package example

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"dysk.io/test-e2e/kubernetes/await"
	"dysk.io/test-e2e/kubernetes/storage"
)

// Reader is somebody with a shell, a namespace of their own, and an account.
type Reader struct {
	folder    string // of the examples
	path      string // what comes before all other programs
	namespace string
	endpoint  string
}

// NewReader makes one. tree is the project's root, programs the directory that has kubectl; work is for what this needs itself.
func NewReader(tree, programs, kubeconfig, namespace, endpoint, work string) (*Reader, error) {
	r := &Reader{folder: filepath.Join(tree, "deploy/examples"), path: filepath.Join(work, "example-commands"), namespace: namespace, endpoint: endpoint}
	// Emulated nodes take longer than people wait.
	kubectl := fmt.Sprintf(`#!/bin/sh
if [ "$1" = wait ]; then set -- "$@" --timeout=%s; fi
exec %s/kubectl --kubeconfig=%s --namespace=%s "$@"
`, 2*await.Limit, programs, kubeconfig, namespace)
	dyskctl := fmt.Sprintf("#!/bin/sh\nexec %s/kernel-bridge/dyskctl/bin/dyskctl \"$@\" --endpoint %s\n", tree, endpoint)
	if err := os.MkdirAll(r.path, 0o755); err != nil {
		return nil, err
	}
	for name, text := range map[string]string{"kubectl": kubectl, "dyskctl": dyskctl} {
		if err := os.WriteFile(filepath.Join(r.path, name), []byte(text), 0o755); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// Follow types the commands at the top of an example, and gives what they printed. What is to be replaced there is, by the pairs of
// replace and by what is known of account and namespace. A last command that looks at a pod is typed again until all that was printed fits:
// the pod may not have come so far yet.
func (r *Reader) Follow(ctx context.Context, file string, fits func(printed string) bool, replace ...string) (string, error) {
	text, err := os.ReadFile(filepath.Join(r.folder, file))
	if err != nil {
		return "", err
	}
	replace = append(replace, "=ACCOUNT ", "="+storage.Account+" ", "AZURE_STORAGE_KEY=...", "AZURE_STORAGE_KEY="+storage.Key, "default/", r.namespace+"/")
	commands := Commands(string(text))
	if len(commands) == 0 {
		return "", fmt.Errorf("%s doesn't say how to run it", file)
	}
	for i := range commands {
		commands[i] = strings.NewReplacer(replace...).Replace(commands[i])
	}
	last := commands[len(commands)-1]
	if !strings.HasPrefix(last, "kubectl exec ") && !strings.HasPrefix(last, "kubectl logs ") {
		return r.run(ctx, commands)
	}
	before, err := r.run(ctx, commands[:len(commands)-1])
	if err != nil {
		return before, err
	}
	var printed string
	err = await.That(ctx, last, func(ctx context.Context) (bool, string) {
		out, err := r.run(ctx, []string{last})
		printed = before + out
		return err == nil && fits(printed), fmt.Sprint(out, err)
	})
	return printed, err
}

// Run types commands of its own.
func (r *Reader) Run(ctx context.Context, commands ...string) (string, error) {
	return r.run(ctx, commands)
}

func (r *Reader) run(ctx context.Context, commands []string) (string, error) {
	var out, faults bytes.Buffer
	// What "a && b" gives when a fails doesn't end a shell by itself.
	var script strings.Builder
	for _, command := range commands {
		fmt.Fprintf(&script, "{ %s\n} || exit\n", command)
	}
	shell := exec.CommandContext(ctx, "bash", "-uo", "pipefail", "-c", script.String())
	shell.Dir = r.folder
	shell.Env = append(os.Environ(), "PATH="+r.path+":"+os.Getenv("PATH"))
	shell.Stdout, shell.Stderr = &out, &faults
	if err := shell.Run(); err != nil {
		return out.String(), fmt.Errorf("%s: %w: %s%s", strings.Join(commands, "; "), err, out.String(), faults.String())
	}
	return out.String(), nil
}

// Commands are those that an example's first comment shows: its lines that are further in. One that ends in a pipe or a backslash goes on.
func Commands(text string) []string {
	var commands []string
	goesOn := false
	for _, line := range strings.Split(text, "\n") {
		if !strings.HasPrefix(line, "#") {
			break
		}
		command, shown := strings.CutPrefix(line, "#   ")
		if !shown {
			goesOn = false
			continue
		}
		if goesOn {
			commands[len(commands)-1] += "\n" + command
		} else {
			commands = append(commands, command)
		}
		goesOn = strings.HasSuffix(command, "|") || strings.HasSuffix(command, "\\")
	}
	return commands
}
