/**
 * The bytes of page blobs: sparse, with the exact set of 512-byte pages that were written. Nothing
 * here locks; the owner of a {@link io.dysk.blobserver.pages.Content} does.
 */
package io.dysk.blobserver.pages;
