/** Metrics and health over HTTP. */
package io.dysk.rpc.http;
