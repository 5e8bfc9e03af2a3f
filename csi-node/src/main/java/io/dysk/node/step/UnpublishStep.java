package io.dysk.node.step;

/** NodeUnpublishVolume. */
public enum UnpublishStep implements NodeStep {
    /** One mount less at the target path. */
    UNBOUND("unbound"),
    /** Nothing is at the target path any more. */
    TARGET_REMOVED("target removed");

    private final String label;

    UnpublishStep(String label) {
        this.label = label;
    }

    @Override
    public String label() {
        return label;
    }

    @Override
    public String call() {
        return "NodeUnpublishVolume";
    }
}
