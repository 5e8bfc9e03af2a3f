/** What a new node needs once: pods are kept away by a taint until kubelet knows the driver. The only code of the node plugin that asks Kubernetes anything. */
package io.dysk.node.startup;
