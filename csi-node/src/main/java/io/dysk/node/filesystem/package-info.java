/** File systems on a volume's device: found, proven absent, made, checked, grown. */
package io.dysk.node.filesystem;
