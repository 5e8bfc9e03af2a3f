package io.dysk.blobserver;

import io.dysk.blobserver.blob.AppliedWrite;
import io.dysk.blobserver.http.Answer;
import io.dysk.blobserver.http.Listener;
import io.dysk.blobserver.http.Method;
import io.dysk.blobserver.http.RequestHead;
import io.dysk.blobserver.protocol.Query;
import io.dysk.blobserver.protocol.StorageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Orders over HTTP, under /_control/, without credentials. Everything is in the query; answers are
 * lines of text. README.md lists them.
 */
final class Control {
    private static final int LOG_LINES = 10_000;

    private final BlobServer server;
    private final FaultControl faults;
    private final LimitControl limits;

    Control(BlobServer server) {
        this.server = server;
        this.faults = new FaultControl(server.faults());
        this.limits = new LimitControl(server.limits());
    }

    void handle(RequestHead request, Answer answer) {
        int status = 200;
        String text;
        try {
            text = run(request.method(), request.path(), Query.parse(request.query()));
        } catch (IllegalArgumentException | StorageException e) {
            status = 400;
            text = e.getMessage() + "\n";
        } catch (IOException e) {
            status = 500;
            text = e + "\n";
        }
        answer.status(status).header("Content-Type", "text/plain").body(text.getBytes(StandardCharsets.UTF_8));
    }

    private String run(Method method, String path, Query query) throws IOException {
        boolean put = method == Method.PUT || method == Method.POST;
        return switch (path) {
            case "/_control/fault" -> faults.run(method, query);
            case "/_control/held" -> put ? held(query.text("action")) : "held " + server.held().size() + "\n";
            case "/_control/copies" -> put ? copies(query) : "pending " + server.copies().size() + "\n";
            case "/_control/snapshots" -> {
                server.snapshotLimit().set((int) number(query, "limit", -1));
                yield "";
            }
            case "/_control/seed" -> {
                server.faults().seed(number(query, "value", 1));
                yield "";
            }
            case "/_control/limits" -> limits.run(method, query);
            case "/_control/accept" -> {
                listener(query).accepting(word(Listener.Accepting.class, query, "mode"));
                yield "";
            }
            case "/_control/address" -> {
                if (put) {
                    server.alsoListen((int) number(query, "port", 0));
                }
                yield server.listeners().stream().map(listener -> "port " + listener.port() + "\n").collect(Collectors.joining());
            }
            case "/_control/connections" -> put ? disconnect(query.text("action")) : connections();
            case "/_control/clock" -> {
                server.clock().skew(number(query, "skew-ms", 0));
                yield "";
            }
            case "/_control/log" -> log(number(query, "from", 1), (int) number(query, "limit", LOG_LINES));
            case "/_control/stats" -> stats();
            default -> throw new IllegalArgumentException("no such control: " + path);
        };
    }

    /** The listener of the port that was named; the first one if none was. */
    private Listener listener(Query query) {
        long port = number(query, "port", server.port());
        return server.listeners().stream()
                .filter(listener -> listener.port() == port)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no blobs are served on port " + port));
    }

    private String held(String action) {
        return switch (action) {
            case "apply" -> "applied " + server.held().applyAll() + "\n";
            case "discard" -> "discarded " + server.held().discardAll() + "\n";
            default -> throw new IllegalArgumentException("action must be apply or discard");
        };
    }

    private String copies(Query query) {
        String action = query.text("action");
        switch (action) {
            case "hold" -> server.copies().hold(true);
            case "flow" -> server.copies().hold(false);
            case "complete", "fail" -> {
                return "ended " + server.copies().endAll(action.equals("complete")) + "\n";
            }
            case "progress" -> {
                return "pending " + server.copies().progress((int) number(query, "percent", 50)) + "\n";
            }
            default -> throw new IllegalArgumentException("action must be hold, flow, progress, complete or fail");
        }
        return "";
    }

    private String disconnect(String action) {
        if (!action.equals("close") && !action.equals("reset")) {
            throw new IllegalArgumentException("action must be close or reset");
        }
        server.disconnect(action.equals("reset"));
        return "";
    }

    private String connections() {
        return "open " + server.connections() + "\naccepted " + server.acceptedConnections() + "\n";
    }

    private String log(long from, int limit) {
        return "last " + server.writeLog().last() + "\n"
                + server.writeLog().from(from, Math.min(limit, LOG_LINES)).stream()
                        .map(Control::line)
                        .collect(Collectors.joining());
    }

    private static String line(AppliedWrite write) {
        return write.number() + " " + text(write.kind()) + " " + write.blob() + " " + write.offset() + " "
                + write.length() + " sequence " + write.sequence() + (write.leased() ? " leased" : "") + "\n";
    }

    private String stats() {
        return connections()
                + server.stats().all().entrySet().stream()
                        .map(entry -> entry.getKey() + " " + entry.getValue() + "\n")
                        .collect(Collectors.joining());
    }

    static <E extends Enum<E>> E word(Class<E> type, Query query, String name) {
        try {
            return Enum.valueOf(type, query.text(name).toUpperCase(Locale.ROOT).replace('-', '_'));
        } catch (IllegalArgumentException e) {
            String words = Arrays.stream(type.getEnumConstants()).map(Control::text).collect(Collectors.joining(", "));
            throw new IllegalArgumentException(name + " must be one of " + words);
        }
    }

    static String text(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static double decimal(Query query, String name, double absent) {
        try {
            return query.has(name) ? Double.parseDouble(query.get(name)) : absent;
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " must be a number");
        }
    }

    static long number(Query query, String name, long absent) {
        try {
            return query.has(name) ? Long.parseLong(query.get(name)) : absent;
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " must be a number");
        }
    }
}
