package io.dysk.blob;

/** How text from outside is shown in messages. */
final class Text {
    private static final int SHOWN_CHARACTERS = 80;

    private Text() {}

    /** The text in quotes, cut when long, with control characters replaced so that it can't forge lines of a log. */
    static String quoted(String text) {
        if (text == null) {
            return "(none)";
        }
        StringBuilder shown = new StringBuilder("\"");
        text.codePoints().limit(SHOWN_CHARACTERS)
                .map(c -> Character.isISOControl(c) || c >= 0xD800 && c <= 0xDFFF ? '?' : c)
                .forEach(shown::appendCodePoint);
        if (text.codePointCount(0, text.length()) > SHOWN_CHARACTERS) {
            shown.append("...");
        }
        return shown.append('"').toString();
    }
}
