package io.dysk.kernel;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One attached device, without secrets.
 *
 * @param index N of /dev/dyskN
 * @param attachId names this attachment
 * @param number of the block device
 * @param blob what is attached
 * @param label the name the caller gave it, or empty
 * @param readOnly attached without lease and epoch
 * @param pathStyle the account is in the path
 * @param partitions scanned for partitions
 * @param open somebody has the device open (a mount, a process)
 * @param health what it is doing and why
 * @param capacityBytes size of the device
 * @param tailBytes bytes at the end of the blob that are not part of the device
 * @param epoch fence epoch in force
 * @param leaseId the lease that writes carry
 * @param credential kind of the credential in use
 * @param host Host header
 * @param addresses where the endpoint is
 * @param currentAddress index in {@code addresses} of the one used last
 * @param limits as configured
 * @param connections open now
 * @param inFlight requests not yet answered
 * @param attachedAt when it was attached
 * @param clockSkew the server's clock minus ours, at its last answer
 */
public record DeviceInfo(
        int index,
        long attachId,
        DeviceNumber number,
        BlobLocation blob,
        String label,
        boolean readOnly,
        boolean pathStyle,
        boolean partitions,
        boolean open,
        Health health,
        long capacityBytes,
        long tailBytes,
        long epoch,
        Optional<String> leaseId,
        Credential.Kind credential,
        String host,
        List<EndpointAddress> addresses,
        int currentAddress,
        Limits limits,
        int connections,
        int inFlight,
        Instant attachedAt,
        Duration clockSkew) {

    public DeviceInfo {
        addresses = List.copyOf(addresses);
    }

    /** {@code /dev/dyskN}. */
    public Path device() {
        return DeviceNode.path(index);
    }
}
