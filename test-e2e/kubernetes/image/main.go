// Command image writes a container image of one layer as an archive in OCI's layout:
//
//	image NAME FILE PROGRAM [ARGUMENT... --] PATH=SOURCE...
//
// PROGRAM is what containers run, with these arguments unless they have others. SOURCE is a file of the host, or @PATH for a symbolic
// link to PATH of the image. The same sources always give the same archive.
package main

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"path"
	"slices"
	"sort"
	"strings"
)

type descriptor struct {
	MediaType   string            `json:"mediaType"`
	Digest      string            `json:"digest"`
	Size        int               `json:"size"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

func main() {
	log.SetFlags(0)
	if len(os.Args) < 5 {
		log.Fatal("usage: image NAME FILE PROGRAM [ARGUMENT... --] PATH=SOURCE...")
	}
	command, sources := os.Args[3:4], os.Args[4:]
	if end := slices.Index(os.Args, "--"); end > 3 {
		command, sources = os.Args[3:end], os.Args[end+1:]
	}
	archive, err := write(os.Args[1], command, sources)
	if err == nil {
		err = os.WriteFile(os.Args[2], archive, 0o644)
	}
	if err != nil {
		log.Fatalf("image %s: %v", os.Args[1], err)
	}
}

func write(name string, command, sources []string) ([]byte, error) {
	layer, err := layerOf(sources)
	if err != nil {
		return nil, err
	}
	blobs := map[string][]byte{}
	add := func(mediaType string, data []byte) descriptor {
		sum := sha256.Sum256(data)
		blobs[hex.EncodeToString(sum[:])] = data
		return descriptor{MediaType: mediaType, Digest: "sha256:" + hex.EncodeToString(sum[:]), Size: len(data)}
	}
	addJSON := func(mediaType string, value any) descriptor {
		data, _ := json.Marshal(value) // of maps and strings: can't fail
		return add(mediaType, data)
	}
	content := add("application/vnd.oci.image.layer.v1.tar", layer)
	config := addJSON("application/vnd.oci.image.config.v1+json", map[string]any{
		"architecture": "amd64", "os": "linux",
		"config": map[string]any{"Entrypoint": command[:1], "Cmd": command[1:], "Env": []string{"PATH=/bin:/sbin:/usr/bin:/usr/sbin"}},
		"rootfs": map[string]any{"type": "layers", "diff_ids": []string{content.Digest}},
	})
	manifest := addJSON("application/vnd.oci.image.manifest.v1+json", map[string]any{
		"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
		"config": config, "layers": []descriptor{content},
	})
	manifest.Annotations = map[string]string{"io.containerd.image.name": name, "org.opencontainers.image.ref.name": name}
	index, _ := json.Marshal(map[string]any{"schemaVersion": 2, "manifests": []descriptor{manifest}})

	files := map[string][]byte{"oci-layout": []byte(`{"imageLayoutVersion":"1.0.0"}`), "index.json": index}
	for digest, data := range blobs {
		files["blobs/sha256/"+digest] = data
	}
	return archiveOf(files)
}

func archiveOf(files map[string][]byte) ([]byte, error) {
	var out bytes.Buffer
	archive := tar.NewWriter(&out)
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		if err := archive.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(files[name]))}); err != nil {
			return nil, err
		}
		if _, err := archive.Write(files[name]); err != nil {
			return nil, err
		}
	}
	// Its end is written now, so it is complete only then.
	err := archive.Close()
	return out.Bytes(), err
}

// layerOf has the files, the directories above them, and those that programs take for granted.
func layerOf(sources []string) ([]byte, error) {
	var out bytes.Buffer
	archive := tar.NewWriter(&out)
	made := map[string]bool{"/": true}
	var directory func(string, int64) error
	directory = func(name string, mode int64) error {
		if made[name] {
			return nil
		}
		made[name] = true
		if err := directory(path.Dir(name), 0o755); err != nil {
			return err
		}
		return archive.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: name[1:] + "/", Mode: mode})
	}
	if err := directory("/tmp", 0o1777); err != nil {
		return nil, err
	}
	for _, source := range sources {
		target, from, found := strings.Cut(source, "=")
		if !found || !path.IsAbs(target) {
			return nil, fmt.Errorf("%q is not PATH=SOURCE", source)
		}
		if err := directory(path.Dir(target), 0o755); err != nil {
			return nil, err
		}
		if link, isLink := strings.CutPrefix(from, "@"); isLink {
			if err := archive.WriteHeader(&tar.Header{Typeflag: tar.TypeSymlink, Name: target[1:], Linkname: link, Mode: 0o777}); err != nil {
				return nil, err
			}
			continue
		}
		data, err := os.ReadFile(from)
		if err != nil {
			return nil, err
		}
		if err := archive.WriteHeader(&tar.Header{Name: target[1:], Mode: 0o755, Size: int64(len(data))}); err != nil {
			return nil, err
		}
		if _, err := archive.Write(data); err != nil {
			return nil, err
		}
	}
	err := archive.Close()
	return out.Bytes(), err
}
