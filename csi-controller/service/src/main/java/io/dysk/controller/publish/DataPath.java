package io.dysk.controller.publish;

import io.dysk.blob.Endpoint;
import io.dysk.rpc.call.RpcFailure;

/**
 * How nodes reach an account: their kernel module has no TLS yet.
 *
 * @param plainHttp whether data of an https account may go over http ({@code --plain-http})
 */
public record DataPath(boolean plainHttp) {
    /**
     * The URL of the account for nodes.
     *
     * @throws RpcFailure FAILED_PRECONDITION if it would need TLS
     */
    public String url(Endpoint account) {
        if (!account.https()) {
            return account.url();
        }
        if (!plainHttp) {
            throw RpcFailure.failedPrecondition("the endpoint " + account + " is HTTPS, and the kernel module has no TLS yet. If the way to"
                    + " the account is private (a virtual network with a private endpoint), turn off 'secure transfer required' on the"
                    + " account and start the controller with --plain-http: data then go over http, leases stay on https");
        }
        int port = account.port() == 443 ? 80 : account.port();
        return new Endpoint(false, account.host(), port, account.account(), account.pathStyle()).url();
    }
}
