package io.dysk.ctl;

import java.io.PrintWriter;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/** {@code -o table|json}: how results are printed. */
final class OutputOption {

    enum Format {
        table,
        json
    }

    static final String NAME = "--output";

    @Option(names = {"-o", NAME}, paramLabel = "FORMAT", defaultValue = "table",
            description = "How to print: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Format format = Format.table;

    /** Prints one of the two. */
    void print(PrintWriter out, Supplier<Object> json, Supplier<Object> table) {
        if (json()) {
            out.println(Json.write(json.get()));
        } else {
            out.println(table.get().toString().stripTrailing());
        }
    }

    boolean json() {
        return format == Format.json;
    }
}
