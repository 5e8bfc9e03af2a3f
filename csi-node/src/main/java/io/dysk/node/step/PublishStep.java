package io.dysk.node.step;

/** NodePublishVolume. */
public enum PublishStep implements NodeStep {
    /** The directory or file to mount on is there. */
    TARGET_CREATED("target created"),
    /** The volume is at the target path. */
    BOUND("bound");

    private final String label;

    PublishStep(String label) {
        this.label = label;
    }

    @Override
    public String label() {
        return label;
    }

    @Override
    public String call() {
        return "NodePublishVolume";
    }
}
