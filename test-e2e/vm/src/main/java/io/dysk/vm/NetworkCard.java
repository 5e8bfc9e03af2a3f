package io.dysk.vm;

/** What a machine reaches the host with. */
public enum NetworkCard {
    NONE(""),

    /**
     * The quick one. With a user-mode network it can't gather: Linux copies what it sends into one piece for each packet,
     * which takes memory just when memory is to be freed by sending.
     */
    VIRTIO("virtio-net-pci"),

    /** Gathers a packet from where its parts are and cuts long ones itself (VMXNET3), as cards of real machines do. */
    GATHERING("vmxnet3");

    private final String device;

    NetworkCard(String device) {
        this.device = device;
    }

    /** QEMU's name for it. */
    String device() {
        return device;
    }
}
