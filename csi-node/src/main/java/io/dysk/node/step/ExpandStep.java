package io.dysk.node.step;

/** NodeExpandVolume. */
public enum ExpandStep implements NodeStep {
    /** The block device has the blob's present size. */
    DEVICE_RESIZED("device resized"),
    /** The file system is as large as the device. */
    GROWN("grown");

    private final String label;

    ExpandStep(String label) {
        this.label = label;
    }

    @Override
    public String label() {
        return label;
    }

    @Override
    public String call() {
        return "NodeExpandVolume";
    }
}
