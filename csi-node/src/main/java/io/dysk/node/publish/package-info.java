/** NodePublishVolume and NodeUnpublishVolume: a staged volume where a workload wants it. */
package io.dysk.node.publish;
