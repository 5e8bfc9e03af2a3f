/**
 * A page-blob endpoint: the part of Azure's Blob service that block devices need, over HTTP/1.1, in
 * memory or durable, with faults on demand. For tests and benchmarks, not for the open network.
 */
package io.dysk.blobserver;
