package io.dysk.kernelsuite.network;

import java.util.List;

/**
 * Something wrong with a link.
 *
 * @param name in words
 * @param towards what the packet filter does with what goes to the endpoint, or null
 * @param from the same of what comes from it, or null
 * @param queue what netem does with both, or null
 */
record LinkFault(String name, String towards, String from, String queue) {
    private static final String DROP = "drop";
    /** One of so many segments: the connection has moved some data by then. */
    private static final String RESET = "numgen random mod 40 < 1 reject with tcp reset";

    static final LinkFault CUT_TOWARDS = new LinkFault("cut towards the endpoint", DROP, null, null);
    static final LinkFault CUT_FROM = new LinkFault("cut from the endpoint", null, DROP, null);
    static final LinkFault CUT = new LinkFault("cut both ways", DROP, DROP, null);
    static final LinkFault RESETS = new LinkFault("connections reset", RESET, null, null);
    static final LinkFault RESETS_FROM = new LinkFault("connections reset on the other side", null, RESET, null);

    /** Three megabytes a second. */
    static final LinkFault NARROW = queue("narrow", "rate 24mbit");
    /** One. */
    static final LinkFault THIN = queue("thin", "rate 8mbit");

    /** Cut in all directions. */
    static List<LinkFault> cuts() {
        return List.of(CUT_TOWARDS, CUT_FROM, CUT);
    }

    /** That slow down, and never stop all of it. */
    static List<LinkFault> troubles() {
        return List.of(RESETS, RESETS_FROM, queue("lossy, 5%", "loss 5%"), queue("lossy, 20%", "loss 20%"),
                queue("reordered", "delay 20ms reorder 60% 50%"), queue("duplicated", "duplicate 20%"),
                queue("slow", "delay 100ms 40ms 25%"), queue("narrow", "rate 4mbit"));
    }

    /** A bit of everything. */
    static LinkFault bad() {
        return queue("bad in every way", "delay 20ms 10ms reorder 30% 50% loss 5% duplicate 5%");
    }

    private static LinkFault queue(String name, String netem) {
        return new LinkFault(name, null, null, netem);
    }

    @Override
    public String toString() {
        return name;
    }
}
