package io.dysk.blobserver.http;

/** Request methods; {@link #OTHER} stands for all that no operation has. */
public enum Method {
    GET,
    HEAD,
    PUT,
    DELETE,
    POST,
    OPTIONS,
    OTHER
}
