/**
 * Page blobs in an Azure storage account: create, resize, lease, snapshot, list and delete them, and hand out rights to one of them.
 *
 * <p>{@link io.dysk.blob.PageBlobStore} is the way in, {@link io.dysk.blob.BlobException} says everything that can go wrong.
 * Bytes of a volume never pass through here: the kernel module reads and writes the pages itself. This is the only package that
 * uses the Azure SDK, and no type of the SDK is seen outside of it.
 *
 * <p>Values of this package are immutable, and none of them shows a key, a signature or a token in {@code toString()}.
 */
package io.dysk.blob;
