package io.dysk.kernelsuite;

import java.util.Locale;

/**
 * An attached blob.
 *
 * @param node where
 * @param index N of /dev/dyskN
 * @param attachId names this attachment
 * @param capacity bytes
 * @param epoch of the fence; 0 when read only
 * @param clockSkewSeconds the server's clock minus the node's
 */
public record Device(Node node, int index, long attachId, long capacity, long epoch, long clockSkewSeconds) {

    static Device of(Node node, Values values) {
        return new Device(node, Math.toIntExact(values.number("index")), values.number("attach_id"),
                values.number("capacity"), values.number("epoch"), values.number("skew"));
    }

    /** {@code dyskN}. */
    public String name() {
        return "dysk" + index;
    }

    /** {@code /dev/dyskN}. */
    public String path() {
        return "/dev/" + name();
    }

    /** What DYSK_IOC_GET says. */
    public Values get() {
        return node.tool("get " + index);
    }

    public State state() {
        return get().state();
    }

    /** What DYSK_IOC_STATS says. */
    public Values stats() {
        return node.tool("stats " + index);
    }

    /** An attribute of our own: {@code /sys/block/dyskN/dysk/...}. */
    public String attribute(String attribute) {
        return sysfs("dysk/" + attribute);
    }

    /** Any file below {@code /sys/block/dyskN}. */
    public String sysfs(String file) {
        return node.vm().output("cat /sys/block/" + name() + "/" + file);
    }

    /** Orderly. Must succeed; waits for udev's own look at the device. */
    public void detach() {
        node.detach(index);
    }

    /** Pending I/O fails. Must succeed. */
    public void forceDetach() {
        node.tool("detach " + index + " force");
    }

    /** Must succeed. */
    public void update(Credential credential) {
        node.update(index, "", credential);
    }

    /** Must succeed. {@code arguments} as dysktool takes them: "conns=4 no_path_s=10". */
    public void update(String arguments) {
        node.update(index, arguments, null);
    }

    /** Takes over the blob's size, which is returned. Must succeed. */
    public long resize() {
        return node.tool("resize " + index).number("capacity");
    }

    /** Waits until it is in a state; the guest looks, ten times a second. */
    public void await(State state) {
        String name = state.name().toLowerCase(Locale.ROOT);
        node.vm().output("until [ \"$(cat /sys/block/" + name() + "/dysk/state)\" = " + name + " ]; do sleep 0.1; done");
    }
}
