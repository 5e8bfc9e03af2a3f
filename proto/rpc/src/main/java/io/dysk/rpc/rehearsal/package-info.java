/** A caller that asks a program once for all that it is asked for all the time. */
package io.dysk.rpc.rehearsal;
