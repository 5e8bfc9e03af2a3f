package main

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/yaml"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// The source tree: build-go's programs run anywhere, so it may be given.
func tree() string {
	if root := os.Getenv("DYSK_ROOT"); root != "" {
		return root
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		panic(err)
	}
	return root
}

func chartFolder() string { return filepath.Join(tree(), "deploy/chart/csi-dysk") }

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(tree(), path))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// What our objects of other people's CRDs may have; no more than we use, so that a typo is found.
type (
	VolumeSnapshotClass struct {
		metav1.TypeMeta   `json:",inline"`
		metav1.ObjectMeta `json:"metadata"`
		Driver            string            `json:"driver"`
		DeletionPolicy    string            `json:"deletionPolicy"`
		Parameters        map[string]string `json:"parameters"`
	}
	VolumeSnapshot struct {
		metav1.TypeMeta   `json:",inline"`
		metav1.ObjectMeta `json:"metadata"`
		Spec              struct {
			VolumeSnapshotClassName string `json:"volumeSnapshotClassName"`
			Source                  struct {
				PersistentVolumeClaimName string `json:"persistentVolumeClaimName"`
			} `json:"source"`
		} `json:"spec"`
	}
	SnapshotMetadataService struct {
		metav1.TypeMeta   `json:",inline"`
		metav1.ObjectMeta `json:"metadata"`
		Spec              struct {
			Address, Audience string
			CACert            string `json:"caCert"`
		} `json:"spec"`
	}
	PodMonitor struct {
		metav1.TypeMeta   `json:",inline"`
		metav1.ObjectMeta `json:"metadata"`
		Spec              struct {
			Selector            metav1.LabelSelector `json:"selector"`
			PodMetricsEndpoints []struct {
				Port, Path, Interval string
				Relabelings          []struct {
					SourceLabels []string `json:"sourceLabels"`
					TargetLabel  string   `json:"targetLabel"`
				} `json:"relabelings"`
			} `json:"podMetricsEndpoints"`
		} `json:"spec"`
	}
	PrometheusRule struct {
		metav1.TypeMeta   `json:",inline"`
		metav1.ObjectMeta `json:"metadata"`
		Spec              struct {
			Groups []struct {
				Name  string
				Rules []struct {
					Alert, Expr, For    string
					Labels, Annotations map[string]string
				}
			} `json:"groups"`
		} `json:"spec"`
	}
)

var strict = serializer.NewCodecFactory(scheme.Scheme, serializer.EnableStrict).UniversalDeserializer()

// Reads an object as the API server would with fieldValidation=Strict: no unknown field, no field twice, each of its type.
func decode(text string) (any, error) {
	var head metav1.TypeMeta
	if err := yaml.Unmarshal([]byte(text), &head); err != nil {
		return nil, err
	}
	foreign := map[string]any{
		"snapshot.storage.k8s.io/v1 VolumeSnapshotClass":     &VolumeSnapshotClass{},
		"snapshot.storage.k8s.io/v1 VolumeSnapshot":          &VolumeSnapshot{},
		"cbt.storage.k8s.io/v1beta1 SnapshotMetadataService": &SnapshotMetadataService{},
		"monitoring.coreos.com/v1 PodMonitor":                &PodMonitor{},
		"monitoring.coreos.com/v1 PrometheusRule":            &PrometheusRule{},
	}
	if into, ok := foreign[head.APIVersion+" "+head.Kind]; ok {
		return into, yaml.UnmarshalStrict([]byte(text), into)
	}
	object, _, err := strict.Decode([]byte(text), nil, nil)
	return object, err
}

func mustDecode(t *testing.T, object Object) any {
	t.Helper()
	decoded, err := decode(object.Text)
	if err != nil {
		t.Fatalf("%s %s of %s: %v\n%s", object.Kind, object.Name, object.File, err, object.Text)
	}
	return decoded
}

// All objects of a type.
func all[T any](t *testing.T, objects []Object) []T {
	t.Helper()
	var found []T
	for _, object := range objects {
		if decoded, ok := mustDecode(t, object).(T); ok {
			found = append(found, decoded)
		}
	}
	return found
}

func one[T any](t *testing.T, objects []Object) T {
	t.Helper()
	found := all[T](t, objects)
	if len(found) != 1 {
		t.Fatalf("there are %d of %T", len(found), *new(T))
	}
	return found[0]
}

func containers(pod corev1.PodSpec) []corev1.Container {
	return append(append([]corev1.Container{}, pod.InitContainers...), pod.Containers...)
}

func container(t *testing.T, pod corev1.PodSpec, name string) corev1.Container {
	t.Helper()
	for _, c := range containers(pod) {
		if c.Name == name {
			return c
		}
	}
	t.Fatalf("there is no container %s", name)
	return corev1.Container{}
}

// Everything that a regular expression's first group matches in files below folders.
func found(t *testing.T, expression string, suffix string, folders ...string) map[string]bool {
	t.Helper()
	pattern := regexp.MustCompile(expression)
	names := map[string]bool{}
	for _, folder := range folders {
		err := filepath.WalkDir(filepath.Join(tree(), folder), func(path string, entry os.DirEntry, err error) error {
			if err != nil || entry.IsDir() || filepath.Ext(path) != suffix {
				return err
			}
			text, err := os.ReadFile(path)
			for _, match := range pattern.FindAllStringSubmatch(string(text), -1) {
				names[match[1]] = true
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(names) == 0 {
		t.Fatalf("nothing in %v is like %s", folders, expression)
	}
	return names
}
