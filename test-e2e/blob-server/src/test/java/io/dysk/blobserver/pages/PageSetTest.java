package io.dysk.blobserver.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class PageSetTest {
    private static final long AREA = 32L << 20;

    @Test
    void anEmptySetHasNothing() {
        PageSet set = new PageSet();
        assertThat(set.nextSet(0)).isEqualTo(-1);
        assertThat(set.nextClear(8L << 40)).isEqualTo(8L << 40);
        assertThat(set.contains(0)).isFalse();
    }

    @Test
    void theLastPageOfTheLargestBlobIsAPageLikeOthers() {
        PageSet set = new PageSet();
        long last = (8L << 40) - 512;
        set.add(last, 512);
        assertThat(set.nextSet(0)).isEqualTo(last);
        assertThat(set.nextClear(last)).isEqualTo(8L << 40);
        set.remove(0, 8L << 40);
        assertThat(set.nextSet(0)).isEqualTo(-1);
    }

    @Test
    void runsCrossWordsAndAreas() {
        PageSet set = new PageSet();
        set.add(AREA - 512 * 100, 512 * 200);
        assertThat(set.nextSet(0)).isEqualTo(AREA - 512 * 100);
        assertThat(set.nextClear(AREA - 512 * 100)).isEqualTo(AREA + 512 * 100);
    }

    @Test
    void behavesLikeABitSet() {
        Random random = new Random(20261121);
        for (int round = 0; round < 50; round++) {
            PageSet set = new PageSet();
            BitSet model = new BitSet();
            int pages = 200_000;
            for (int step = 0; step < 60; step++) {
                int start = random.nextInt(pages);
                int end = Math.min(pages, start + (random.nextInt(4) == 0 ? random.nextInt(150_000) : random.nextInt(300)));
                if (random.nextBoolean()) {
                    set.add(start * 512L, (end - start) * 512L);
                    model.set(start, end);
                } else {
                    set.remove(start * 512L, (end - start) * 512L);
                    model.clear(start, end);
                }
                int probe = random.nextInt(pages);
                assertThat(set.nextSet(probe * 512L)).isEqualTo(model.nextSetBit(probe) < 0 ? -1 : model.nextSetBit(probe) * 512L);
                assertThat(set.nextClear(probe * 512L)).isEqualTo(model.nextClearBit(probe) * 512L);
                assertThat(set.contains(probe * 512L)).isEqualTo(model.get(probe));
            }
        }
    }
}
