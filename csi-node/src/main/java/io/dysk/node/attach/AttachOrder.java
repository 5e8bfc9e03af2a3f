package io.dysk.node.attach;

import io.dysk.kernel.BlobLocation;
import io.dysk.kernel.DeviceInfo;
import io.dysk.kernel.Limits;
import io.dysk.rpc.contract.PublishContext;
import java.util.Map;
import java.util.Optional;

/**
 * What is to be attached.
 *
 * @param volumeId the volume
 * @param context which blob it is
 * @param readOnly never written, without a lease
 * @param limits of the device
 * @param secrets of the call; never shown
 */
public record AttachOrder(String volumeId, PublishContext context, boolean readOnly, Limits limits, Map<String, String> secrets) {
    BlobLocation blob() {
        return new BlobLocation(context.account(), context.container(), context.blob(), context.snapshot());
    }

    Optional<String> lease() {
        return readOnly ? Optional.empty() : context.lease();
    }

    /** Whether a device is what is asked for. */
    boolean isMetBy(DeviceInfo device) {
        return device.blob().equals(blob()) && device.readOnly() == readOnly && device.tailBytes() == context.tailBytes()
                && device.leaseId().equals(lease());
    }

    @Override
    public String toString() {
        return "attach " + volumeId + (readOnly ? " read-only" : "");
    }
}
