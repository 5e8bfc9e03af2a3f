package io.dysk.kernel;

import java.util.List;
import java.util.Optional;

/**
 * What to change of a live device; what is empty stays as it is. I/O goes on.
 *
 * @param credential a new key or SAS
 * @param addresses where the endpoint is now, one to eight
 * @param limits those that are set
 */
public record DeviceUpdate(
        Optional<Credential> credential, Optional<List<EndpointAddress>> addresses, Limits limits) {

    public DeviceUpdate {
        addresses = addresses.map(Endpoint::requireAddresses);
        if (credential.isEmpty() && addresses.isEmpty() && limits.isEmpty()) {
            throw new IllegalArgumentException("nothing to update");
        }
    }

    public static DeviceUpdate ofCredential(Credential credential) {
        return new DeviceUpdate(Optional.of(credential), Optional.empty(), Limits.DEFAULTS);
    }

    public static DeviceUpdate ofAddresses(List<EndpointAddress> addresses) {
        return new DeviceUpdate(Optional.empty(), Optional.of(addresses), Limits.DEFAULTS);
    }

    public static DeviceUpdate ofLimits(Limits limits) {
        return new DeviceUpdate(Optional.empty(), Optional.empty(), limits);
    }
}
