/** The log: one line for each thing that happened, with the call that it belongs to, and without secrets. */
package io.dysk.rpc.log;
