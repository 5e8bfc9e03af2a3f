package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

func write(image Image, when time.Time, output string) error {
	var index v1.ImageIndex = mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	var sizes []string
	for _, platform := range image.Platforms {
		built, err := build(image, platform, when)
		if err != nil {
			return err
		}
		size, err := writeArchive(image, platform, built, output)
		if err != nil {
			return err
		}
		sizes = append(sizes, size)
		if err := writeBom(image, platform, output); err != nil {
			return err
		}
		index = mutate.AppendManifests(index, mutate.IndexAddendum{
			Add:        built,
			Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "linux", Architecture: platform.Architecture}},
		})
	}
	digest, err := writeLayout(image, index, filepath.Join(output, "oci", image.Name))
	if err != nil {
		return err
	}
	for _, size := range sizes {
		fmt.Println(size)
	}
	fmt.Printf("%s:%s@%s\n", image.Name, image.Version, digest)
	return nil
}

func build(image Image, platform Platform, when time.Time) (v1.Image, error) {
	built := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON)
	var addenda []mutate.Addendum
	for _, directory := range platform.Layers {
		layer, err := layerOf(directory, when)
		if err != nil {
			return nil, err
		}
		addenda = append(addenda, mutate.Addendum{
			Layer:   layer,
			History: v1.History{Created: v1.Time{Time: when}, CreatedBy: "deploy/images/build", Comment: filepath.Base(directory)},
		})
	}
	built, err := mutate.Append(built, addenda...)
	if err != nil {
		return nil, err
	}
	config, err := built.ConfigFile()
	if err != nil {
		return nil, err
	}
	config = config.DeepCopy()
	config.OS, config.Architecture = "linux", platform.Architecture
	config.Created = v1.Time{Time: when}
	config.Config = v1.Config{
		User: image.User, Entrypoint: image.Entrypoint, Cmd: image.Command, Env: image.Environment, Labels: image.Labels, WorkingDir: "/",
	}
	built, err = mutate.ConfigFile(built, config)
	if err != nil {
		return nil, err
	}
	return mutate.Annotations(built, image.Labels).(v1.Image), nil
}

// layerOf makes the tar once, in a temporary file, since it is read several times.
func layerOf(directory string, when time.Time) (v1.Layer, error) {
	file, err := os.CreateTemp(filepath.Dir(directory), filepath.Base(directory)+".*.tar")
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if err := writeLayer(file, directory, when); err != nil {
		return nil, err
	}
	return tarball.LayerFromOpener(func() (io.ReadCloser, error) { return os.Open(file.Name()) },
		tarball.WithMediaType(types.OCILayer), tarball.WithCompressedCaching)
}

func writeArchive(image Image, platform Platform, built v1.Image, output string) (string, error) {
	tag, err := name.NewTag(image.Repository + "/" + image.Name + ":" + image.Version)
	if err != nil {
		return "", err
	}
	path := filepath.Join(output, fmt.Sprintf("%s-%s-%s.tar", image.Name, image.Version, platform.Architecture))
	if err := tarball.WriteToFile(path, tag, built); err != nil {
		return "", err
	}
	layers, err := built.Layers()
	if err != nil {
		return "", err
	}
	var packed, unpacked int64
	for _, layer := range layers {
		size, err := layer.Size()
		if err != nil {
			return "", err
		}
		packed += size
		tar, err := layer.Uncompressed()
		if err != nil {
			return "", err
		}
		length, err := io.Copy(io.Discard, tar)
		tar.Close()
		if err != nil {
			return "", err
		}
		unpacked += length
	}
	return fmt.Sprintf("%-22s %-6s %6.1f MiB packed, %6.1f MiB unpacked", image.Name, platform.Architecture,
		float64(packed)/(1<<20), float64(unpacked)/(1<<20)), nil
}

// writeLayout replaces what was there. Its one entry is the index over all architectures, named by the version.
func writeLayout(image Image, index v1.ImageIndex, path string) (v1.Hash, error) {
	if err := os.RemoveAll(path); err != nil {
		return v1.Hash{}, err
	}
	into, err := layout.Write(path, mutate.IndexMediaType(empty.Index, types.OCIImageIndex))
	if err != nil {
		return v1.Hash{}, err
	}
	if err := into.AppendIndex(index, layout.WithAnnotations(map[string]string{"org.opencontainers.image.ref.name": image.Version})); err != nil {
		return v1.Hash{}, err
	}
	return index.Digest()
}
