package io.dysk.kernelsuite.witness;

/**
 * One change of a worker to its part of the area.
 *
 * @param kind what it does
 * @param block the first one, of the area
 * @param count blocks
 */
public record Change(Kind kind, int block, int count) {
    public enum Kind {
        WRITE,
        DISCARD,
        ZERO_OUT;

        public boolean clears() {
            return this != WRITE;
        }
    }

    public boolean covers(int other) {
        return other >= block && other < block + count;
    }
}
