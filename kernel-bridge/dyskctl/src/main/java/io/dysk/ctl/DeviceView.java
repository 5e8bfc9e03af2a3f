package io.dysk.ctl;

import io.dysk.kernel.DeviceInfo;
import io.dysk.kernel.DeviceState;
import io.dysk.kernel.Health;
import io.dysk.kernel.Limits;
import io.dysk.kernel.Reason;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** How an attached device is shown. */
final class DeviceView {

    private DeviceView() {}

    /** All of it, for programs. Names and units of fields never change. */
    static Map<String, Object> json(DeviceInfo device) {
        Health health = device.health();
        Limits limits = device.limits();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("device", device.device());
        json.put("index", device.index());
        json.put("attachId", device.attachId());
        json.put("number", device.number());
        json.put("account", device.blob().account());
        json.put("container", device.blob().container());
        json.put("blob", device.blob().blob());
        json.put("snapshot", device.blob().snapshot());
        json.put("label", device.label());
        json.put("readOnly", device.readOnly());
        json.put("open", device.open());
        json.put("capacityBytes", device.capacityBytes());
        json.put("tailBytes", device.tailBytes());
        json.put("state", health.state().keyword());
        json.put("stateSinceMs", health.since());
        json.put("reason", health.reason().keyword());
        json.put("httpStatus", health.httpStatus());
        json.put("errorCode", health.errorCode());
        json.put("advice", health.advice());
        json.put("epoch", device.epoch());
        json.put("leaseId", device.leaseId());
        json.put("credential", lower(device.credential()));
        json.put("host", device.host());
        json.put("pathStyle", device.pathStyle());
        json.put("partitions", device.partitions());
        json.put("addresses", List.copyOf(device.addresses()));
        json.put("currentAddress", device.currentAddress());
        json.put("maxConnections", limits.maxConnections().isPresent() ? limits.maxConnections().getAsInt() : null);
        json.put("requestTimeoutMs", limits.requestTimeout());
        json.put("noPathTimeoutMs", limits.noPathTimeout().filter(t -> !t.equals(Limits.FOREVER)));
        json.put("idleTimeoutMs", limits.idleTimeout());
        json.put("connections", device.connections());
        json.put("inFlight", device.inFlight());
        json.put("attachedAt", device.attachedAt());
        json.put("clockSkewMs", device.clockSkew());
        return json;
    }

    /** All of it, for people. */
    static Table details(DeviceInfo device) {
        Health health = device.health();
        Limits limits = device.limits();
        Table table = Table.ofPairs()
                .row("Device", device.device() + " (" + device.number() + ")")
                .row("Blob", device.blob())
                .row("Size", Sizes.format(device.capacityBytes()) + " (" + device.capacityBytes() + " bytes"
                        + (device.tailBytes() == 0 ? "" : ", without the last " + device.tailBytes() + " of the blob") + ")")
                .row("Mode", mode(device))
                .row("Open", device.open() ? "yes" : "no")
                .row("State", state(health) + " for " + Durations.format(health.since()));
        if (health.state() != DeviceState.LIVE) {
            table.row("Meaning", health.state().text() + (health.reason() == Reason.NONE ? "" : ": " + health.reason().text()));
        }
        if (health.httpStatus() != 0) {
            table.row("Last refusal", "HTTP " + health.httpStatus() + " " + health.errorCode());
        }
        if (!health.advice().isEmpty()) {
            table.row("What to do", health.advice());
        }
        return table.row("Lease", device.leaseId().orElse("none"))
                .row("Epoch", device.epoch())
                .row("Credential", lower(device.credential()))
                .row("Host", device.host())
                .row("Addresses", addresses(device))
                .row("Connections", device.connections() + " of at most "
                        + (limits.maxConnections().isPresent() ? limits.maxConnections().getAsInt() : "the default"))
                .row("In flight", device.inFlight())
                .row("Time-outs", "request " + time(limits.requestTimeout()) + ", no path "
                        + time(limits.noPathTimeout()) + ", idle " + time(limits.idleTimeout()))
                .row("Clock", "server " + device.clockSkew().toSeconds() + " s ahead")
                .row("Attached", device.attachedAt())
                .row("Label", device.label());
    }

    static String mode(DeviceInfo device) {
        return device.readOnly() ? "ro" : "rw";
    }

    /** State with its reason: {@code held (throttled)}. */
    static String state(Health health) {
        return health.state().keyword() + (health.reason() == Reason.NONE ? "" : " (" + health.reason().keyword() + ")");
    }

    private static String addresses(DeviceInfo device) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < device.addresses().size(); i++) {
            text.append(i == 0 ? "" : ", ")
                    .append(device.addresses().get(i))
                    .append(i == device.currentAddress() && device.addresses().size() > 1 ? " (used last)" : "");
        }
        return text.toString();
    }

    private static String time(Optional<Duration> time) {
        return time.map(Durations::format).orElse("default");
    }

    static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
