package io.dysk.ctl;

import java.util.ArrayList;
import java.util.List;

/** Text in columns. */
final class Table {

    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();

    Table(String... headings) {
        rows.add(List.of(headings));
    }

    Table row(Object... cells) {
        List<String> row = new ArrayList<>();
        for (Object cell : cells) {
            row.add(plain(String.valueOf(cell)));
        }
        rows.add(row);
        return this;
    }

    /** Name and value per line, without headings. */
    static Table ofPairs() {
        Table table = new Table();
        table.rows.clear();
        return table;
    }

    @Override
    public String toString() {
        int columns = rows.stream().mapToInt(List::size).max().orElse(0);
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                line.append(row.get(i)).repeat(" ", widths[i] - row.get(i).length()).append(GAP);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    /** A name with control characters can't break the table or talk to the terminal. */
    private static String plain(String cell) {
        return cell.isEmpty() ? "-" : cell.replaceAll("\\p{Cntrl}", "?");
    }
}
