/** A CSI program but for its services: how it begins, what it shows of itself, how it ends. */
package io.dysk.rpc.plugin;
