package io.dysk.kernelsuite;

/** How an attach ended. */
public sealed interface Outcome permits Outcome.Attached, Outcome.Refused {

    /** There is a device now. */
    record Attached(Device device) implements Outcome {}

    /** A call failed. */
    record Refused(String errno, Reason reason, int httpStatus, String errorCode) implements Outcome {
        static Refused of(Values values) {
            return new Refused(values.text("errno"), Reason.of(values.numberOr("reason", 0)),
                    Math.toIntExact(values.numberOr("http_status", 0)), values.textOr("error_code", ""));
        }
    }
}
