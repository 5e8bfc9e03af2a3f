/** How a call is run: its handler, its lock, its failure. */
package io.dysk.rpc.call;
