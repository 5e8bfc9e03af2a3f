/** The points between which a call may be cut off. */
package io.dysk.rpc.step;
