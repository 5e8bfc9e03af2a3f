package io.dysk.blobserver;

import io.dysk.blobserver.fault.Fault;
import io.dysk.blobserver.fault.FaultRule;
import io.dysk.blobserver.fault.ScriptedFaults;
import io.dysk.blobserver.http.Delivery;
import io.dysk.blobserver.http.Method;
import io.dysk.blobserver.protocol.Query;
import java.util.stream.Collectors;

/** Orders under /_control/fault. */
final class FaultControl {
    private final ScriptedFaults faults;

    FaultControl(ScriptedFaults faults) {
        this.faults = faults;
    }

    String run(Method method, Query query) {
        return switch (method) {
            case PUT, POST -> "fault " + faults.add(rule(query), fault(query)) + "\n";
            case DELETE -> {
                faults.clear();
                yield "";
            }
            default -> faults.list().stream().map(FaultControl::line).collect(Collectors.joining());
        };
    }

    private static FaultRule rule(Query query) {
        return new FaultRule(
                query.get("method"),
                query.get("comp"),
                query.get("blob"),
                query.get("write"),
                query.get("action"),
                (int) Control.number(query, "skip", 0),
                (int) Control.number(query, "count", 1),
                Control.decimal(query, "percent", 100));
    }

    private static Fault fault(Query query) {
        int status = (int) Control.number(query, "status", 500);
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("status must be 200 to 599");
        }
        Fault fault = new Fault(
                Control.word(Fault.Kind.class, query, "kind"),
                status,
                query.text("code"),
                Control.number(query, "retry-after", -1),
                Control.number(query, "delay-ms", 0),
                (int) Control.number(query, "later", 1));
        return fault.withAmount(Control.number(query, "amount", 0))
                .withInterval((int) Control.number(query, "interval-ms", fault.intervalMilliseconds()))
                .then(query.has("then") ? Control.word(Delivery.End.class, query, "then") : null);
    }

    private static String line(ScriptedFaults.Scripted fault) {
        return "fault " + fault.id() + " " + Control.text(fault.fault().kind()) + " seen " + fault.seen() + " hit " + fault.hit() + "\n";
    }
}
