/**
 * Metrics in the text format of Prometheus. Written here and not by its client library, which takes 6 MiB of the node plugin's 64 (12
 * without a cache of loaded classes).
 */
package io.dysk.rpc.metrics;
