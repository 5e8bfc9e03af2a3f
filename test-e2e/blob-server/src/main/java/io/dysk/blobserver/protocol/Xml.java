package io.dysk.blobserver.protocol;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;

/** Writes the service's XML answers. */
public final class Xml {
    private final StringBuilder text = new StringBuilder("<?xml version=\"1.0\" encoding=\"utf-8\"?>");
    private final ArrayDeque<String> open = new ArrayDeque<>();

    public Xml open(String name) {
        text.append('<').append(name).append('>');
        open.push(name);
        return this;
    }

    /** Opens an element with attributes: name, value, name, value... */
    public Xml open(String name, String... attributes) {
        text.append('<').append(name);
        for (int i = 0; i < attributes.length; i += 2) {
            text.append(' ').append(attributes[i]).append("=\"");
            escape(attributes[i + 1]);
            text.append('"');
        }
        text.append('>');
        open.push(name);
        return this;
    }

    public Xml close() {
        text.append("</").append(open.pop()).append('>');
        return this;
    }

    /** An element with text; an empty one if the text is null or empty. */
    public Xml element(String name, String value) {
        text.append('<').append(name);
        if (value == null || value.isEmpty()) {
            text.append(" />");
            return this;
        }
        text.append('>');
        escape(value);
        text.append("</").append(name).append('>');
        return this;
    }

    public Xml element(String name, long value) {
        return element(name, Long.toString(value));
    }

    /** An element, or nothing if the text is null or empty. */
    public Xml optional(String name, String value) {
        return value == null || value.isEmpty() ? this : element(name, value);
    }

    public byte[] bytes() {
        while (!open.isEmpty()) {
            close();
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void escape(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '&' -> text.append("&amp;");
                case '<' -> text.append("&lt;");
                case '>' -> text.append("&gt;");
                case '"' -> text.append("&quot;");
                default -> text.append(c);
            }
        }
    }
}
