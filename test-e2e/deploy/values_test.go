package main

import (
	"maps"
	"slices"
	"testing"

	"sigs.k8s.io/yaml"
)

const workloadIdentity = `
credentials:
  secret: {name: ""}
  accounts:
    files:
      disks.properties: |
        accountname=contosodisks
        identity=workload
  workloadIdentity: {enabled: true, clientId: 11111111-2222-3333-4444-555555555555, tenantId: 66666666-7777-8888-9999-000000000000}`

// Ways in which people run it. Every test of objects goes through all of them.
var settings = map[string]string{
	"defaults": ``,
	"plain http": `
storage: {plainHttp: true, container: team-disks, endpointSuffix: blob.core.usgovcloudapi.net}`,
	"VolumeAttachments": `
attach: {required: true}`,
	"own accounts in a secret": `
credentials: {accounts: {secretName: csi-dysk-accounts}}`,
	"own accounts in a secret, no cluster DNS": `
credentials: {accounts: {secretName: csi-dysk-accounts}}
kubernetesApi: {host: 10.77.0.1, port: 6443}
controller: {hostNetwork: true}
node: {dnsPolicy: ClusterFirst}`,
	"own accounts in a secret, on nodes too, with capacity": `
credentials:
  secret: {name: ""}
  accounts: {secretName: csi-dysk-accounts, onNodes: true}
storageCapacity: {enabled: true}
node: {topology: {topology.kubernetes.io/zone: westeurope-1}}`,
	"VolumeAttachments, workload identity, nodes get a SAS": workloadIdentity + `
attach: {required: true}
access: {enabled: true}
node: {dnsPolicy: ClusterFirstWithHostNet}`,
	"workload identity": workloadIdentity,
	"secrets of teams": `
attach: {required: true}
credentials:
  secret: {name: shared, namespace: storage}
  readable:
    - {namespace: team1, names: [disks]}
    - {namespace: team2}
storageClasses:
  - {name: team1, default: true, secret: {name: disks, namespace: team1}, mountOptions: [discard], parameters: {fsType: xfs, maxConnections: 16}}
  - {name: own, secret: {}, reclaimPolicy: Retain, volumeBindingMode: WaitForFirstConsumer}`,
	"everything watched": `
monitoring: {podMonitor: {enabled: true, labels: {release: prometheus}}, alerts: {enabled: true}, dashboard: {enabled: true}}
log: {format: json, level: debug}
otlpEndpoint: http://collector.monitoring:4318
controller: {livenessProbeSidecar: true}`,
	"nothing that isn't needed": `
controller: {replicas: 1}
sidecars: {resizer: {enabled: false}, snapshotter: {enabled: false}}
networkPolicy: {enabled: false}
node: {httpPort: 0}
storageClasses: []
volumeSnapshotClasses: []`,
	"host network, no kube-proxy": `
kubernetesApi: {host: 10.77.0.1, port: 6443}
controller: {hostNetwork: true, tolerations: [{operator: Exists}], extraEnv: [{name: JDK_JAVA_OPTIONS, value: "-Xlog:gc"}]}
node: {kubeletDir: /var/snap/kubelet, extraEnv: [{name: JDK_JAVA_OPTIONS, value: "-Xlog:gc"}]}`,
	"pod network for nodes": `
node: {hostNetwork: false, dnsPolicy: ClusterFirst, topologyFromPodLabels: [topology.kubernetes.io/zone, topology.kubernetes.io/region]}`,
	"module built and signed": `
module: {load: build, upgrade: never, signing: {secretName: module-key}, udevRules: true, seLinuxOptions: {type: spc_t}}`,
	"module prebuilt": `
module: {load: prebuilt, prebuiltVolume: {hostPath: {path: /opt/dysk}}}
images: {registry: registry.example.com/storage, sidecarRegistry: registry.example.com/k8s, tag: "1.2.3", nodeDigest: "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", pullSecrets: [{name: pull}]}`,
	"module by others": `
module: {load: none}`,
	"startup taint": `
node: {startupTaint: {remove: true}}
kubernetesApi: {host: "10.77.0.1", port: 6443}`,
	"changed blocks": `
credentials: {accounts: {secretName: csi-dysk-accounts}}
sidecars: {snapshotMetadata: {enabled: true, caBundle: Zm9v}}`,
	"attributes classes, labels, a policy of one's own": `
volumeAttributesClasses: [{name: fast, parameters: {tier: P40, tags: "team=a,cost=b"}}]
commonLabels: {team: storage}
commonAnnotations: {owner: storage@example.com}
networkPolicy:
  metricsFrom: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}}]
  egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8}}]}]`,
	"manifests": `
plainManifests: true`,
}

func parse(t *testing.T, text string) map[string]any {
	t.Helper()
	values := map[string]any{}
	if err := yaml.UnmarshalStrict([]byte(text), &values); err != nil {
		t.Fatal(err)
	}
	return values
}

func render(t *testing.T, values string) []Object {
	t.Helper()
	objects, err := Render(chartFolder(), Release{"csi-dysk", "csi-dysk"}, parse(t, values))
	if err != nil {
		t.Fatal(err)
	}
	return objects
}

func eachSetting(t *testing.T, test func(t *testing.T, objects []Object)) {
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		t.Run(name, func(t *testing.T) { test(t, render(t, settings[name])) })
	}
}
