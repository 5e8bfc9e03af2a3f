package cluster

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Dump writes what the API server has, but for secrets, and the logs of all containers of one namespace, into a directory.
func (c *Cluster) Dump(ctx context.Context, directory, namespace string) error {
	if err := os.MkdirAll(directory, 0o755); err != nil {
		return err
	}
	all := metav1.ListOptions{}
	pods, err := c.Client.CoreV1().Pods("").List(ctx, all)
	if err != nil {
		return err
	}
	lists := map[string]any{"pods": pods}
	// What can't be listed is left out: better a part of it than nothing.
	lists["nodes"], _ = c.Client.CoreV1().Nodes().List(ctx, all)
	lists["events"], _ = c.Client.CoreV1().Events("").List(ctx, all)
	lists["claims"], _ = c.Client.CoreV1().PersistentVolumeClaims("").List(ctx, all)
	lists["volumes"], _ = c.Client.CoreV1().PersistentVolumes().List(ctx, all)
	lists["attachments"], _ = c.Client.StorageV1().VolumeAttachments().List(ctx, all)
	for name, list := range lists {
		text, _ := json.MarshalIndent(list, "", "  ")
		if err := os.WriteFile(filepath.Join(directory, name+".json"), text, 0o644); err != nil {
			return err
		}
	}
	for _, pod := range pods.Items {
		if pod.Namespace != namespace {
			continue
		}
		for _, container := range append(pod.Spec.InitContainers, pod.Spec.Containers...) {
			for suffix, previous := range map[string]bool{".log": false, ".previous.log": true} {
				options := &corev1.PodLogOptions{Container: container.Name, Previous: previous}
				if log, err := c.Client.CoreV1().Pods(namespace).GetLogs(pod.Name, options).DoRaw(ctx); err == nil {
					os.WriteFile(filepath.Join(directory, pod.Name+"-"+container.Name+suffix), log, 0o644)
				}
			}
		}
	}
	return nil
}
