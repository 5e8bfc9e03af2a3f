package io.dysk.kernel;

import java.util.List;

/**
 * How the module reaches the blob service.
 *
 * @param host the Host header: name, with the port unless it is 80
 * @param pathStyle the account is the first part of the path, as emulators want it
 * @param addresses one to eight, in the order they are tried
 */
public record Endpoint(String host, boolean pathStyle, List<EndpointAddress> addresses) {

    public static final int ADDRESSES_MAX = DyskAbi.ADDRS_MAX;

    public Endpoint {
        AbiText.require("host", host, DyskAbi.HOST_MAX);
        addresses = requireAddresses(addresses);
    }

    static List<EndpointAddress> requireAddresses(List<EndpointAddress> addresses) {
        if (addresses.isEmpty() || addresses.size() > ADDRESSES_MAX) {
            throw new IllegalArgumentException(
                    "an endpoint has 1 to " + ADDRESSES_MAX + " addresses, not " + addresses.size());
        }
        return List.copyOf(addresses);
    }
}
