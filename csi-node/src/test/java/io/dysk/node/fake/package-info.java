/** A machine in memory: a module with devices, mounts, disks, and programs, each of which can fail. */
package io.dysk.node.fake;
