/**
 * HTTP/1.1 over blocking sockets, one platform thread per connection. A small request costs one read
 * and one write call and allocates nothing: heads are parsed in place in one pass, answers are
 * written into buffers that the connection keeps.
 */
package io.dysk.blobserver.http;
