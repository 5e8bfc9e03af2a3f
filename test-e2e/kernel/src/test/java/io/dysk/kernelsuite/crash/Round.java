package io.dysk.kernelsuite.crash;

import io.dysk.kernelsuite.Effort;
import java.util.SplittableRandom;

/**
 * One kill: what is written, when, and how things go on. All follows from the seed and the number.
 *
 * @param number from 1
 * @param content what the machine writes when it is killed
 * @param late when its requests turn up that the service held back
 * @param breaks whether its lease is broken and another taken; else it is handed over, as the controller does
 * @param changes acknowledged before it is killed
 * @param moment nanoseconds after that
 * @param connections of its device
 */
record Round(int number, Content content, Late late, boolean breaks, int changes, long moment, int connections) {
    enum Content {
        RAW,
        EXT4,
        XFS
    }

    enum Late {
        /** None are held back. */
        NEVER,
        BEFORE_THE_FENCE,
        AFTER_THE_FENCE,
        AFTER_THE_ATTACHMENT,
        WHILE_THE_NEXT_ONE_WORKS;

        boolean holds() {
            return this != NEVER;
        }
    }

    private static final long LONGEST_MOMENT = 60_000_000;

    static Round of(Effort effort, int number) {
        SplittableRandom random = effort.random("kill " + number);
        Content content = Content.values()[(number - 1) % Content.values().length];
        // Each kind of late requests meets each kind of content.
        Late late = Late.values()[(number + (number - 1) / Content.values().length) % Late.values().length];
        int changes = content == Content.RAW ? random.nextInt(20, 600) : random.nextInt(5, 100);
        return new Round(number, content, late, random.nextInt(3) == 0, changes, random.nextLong(LONGEST_MOMENT), random.nextInt(1, 17));
    }

    /** For a machine that stops and goes on later. */
    static Round ofFreeze(Effort effort, int number) {
        SplittableRandom random = effort.random("freeze " + number);
        return new Round(number, Content.RAW, Late.NEVER, random.nextBoolean(), random.nextInt(20, 300), random.nextLong(LONGEST_MOMENT),
                random.nextInt(1, 17));
    }

    @Override
    public String toString() {
        return number + ": " + content + " after " + changes + " changes, late requests " + late;
    }
}
