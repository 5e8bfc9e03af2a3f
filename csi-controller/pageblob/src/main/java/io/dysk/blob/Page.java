package io.dysk.blob;

import java.util.List;
import java.util.Optional;

/**
 * A part of a longer answer.
 *
 * @param items in the service's order; may be empty although more follow
 * @param next what to ask for the following part with; empty: that was all
 * @param <T> of what
 */
public record Page<T>(List<T> items, Optional<String> next) {
    public Page {
        items = List.copyOf(items);
    }
}
