package main

import (
	"archive/tar"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"
)

var when = time.Unix(1_800_000_000, 0)

func put(t *testing.T, path, text string, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}

func layer(t *testing.T, root string) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := writeLayer(&out, root, when); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestTheSameFilesAreTheSameBytesWhateverTheirTimesAndOrder(t *testing.T) {
	one, other := t.TempDir(), t.TempDir()
	for _, name := range []string{"b/file", "a", "c"} {
		put(t, filepath.Join(one, name), name, 0o644)
	}
	for _, name := range []string{"c", "a", "b/file"} {
		put(t, filepath.Join(other, name), name, 0o644)
		if err := os.Chtimes(filepath.Join(other, name), time.Unix(1, 0), time.Unix(1, 0)); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(layer(t, one), layer(t, other)) {
		t.Error("the layers differ")
	}
	put(t, filepath.Join(other, "a"), "changed", 0o644)
	if bytes.Equal(layer(t, one), layer(t, other)) {
		t.Error("a changed file made no difference")
	}
}

func TestOwnersModesAndLinks(t *testing.T) {
	root := t.TempDir()
	put(t, filepath.Join(root, "bin/program"), "text", 0o755)
	if err := os.Link(filepath.Join(root, "bin/program"), filepath.Join(root, "bin/same")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("../elsewhere", filepath.Join(root, "bin/link")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(root, "tmp"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(root, "tmp"), 0o777|os.ModeSticky); err != nil {
		t.Fatal(err)
	}

	found := map[string]*tar.Header{}
	for archive := tar.NewReader(bytes.NewReader(layer(t, root))); ; {
		header, err := archive.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if header.Uid != 0 || header.Gid != 0 || !header.ModTime.Equal(when) {
			t.Errorf("%s: user %d, group %d, time %s", header.Name, header.Uid, header.Gid, header.ModTime)
		}
		found[header.Name] = header
	}
	if len(found) != 5 {
		t.Errorf("%d entries", len(found))
	}
	if header := found["bin/program"]; header.Mode != 0o755 || header.Size != 4 {
		t.Errorf("program: mode %o, size %d", header.Mode, header.Size)
	}
	if header := found["bin/same"]; header.Typeflag != tar.TypeLink || header.Linkname != "bin/program" {
		t.Errorf("a second name: %c to %q", header.Typeflag, header.Linkname)
	}
	if header := found["bin/link"]; header.Typeflag != tar.TypeSymlink || header.Linkname != "../elsewhere" {
		t.Errorf("a symbolic link: %c to %q", header.Typeflag, header.Linkname)
	}
	if header := found["tmp/"]; header.Mode != 0o1777 {
		t.Errorf("tmp: mode %o", header.Mode)
	}
}
