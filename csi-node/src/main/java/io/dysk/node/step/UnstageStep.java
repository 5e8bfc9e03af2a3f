package io.dysk.node.step;

/** NodeUnstageVolume. */
public enum UnstageStep implements NodeStep {
    /** One mount less at the staging path. */
    UNMOUNTED("unmounted"),
    /** The block device is gone. */
    DETACHED("detached"),
    /** This node, which took the lease, has it no more. */
    RELEASED("released");

    private final String label;

    UnstageStep(String label) {
        this.label = label;
    }

    @Override
    public String label() {
        return label;
    }

    @Override
    public String call() {
        return "NodeUnstageVolume";
    }
}
