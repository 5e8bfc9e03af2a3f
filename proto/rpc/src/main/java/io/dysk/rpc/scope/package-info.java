/** What is known of the call that a thread works on: its id, its volume, and the secrets that must not leave it. */
package io.dysk.rpc.scope;
