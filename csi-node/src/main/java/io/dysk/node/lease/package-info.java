/** Who leases the blob of a volume that is staged: Kubernetes' attacher beforehand, or this node itself. */
package io.dysk.node.lease;
