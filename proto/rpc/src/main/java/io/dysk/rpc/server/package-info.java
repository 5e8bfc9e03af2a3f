/** The server of a CSI program: its socket, its threads, its limits, how it begins and how it ends. */
package io.dysk.rpc.server;
