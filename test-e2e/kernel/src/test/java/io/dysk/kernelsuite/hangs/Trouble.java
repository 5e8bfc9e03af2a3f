package io.dysk.kernelsuite.hangs;

import io.dysk.blobserver.fault.Fault;
import io.dysk.blobserver.fault.Fault.Kind;
import io.dysk.blobserver.fault.FaultRule;
import io.dysk.kernelsuite.Endpoint;
import io.dysk.kernelsuite.PageBlob;
import io.dysk.kernelsuite.Relay;
import io.dysk.vm.KernelConfig;
import java.time.Duration;
import java.util.Locale;

/** What is wrong with an endpoint, from some moment on and for good. */
enum Trouble {
    /** Takes every request and answers none. */
    SILENT(false),
    /** Resets its connections and refuses new ones. */
    REFUSING(false),
    /** Answers everything, {@link #ANSWER} later. */
    SLOW(true),
    /** Applies everything, and answers when the request's time is over. */
    LATE(false),
    /** Answers byte by byte: there is always something coming, and never all of it in time. */
    DRIPPING(false),
    /** Takes what is to be written byte by byte, too slowly for any write; everything else works. */
    SIPPING(false),
    /** Has too much to do, whatever is asked: 503. */
    THROTTLING(false);

    /** How long a slow one takes for an answer. */
    static final Duration ANSWER = Duration.ofSeconds(1);
    /** The devices' limit for a try of a request. */
    static final Duration REQUEST = KernelConfig.ofDefault().patience(Duration.ofSeconds(2));

    private final boolean answers;

    Trouble(boolean answers) {
        this.answers = answers;
    }

    /** Whether requests are done, if one waits. */
    boolean answers() {
        return answers;
    }

    /** Whether nothing at all is done, so that in the end the device is dead, and not just its writes. */
    boolean kills() {
        return !answers && this != SIPPING;
    }

    /** Begins, for one blob that is reached by the relay. */
    void begin(PageBlob blob, Relay relay) {
        switch (this) {
            case SILENT -> fault(blob, Fault.of(Kind.SILENCE));
            case REFUSING -> relay.cut();
            case SLOW -> fault(blob, Fault.NONE.withDelay(ANSWER.toMillis()));
            case LATE -> fault(blob, Fault.NONE.withDelay(2 * REQUEST.toMillis()));
            case DRIPPING -> relay.drip(Duration.ofMillis(100));
            case SIPPING -> fault(blob, Fault.of(Kind.SLOW_BODY).withAmount(64).withInterval(100));
            case THROTTLING -> fault(blob, Fault.answer(503, "ServerBusy"));
        }
    }

    private static void fault(PageBlob blob, Fault fault) {
        blob.endpoint().server().faults().add(FaultRule.ALL.of(Endpoint.CONTAINER + "/" + blob.name()), fault);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
