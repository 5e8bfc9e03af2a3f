package io.dysk.kernelsuite;

/** Waits for the guest's shell: looks ten times a second, and the command's deadline ends it. */
public final class Until {
    private Until() {
    }

    /** Until a counter of DYSK_IOC_STATS has reached a value. */
    public static String counted(Device device, String counter, long atLeast) {
        return until("stats", device, counter, atLeast);
    }

    /** Until so many requests are waiting or under way. */
    public static String inFlight(Device device, long atLeast) {
        return until("get", device, "inflight", atLeast);
    }

    private static String until(String call, Device device, String name, long atLeast) {
        return "until [ $(dysktool " + call + " " + device.index() + " | sed 's/.*\\b" + name + "=\\([0-9]*\\).*/\\1/') -ge "
                + atLeast + " ]; do sleep 0.1; done";
    }
}
