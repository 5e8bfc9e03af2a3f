package io.dysk.kernelsuite.matrix;

import io.dysk.kernelsuite.Reason;

/** What a device does about a fault: the design's table of errors. */
sealed interface Expected {

    /** It sends the request again, and whoever made it notices nothing but the time. */
    record GoesOn(Outcome outcome) implements Expected {
        @Override
        public String toString() {
            return "goes on" + (outcome == Outcome.UNKNOWN ? ", writes after a raise" : "");
        }
    }

    /** It sends nothing as long as it lasts, saying why; then it goes on. */
    record Waits(Reason reason, Outcome outcome) implements Expected {
        @Override
        public String toString() {
            return "waits: " + reason;
        }
    }

    /** The request fails, as sending it again is no use; the device goes on. */
    record Refuses() implements Expected {
        @Override
        public String toString() {
            return "the request fails";
        }
    }

    /**
     * It is dead for good.
     *
     * @param said the reason's name in the kernel's log and in sysfs
     */
    record Dies(Reason reason, String said) implements Expected {
        @Override
        public String toString() {
            return "dies: " + said;
        }
    }

    /** Whether the device can know that a write which was hit has not been applied, and never will be. */
    enum Outcome {
        KNOWN,
        /** It can't: the epoch must be raised before anything else is written. */
        UNKNOWN,
        /** That depends on how far the request had got. */
        EITHER
    }
}
