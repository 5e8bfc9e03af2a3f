package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
)

func examples(t *testing.T) map[string][]Object {
	t.Helper()
	files := map[string][]Object{}
	folder := filepath.Join(tree(), "deploy/examples")
	err := filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".yaml" {
			return err
		}
		text, err := os.ReadFile(path)
		name, _ := filepath.Rel(folder, path)
		for _, document := range documents(string(text)) {
			files[name] = append(files[name], Object{File: name, Text: document})
		}
		return err
	})
	if err != nil || len(files) < 9 {
		t.Fatalf("%v, %d examples", err, len(files))
	}
	return files
}

// What the examples name is there: classes of the chart, claims and snapshots of the examples.
func TestExamplesHangTogether(t *testing.T) {
	classes := map[string]bool{"": true}
	for _, class := range all[*storagev1.StorageClass](t, render(t, "")) {
		classes[class.Name] = true
	}
	for _, class := range all[*VolumeSnapshotClass](t, render(t, "")) {
		classes["snapshots "+class.Name] = true
	}
	claims, snapshots := map[string]bool{}, map[string]bool{}
	for _, objects := range examples(t) {
		for _, claim := range all[*corev1.PersistentVolumeClaim](t, objects) {
			claims[claim.Name] = true
		}
		for _, snapshot := range all[*VolumeSnapshot](t, objects) {
			snapshots[snapshot.Name] = true
		}
	}
	for file, objects := range examples(t) {
		var specs []corev1.PersistentVolumeClaimSpec
		var pods []corev1.PodSpec
		for _, object := range objects {
			switch object := mustDecode(t, object).(type) {
			case *corev1.PersistentVolumeClaim:
				specs = append(specs, object.Spec)
			case *corev1.Pod:
				pods = append(pods, object.Spec)
			case *batchv1.Job:
				pods = append(pods, object.Spec.Template.Spec)
			case *appsv1.Deployment:
				pods = append(pods, object.Spec.Template.Spec)
			case *appsv1.StatefulSet:
				pods = append(pods, object.Spec.Template.Spec)
				for _, template := range object.Spec.VolumeClaimTemplates {
					specs = append(specs, template.Spec)
				}
			case *VolumeSnapshot:
				if !claims[object.Spec.Source.PersistentVolumeClaimName] || !classes["snapshots "+object.Spec.VolumeSnapshotClassName] {
					t.Errorf("%s: a snapshot of %s in class %s", file, object.Spec.Source.PersistentVolumeClaimName, object.Spec.VolumeSnapshotClassName)
				}
			case *corev1.Secret, *corev1.Service:
			default:
				t.Errorf("%s: nobody looks at its %T", file, object)
			}
		}
		for _, spec := range specs {
			if spec.StorageClassName == nil || !classes[*spec.StorageClassName] {
				t.Errorf("%s: a claim of a class that the chart doesn't have", file)
			}
			if spec.DataSource != nil && !snapshots[spec.DataSource.Name] {
				t.Errorf("%s: there is no snapshot %s", file, spec.DataSource.Name)
			}
		}
		for _, pod := range pods {
			for _, volume := range pod.Volumes {
				if volume.PersistentVolumeClaim != nil && !claims[volume.PersistentVolumeClaim.ClaimName] {
					t.Errorf("%s: there is no claim %s", file, volume.PersistentVolumeClaim.ClaimName)
				}
			}
			for _, c := range pod.Containers {
				if security := c.SecurityContext; security == nil || *security.AllowPrivilegeEscalation || len(security.Capabilities.Drop) != 1 {
					t.Errorf("%s: %s has more rights than it needs", file, c.Name)
				}
				if _, tag, tagged := strings.Cut(filepath.Base(c.Image), ":"); !tagged || tag == "latest" {
					t.Errorf("%s: the image %s is of no certain version", file, c.Image)
				}
			}
		}
	}
}

func TestExamplesHoldNoSecret(t *testing.T) {
	for _, secret := range all[*corev1.Secret](t, examples(t)["secret.yaml"]) {
		for key, value := range secret.StringData {
			if value != "" {
				t.Errorf("%s has a value", key)
			}
		}
	}
}

func TestEveryExampleIsInTheList(t *testing.T) {
	list := read(t, "deploy/examples/README.md")
	for file := range examples(t) {
		if strings.Contains(file, "/") {
			file = filepath.Dir(file)
		}
		if !strings.Contains(list, "("+file+")") {
			t.Errorf("README.md says nothing of %s", file)
		}
	}
}
