package io.dysk.blobserver;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Page lists as text: "0-511", and "!0-511" for cleared ones; neighbours merged, since services differ in that. */
final class PageLists {
    private static final Pattern RANGE =
            Pattern.compile("<(PageRange|ClearRange)>\\s*<Start>(\\d+)</Start>\\s*<End>(\\d+)</End>");

    private PageLists() {}

    static List<String> of(Reply reply) {
        List<String> ranges = new ArrayList<>();
        String lastKind = "";
        long start = 0;
        long end = -2;
        for (Matcher range = RANGE.matcher(reply.text()); range.find(); ) {
            String kind = range.group(1).equals("ClearRange") ? "!" : "";
            long from = Long.parseLong(range.group(2));
            if (from == end + 1 && kind.equals(lastKind)) {
                ranges.removeLast();
            } else {
                start = from;
            }
            end = Long.parseLong(range.group(3));
            lastKind = kind;
            ranges.add(kind + start + "-" + end);
        }
        return ranges;
    }
}
