package io.dysk.node.attach;

import io.dysk.node.device.VolumeDevices;
import io.dysk.rpc.call.RpcFailure;

/** How many volumes this node takes. Counts what is attached and what is just being attached. Safe for use by many threads. */
public final class AttachLimit {
    private final VolumeDevices devices;
    private final int most;
    private int underWay;

    /** @param most at least 1 */
    public AttachLimit(VolumeDevices devices, int most) {
        this.devices = devices;
        this.most = most;
    }

    public int most() {
        return most;
    }

    /** A place for one volume until closed: from then on its device is what counts. */
    public final class Place implements AutoCloseable {
        private Place() {}

        @Override
        public void close() {
            synchronized (AttachLimit.this) {
                underWay--;
            }
        }
    }

    /** @throws RpcFailure RESOURCE_EXHAUSTED if there is none */
    public synchronized Place take() {
        int attached = devices.all().size();
        if (attached + underWay >= most) {
            throw RpcFailure.resourceExhausted("this node has " + (attached + underWay) + " volumes attached, and its limit is " + most
                    + ": use another node, or start the node plugin with a higher --max-volumes");
        }
        underWay++;
        return new Place();
    }
}
