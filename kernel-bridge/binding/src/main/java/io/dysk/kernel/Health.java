package io.dysk.kernel;

import java.time.Duration;

/**
 * How a device is.
 *
 * @param state what it is doing
 * @param since how long it has been in that state
 * @param reason why it is held or dead
 * @param httpStatus of the last refusal, or 0
 * @param errorCode {@code x-ms-error-code} of the last refusal, or empty
 */
public record Health(DeviceState state, Duration since, Reason reason, int httpStatus, String errorCode) {

    /** What to do about it; empty when all is well. */
    public String advice() {
        return reason == Reason.NONE ? "" : Advice.on(reason, Errno.EIO, errorCode);
    }
}
