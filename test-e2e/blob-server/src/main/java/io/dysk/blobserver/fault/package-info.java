/** Faults on demand: which request is to go wrong, and how. */
package io.dysk.blobserver.fault;
