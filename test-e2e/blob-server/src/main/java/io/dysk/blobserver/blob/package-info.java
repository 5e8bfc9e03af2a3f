/**
 * Page blobs and what can be done to them. A blob is guarded by its own monitor, and so are its
 * snapshots; the order in which changes got hold of it is the order of the write log.
 */
package io.dysk.blobserver.blob;
