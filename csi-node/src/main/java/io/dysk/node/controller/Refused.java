package io.dysk.node.controller;

import io.dysk.rpc.call.RpcFailure;
import io.grpc.Status;

/** The controller answered, and didn't do what it was asked for. */
public final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    private final Status.Code code;

    Refused(Status.Code code, String words) {
        super(words);
        this.code = code;
    }

    /** Its own. */
    public Status.Code code() {
        return code;
    }

    /** The same for the caller of the node plugin, with words in front of the controller's. */
    public RpcFailure as(String words) {
        return RpcFailure.of(code, words + getMessage(), null);
    }
}
