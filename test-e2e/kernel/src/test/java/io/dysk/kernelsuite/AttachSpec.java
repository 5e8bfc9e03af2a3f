package io.dysk.kernelsuite;

import io.dysk.vm.KernelConfig;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What to attach and how: the names and values of dysktool's "attach". {@link PageBlob#attach()} has what most tests want;
 * the other methods give a changed copy.
 *
 * @param values names with their values, without the secret; several addresses with blanks between
 * @param credential what opens the blob, or null for none
 */
public record AttachSpec(Map<String, String> values, Credential credential) {
    public AttachSpec {
        values = new LinkedHashMap<>(values);
    }

    /** With another value. An empty one is passed on as such. */
    public AttachSpec with(String name, Object value) {
        AttachSpec changed = new AttachSpec(values, credential);
        changed.values.put(name, value.toString());
        return changed;
    }

    public AttachSpec without(String name) {
        AttachSpec changed = new AttachSpec(values, credential);
        changed.values.remove(name);
        return changed;
    }

    public AttachSpec with(Credential other) {
        return new AttachSpec(values, other);
    }

    /** Without lease, epoch and writes. */
    public AttachSpec readOnly() {
        return without("lease").with("ro", 1);
    }

    /** At these addresses, in this order. */
    public AttachSpec at(String... addresses) {
        return with("addr", String.join(" ", addresses));
    }

    /** At the guest's own or another port; the Host header stays. */
    public AttachSpec atPort(int port) {
        return with("port", port);
    }

    /**
     * With a limit for each try of a request, which only what gets no answer may run into: longer on a slow kernel, whose own work takes longer
     * as well.
     */
    public AttachSpec withRequestLimit(Duration limit) {
        return with("request_ms", KernelConfig.ofDefault().patience(limit).toMillis());
    }

    /** For dysktool, quoted for the shell; the secret comes from standard input. */
    String arguments() {
        String names = values.entrySet().stream()
                .flatMap(entry -> entry.getKey().equals("addr")
                        ? Arrays.stream(entry.getValue().split(" ")).map(address -> "addr=" + address)
                        : Stream.of(entry.getKey() + "=" + entry.getValue()))
                .map(Shell::quote).collect(Collectors.joining(" "));
        // First, so that a test can contradict what follows from it (cred_type, cred_len).
        return credential == null ? names : credential.kind() + "=@- " + names;
    }
}
