package io.dysk.blobserver.fault;

import io.dysk.blobserver.http.Delivery;
import io.dysk.blobserver.http.Delivery.End;
import io.dysk.blobserver.http.Delivery.Form;

/** What each kind of fault does to an answer and its connection. */
final class Deliveries {
    private Deliveries() {}

    static Delivery of(Fault fault) {
        return switch (fault.kind()) {
            case NONE, ANSWER, APPLY_ANSWER, HOLD_ANSWER, DUPLICATE, EARLY_ANSWER, SLOW_BODY -> of(Form.WHOLE, End.KEEP, fault);
            case DROP, APPLY_DROP, HOLD_DROP, APPLY_HOLD_DROP, DROP_BODY -> of(Form.NONE, End.CLOSE, fault);
            case RESET, APPLY_RESET, RESET_BODY -> of(Form.NONE, End.RESET, fault);
            case SILENCE, APPLY_SILENCE, HOLD_SILENCE -> of(Form.NONE, End.SILENCE, fault);
            case CUT_HEAD -> of(Form.CUT_HEAD, End.CLOSE, fault);
            case CUT_BODY -> of(Form.CUT_BODY, End.CLOSE, fault);
            case WRONG_LENGTH -> of(Form.WRONG_LENGTH, End.KEEP, fault);
            case WRONG_RANGE -> of(Form.WRONG_RANGE, End.KEEP, fault);
            case WRONG_SEQUENCE -> of(Form.WRONG_SEQUENCE, End.KEEP, fault);
            case WRONG_STATUS -> of(Form.WRONG_STATUS, End.KEEP, fault.withAmount(fault.status()));
            case EXTRA_BYTES -> of(Form.EXTRA_BYTES, End.KEEP, fault);
            case CHUNKED -> of(Form.CHUNKED, End.KEEP, fault);
            case CONTINUE -> of(Form.CONTINUE, End.KEEP, fault);
            case HUGE_HEAD -> of(Form.HUGE_HEAD, End.KEEP, fault);
            case ENDLESS_HEAD -> of(Form.ENDLESS_HEAD, End.CLOSE, fault);
            case GARBAGE, APPLY_GARBAGE -> of(Form.GARBAGE, End.CLOSE, fault);
            case DRIP -> of(Form.DRIP, End.KEEP, fault);
            case TWICE -> of(Form.TWICE, End.KEEP, fault);
            case TWICE_LATE -> of(Form.TWICE_LATE, End.KEEP, fault);
            // The session puts the earlier answer in; without one this is the ordinary answer.
            case STALE, APPLY_STALE -> of(Form.WHOLE, End.KEEP, fault);
            case IDLE_DROP -> of(Form.IDLE_END, End.CLOSE, fault);
            case IDLE_RESET -> of(Form.IDLE_END, End.RESET, fault);
        };
    }

    private static Delivery of(Form form, End usual, Fault fault) {
        End end = fault.endOr(usual);
        return form == Form.WHOLE && end == End.KEEP
                ? Delivery.ORDINARY
                : new Delivery(form, fault.amount(), fault.intervalMilliseconds(), end, null);
    }
}
