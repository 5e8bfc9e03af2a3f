package io.dysk.ctl;

import io.dysk.blob.BlobException;
import io.dysk.blob.Endpoint;
import io.dysk.blob.LeaseHolder;
import io.dysk.blob.LeaseId;
import io.dysk.blob.PageBlobProperties;
import io.dysk.blob.PageBlobStore;
import io.dysk.kernel.AttachRequest;
import io.dysk.kernel.Attachment;
import io.dysk.kernel.BlobEndpoint;
import io.dysk.kernel.Credential;
import io.dysk.kernel.DeviceInfo;
import io.dysk.kernel.DyskException;
import io.dysk.kernel.Limits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Attaches one blob: lease, a look at what the blob is, ioctl, device node. If it fails after the lease was taken, the lease is given back, unless an
 * attachment on this machine uses it.
 */
final class AttachOperation {

    private static final Duration NODE_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration LINK_TIMEOUT = Duration.ofSeconds(5);

    private final Surroundings surroundings;
    private final NamedBlob blob;
    private final Options options;
    private final Steps steps;

    /**
     * How to attach.
     *
     * @param readOnly without a lease
     * @param plainHttp reach an https endpoint over http
     * @param partitions scan for partitions
     * @param vhd the blob is a VHD, whether it is marked as one or not
     * @param node whose lease it is
     * @param breakLease the holder that is given up, or the blob if its holder isn't known
     * @param limits of the device
     * @param timeout of the ioctl
     */
    record Options(
            boolean readOnly,
            boolean plainHttp,
            boolean partitions,
            boolean vhd,
            String node,
            Optional<String> breakLease,
            Limits limits,
            Optional<Duration> timeout) {}

    /**
     * What came of it.
     *
     * @param attachment the device
     * @param blob what was attached
     * @param link its link by id, if there is one
     * @param lease the lease taken, if one was
     */
    record Outcome(Attachment attachment, PageBlobProperties blob, Optional<Path> link, Optional<LeaseId> lease) {}

    AttachOperation(Surroundings surroundings, NamedBlob blob, Options options, Steps steps) {
        this.surroundings = surroundings;
        this.blob = blob;
        this.options = options;
        this.steps = steps;
    }

    Outcome run() {
        requireNotAttached();
        boolean ipv6 = surroundings.dysk().version().ipv6();
        io.dysk.kernel.Endpoint endpoint = steps.measure("resolve", () -> dataEndpoint().resolve(ipv6));
        Credential credential = blob.kernelCredential();
        PageBlobStore store = surroundings.stores().apply(blob.account());
        if (options.readOnly()) {
            PageBlobProperties seen = inspect(store);
            AttachRequest request = AttachRequest.readOnly(blob.location(), endpoint, credential);
            return finish(attach(request, seen), seen, Optional.empty());
        }
        LeaseHolder holder = new LeaseHolder(options.node(), LeaseId.ofWriter(blob.volumeId(), options.node()));
        steps.measure("lease", () -> takeLease(store, holder));
        Attachment attachment;
        PageBlobProperties seen;
        try {
            // Under the lease: nobody else resizes it from here on.
            seen = inspect(store);
            attachment = attach(
                    AttachRequest.writable(blob.location(), endpoint, credential, holder.lease().toString()), seen);
        } catch (RuntimeException e) {
            giveBack(store, holder, e);
            throw e;
        }
        return finish(attachment, seen, Optional.of(holder.lease()));
    }

    private PageBlobProperties inspect(PageBlobStore store) {
        return steps.measure("inspect", () -> blob.snapshot().isPresent()
                ? store.properties(blob.address(), blob.snapshot().get())
                : store.properties(blob.address()));
    }

    private void requireNotAttached() {
        for (DeviceInfo device : surroundings.dysk().list()) {
            if (device.blob().equals(blob.location())) {
                throw new CtlException(
                        ExitCode.CONFLICT, blob + " is attached already, as " + device.device());
            }
        }
    }

    private BlobEndpoint dataEndpoint() {
        Endpoint endpoint = blob.account().endpoint();
        if (!endpoint.https()) {
            return blob.kernelEndpoint();
        }
        if (!options.plainHttp()) {
            throw CtlException.usage("the endpoint " + endpoint + " is HTTPS, and the kernel module has no TLS yet. If the"
                    + " way to the account is private (a virtual network with a private endpoint), turn off 'secure"
                    + " transfer required' on the account and add --plain-http: data then go over http, leases stay on"
                    + " https. Or give --endpoint http://...");
        }
        BlobEndpoint tls = blob.kernelEndpoint();
        return new BlobEndpoint(false, tls.host(), tls.port() == 443 ? 80 : tls.port(), tls.pathStyle(), tls.account());
    }

    private Attachment attach(AttachRequest request, PageBlobProperties seen) {
        AttachRequest complete = request.withLabel(AttachLabel.of(blob.account().endpoint()))
                .withPartitions(options.partitions())
                .withTailBytes(DiskTail.bytes(blob, seen, options.vhd(), options.readOnly()))
                .withLimits(options.limits());
        AttachRequest timed = options.timeout().map(complete::withTimeout).orElse(complete);
        return steps.measure("ioctl", () -> surroundings.dysk().attach(timed));
    }

    private void takeLease(PageBlobStore store, LeaseHolder holder) {
        try {
            store.acquireLease(blob.address(), holder);
        } catch (BlobException.LeaseHeld held) {
            fence(store, holder, held);
        }
    }

    /** Only a holder that was given up by name is fenced; then its writes are refused from this moment. */
    private void fence(PageBlobStore store, LeaseHolder holder, BlobException.LeaseHeld held) {
        String name = held.holder().map(LeaseHolder::name).orElse(blob.address().toString());
        if (options.breakLease().isEmpty()) {
            throw new CtlException(ExitCode.CONFLICT, blob + " is in use: its lease is held by "
                    + held.holder().map(LeaseHolder::name).orElse("an unknown holder")
                    + ". Detach it there. Only if that holder is gone for good, take the lease away from it with"
                    + " --break-lease " + name + ": whatever it still writes is refused then");
        }
        if (!options.breakLease().get().equals(name)) {
            throw new CtlException(ExitCode.CONFLICT, "--break-lease says '" + options.breakLease().get() + "', but the lease"
                    + " of " + blob + " is held by " + held.holder().map(LeaseHolder::name).orElse("an unknown holder")
                    + ": if that one is gone for good, say --break-lease " + name);
        }
        if (held.holder().isPresent()) {
            store.transferLease(blob.address(), held.holder().get().lease(), holder);
        } else {
            PageBlobProperties seen = store.properties(blob.address());
            store.breakLease(blob.address(), Optional.of(seen.etag()));
            store.acquireLease(blob.address(), holder);
        }
    }

    private void giveBack(PageBlobStore store, LeaseHolder holder, RuntimeException cause) {
        try {
            String lease = holder.lease().toString();
            boolean inUse = cause instanceof DyskException e && Failure.attachedHere(e)
                    || surroundings.dysk().list().stream().anyMatch(d -> d.leaseId().equals(Optional.of(lease)));
            if (!inUse) {
                store.releaseLease(blob.address(), holder.lease());
            }
        } catch (RuntimeException e) {
            cause.addSuppressed(e);
            surroundings.err().println("dyskctl: the lease of " + blob + " is still held by " + holder.name()
                    + " (" + e.getMessage() + "); attaching again from here takes it over, 'dyskctl detach "
                    + blob.address() + "' releases it");
        }
    }

    private Outcome finish(Attachment attachment, PageBlobProperties seen, Optional<LeaseId> lease) {
        if (!steps.measure("node", () -> await(attachment, attachment.device(), NODE_TIMEOUT))) {
            throw new CtlException(ExitCode.FAILED, blob + " is attached as " + attachment.device()
                    + ", but that device node doesn't appear: is devtmpfs mounted on /dev? ('dyskctl detach "
                    + attachment.index() + "' takes it back)");
        }
        Optional<Path> link = surroundings.machine().runsUdev()
                ? steps.measure("link", () -> surroundings.devices().byId(attachment.index())
                        .filter(path -> await(attachment, path, LINK_TIMEOUT)))
                : Optional.empty();
        steps.mark("total");
        return new Outcome(attachment, seen, link, lease);
    }

    private boolean await(Attachment attachment, Path path, Duration timeout) {
        try {
            return surroundings.devices().await(path, attachment.number(), timeout);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
