package io.dysk.kernel;

import java.net.Inet6Address;
import java.net.InetAddress;

/**
 * An address where an endpoint can be reached.
 *
 * @param address IPv4 or IPv6; a link-local one carries its scope
 * @param port 1 to 65535
 */
public record EndpointAddress(InetAddress address, int port) {

    public EndpointAddress {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("not a port: " + port);
        }
    }

    public boolean isIpv6() {
        return address instanceof Inet6Address;
    }

    /** {@code 10.0.0.4:80} or {@code [fd00::4]:80}. */
    @Override
    public String toString() {
        String text = address.getHostAddress();
        return (isIpv6() ? "[" + text + "]" : text) + ":" + port;
    }
}
