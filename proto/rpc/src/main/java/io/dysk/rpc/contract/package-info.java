/** What the controller and the node plugin must agree on. */
package io.dysk.rpc.contract;
