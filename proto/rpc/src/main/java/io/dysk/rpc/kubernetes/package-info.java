/** What the programs ask Kubernetes themselves. */
package io.dysk.rpc.kubernetes;
