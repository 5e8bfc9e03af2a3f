/** The words of the Blob service's REST protocol: error codes, resource names, queries, XML. */
package io.dysk.blobserver.protocol;
