package io.dysk.kernelsuite.matrix;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** One fault against one kind of request. */
record Cell(Mishap mishap, Operation operation) {

    /** All that make sense, in a fixed order. */
    static List<Cell> all() {
        return Arrays.stream(Mishap.values()).flatMap(mishap -> Stream.of(Operation.values())
                .filter(operation -> mishap.expected(operation) != null).map(operation -> new Cell(mishap, operation))).toList();
    }

    Expected expected() {
        return mishap.expected(operation);
    }

    /** For the name of a blob. */
    String title() {
        return (mishap + "-" + operation).toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public String toString() {
        return mishap + " x " + operation + ": " + expected();
    }
}
