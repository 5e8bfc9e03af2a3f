package io.dysk.kernelsuite.witness;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Gives on what is written, line by line. A last line without its end is for nobody: its writer was cut off. */
final class Lines extends OutputStream {
    private final Consumer<String> line;
    private final StringBuilder begun = new StringBuilder();

    Lines(Consumer<String> line) {
        this.line = line;
    }

    static OutputStream ignored() {
        return OutputStream.nullOutputStream();
    }

    @Override
    public void write(int character) {
        if (character == '\n') {
            line.accept(begun.toString());
            begun.setLength(0);
        } else {
            begun.append((char) character);
        }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        new String(bytes, offset, length, StandardCharsets.ISO_8859_1).chars().forEach(this::write);
    }
}
