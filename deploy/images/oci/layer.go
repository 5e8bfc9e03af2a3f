package main

import (
	"archive/tar"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// writeLayer writes what is below a directory as a tar: in the order of names, everything of user and group 0 and of one
// time. A file with several names is there once.
func writeLayer(out io.Writer, root string, when time.Time) error {
	archive := tar.NewWriter(out)
	seen := map[uint64]string{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == root {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		return writeEntry(archive, path, name, entry, when, seen)
	})
	if err != nil {
		return err
	}
	return archive.Close()
}

func writeEntry(archive *tar.Writer, path, name string, entry fs.DirEntry, when time.Time, seen map[uint64]string) error {
	info, err := entry.Info()
	if err != nil {
		return err
	}
	header := &tar.Header{Name: name, Mode: int64(info.Mode().Perm()), ModTime: when, Format: tar.FormatPAX}
	switch {
	case info.IsDir():
		header.Typeflag = tar.TypeDir
		header.Name += "/"
		if info.Mode()&os.ModeSticky != 0 {
			header.Mode |= 0o1000
		}
	case info.Mode()&os.ModeSymlink != 0:
		header.Typeflag = tar.TypeSymlink
		if header.Linkname, err = os.Readlink(path); err != nil {
			return err
		}
		header.Mode = 0o777
	case info.Mode().IsRegular():
		header.Typeflag = tar.TypeReg
		header.Size = info.Size()
		if stat := info.Sys().(*syscall.Stat_t); stat.Nlink > 1 {
			if first, ok := seen[stat.Ino]; ok {
				header.Typeflag, header.Linkname, header.Size = tar.TypeLink, first, 0
			}
			seen[stat.Ino] = name
		}
	default:
		return fmt.Errorf("%s: neither a file, a directory nor a link", path)
	}
	if err := archive.WriteHeader(header); err != nil {
		return err
	}
	if header.Typeflag != tar.TypeReg {
		return nil
	}
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = io.Copy(archive, file)
	return err
}
