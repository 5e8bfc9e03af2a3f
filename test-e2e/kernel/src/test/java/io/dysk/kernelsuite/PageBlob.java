package io.dysk.kernelsuite;

import io.dysk.blob.BlobAddress;
import io.dysk.blob.LeaseId;
import io.dysk.blob.Resize;
import io.dysk.blobserver.blob.AppliedWrite;
import io.dysk.blobserver.blob.BlobView;
import java.util.List;

/**
 * A page blob of an {@link Endpoint}.
 *
 * @param endpoint where it is
 * @param name its name in {@link Endpoint#CONTAINER}
 * @param lease the lease that is in force, or null when none was taken
 */
public record PageBlob(Endpoint endpoint, String name, String lease) {

    /** How to attach it, for writing if it is leased, with the account's key. */
    public AttachSpec attach() {
        AttachSpec spec = endpoint.attach(name);
        return lease == null ? spec.readOnly() : spec.with("lease", lease);
    }

    /** The blob from inside the server. */
    public BlobView view() {
        return endpoint.server().blob(Endpoint.ACCOUNT, Endpoint.CONTAINER, name);
    }

    public byte[] read(long offset, int length) {
        return view().read(offset, length);
    }

    /** Changes that the server applied to it, oldest first. */
    public List<AppliedWrite> changes() {
        String path = Endpoint.ACCOUNT + "/" + Endpoint.CONTAINER + "/" + name;
        return endpoint.server().writeLog().all().stream().filter(write -> write.blob().equals(path)).toList();
    }

    /** Changes of one kind that the server applied to it, oldest first. */
    public List<AppliedWrite> changes(AppliedWrite.Kind kind) {
        return changes().stream().filter(write -> write.kind() == kind).toList();
    }

    public BlobAddress address() {
        return BlobAddress.of(Endpoint.CONTAINER, name);
    }

    /** Changes its size, as the owner of the volume does. */
    public void resize(long bytes) {
        endpoint.store().resize(address(), Resize.growTo(bytes).under(LeaseId.parse(lease)).orShrink());
    }
}
