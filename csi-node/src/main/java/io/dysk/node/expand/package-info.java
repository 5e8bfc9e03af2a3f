/** NodeExpandVolume: a volume that was made larger, larger on this node too. */
package io.dysk.node.expand;
