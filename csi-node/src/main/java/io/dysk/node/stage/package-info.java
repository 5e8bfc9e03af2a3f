/** NodeStageVolume and NodeUnstageVolume: a volume's device, and its file system, on this node. */
package io.dysk.node.stage;
