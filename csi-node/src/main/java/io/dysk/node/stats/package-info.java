/** NodeGetVolumeStats, and the counters of devices as metrics. */
package io.dysk.node.stats;
