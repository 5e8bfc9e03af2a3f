/** What the plugin needs of the machine beside the dysk module: mounts, block devices, files, other programs. Interfaces, so that a test can fail any of it. */
package io.dysk.node.system;
