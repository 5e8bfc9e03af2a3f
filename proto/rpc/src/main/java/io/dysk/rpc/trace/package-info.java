/** Traces, for those who have a collector for them. Nothing here is loaded while they are off. */
package io.dysk.rpc.trace;
