package io.dysk.kernel;

import java.util.Locale;

/** What a device is doing ({@code enum dysk_state}). */
public enum DeviceState {
    ATTACHING(0, "being attached, no disk yet"),
    LIVE(1, "in service"),
    FENCING(2, "finding out about a write of unknown outcome; reads go on"),
    HELD(3, "waiting: I/O is kept until the storage service takes it again"),
    DEAD(4, "out of service: all I/O fails"),
    REMOVING(5, "being removed"),
    /** A later module gave a value that this program doesn't know. */
    UNKNOWN(-1, "in a state that this program doesn't know");

    private static final DeviceState[] VALUES = values();

    private final int code;
    private final String text;

    DeviceState(int code, String text) {
        this.code = code;
        this.text = text;
    }

    int code() {
        return code;
    }

    /** One word for it, the same as in the device's {@code state} attribute in sysfs. */
    public String keyword() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What it means, for people. */
    public String text() {
        return text;
    }

    static DeviceState of(int code) {
        for (DeviceState state : VALUES) {
            if (state.code == code) {
                return state;
            }
        }
        return UNKNOWN;
    }
}
