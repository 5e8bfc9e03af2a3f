package io.dysk.node.system;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * How a program ended.
 *
 * @param exitCode 0 to 255
 * @param output what it wrote to standard output, cut at some length
 * @param errors what it wrote to standard error, cut at some length
 */
public record ToolResult(int exitCode, String output, String errors) {
    private static final int WORDS_LIMIT = 600;

    /** What it said, on one line, for a message: its errors, or its output if it had none. */
    public String words() {
        String text = errors.isBlank() ? output : errors;
        String line = Arrays.stream(text.split("\\R")).map(String::strip).filter(part -> !part.isEmpty()).collect(Collectors.joining("; "));
        return line.length() <= WORDS_LIMIT ? line : "..." + line.substring(line.length() - WORDS_LIMIT);
    }
}
