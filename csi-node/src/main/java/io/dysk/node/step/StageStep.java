package io.dysk.node.step;

/** NodeStageVolume, in the order in which they can occur. */
public enum StageStep implements NodeStep {
    /** The volume's blob is leased to this node, which asked for it; also if it was already. */
    CLAIMED("claimed"),
    /** What an attachment that is gone had left at the staging path isn't there any more. */
    STALE_MOUNT_REMOVED("stale mount removed"),
    /** A device that was out of service, or attached otherwise, is gone. */
    DEAD_DEVICE_DETACHED("dead device detached"),
    /** The block device is there. */
    ATTACHED("attached"),
    /** The device says that we are making its file system. */
    MARKED("marked as being formatted"),
    /** What an earlier try left behind is gone. */
    ZEROED("zeroed"),
    /** All of the file system is there but its beginning. */
    COPIED("file system copied"),
    /** The file system is there. */
    FORMATTED("formatted"),
    /** fsck has ended well. */
    CHECKED("checked"),
    /** It is mounted at the staging path. */
    MOUNTED("mounted"),
    /** The file system is as large as the device. */
    GROWN("grown");

    private final String label;

    StageStep(String label) {
        this.label = label;
    }

    @Override
    public String label() {
        return label;
    }

    @Override
    public String call() {
        return "NodeStageVolume";
    }
}
