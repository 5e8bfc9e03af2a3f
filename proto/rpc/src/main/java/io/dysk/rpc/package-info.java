/** What the CSI controller and the CSI node plugin share: the server, how calls are run, and what both must agree on. */
package io.dysk.rpc;
