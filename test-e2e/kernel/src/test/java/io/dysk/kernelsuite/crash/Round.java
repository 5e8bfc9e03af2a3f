package io.dysk.kernelsuite.crash;

import io.dysk.kernelsuite.Effort;
import java.util.SplittableRandom;

/**
 * One kill: what is written, when, and how things go on. All follows from the seed and the number.
 *
 * @param number from 1
 * @param content what the machine writes when it is killed
 * @param late when its requests turn up that the service held back
 * @param heir who gets the blob
 * @param changes acknowledged before it is killed
 * @param moment nanoseconds after that
 * @param connections of its device
 */
record Round(int number, Content content, Late late, Heir heir, int changes, long moment, int connections) {
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

    enum Heir {
        /** Another node, by the controller: it hands the lease over. */
        NEXT_NODE,
        /** Another node, by a person: the lease is broken, and another one taken. */
        NEXT_NODE_BY_BREAKING,
        /** The same node, which comes back with the same lease: only the epoch tells its two lives apart. */
        SAME_NODE
    }

    private static final long LONGEST_MOMENT = 60_000_000;

    static Round of(Effort effort, int number) {
        SplittableRandom random = effort.random("kill " + number);
        Content content = Content.values()[(number - 1) % Content.values().length];
        // Each kind of late requests, and each heir, meets each kind of content; the first three are as different as they can be.
        int turn = (number - 1) / Content.values().length;
        Late late = Late.values()[(number + turn) % Late.values().length];
        Heir heir = Heir.values()[(number - 1 + turn) % Heir.values().length];
        int changes = content == Content.RAW ? random.nextInt(20, 600) : random.nextInt(5, 100);
        return new Round(number, content, late, heir, changes, random.nextLong(LONGEST_MOMENT), random.nextInt(1, 17));
    }

    /** For a machine that stops and goes on later. */
    static Round ofFreeze(Effort effort, int number) {
        SplittableRandom random = effort.random("freeze " + number);
        Heir heir = Heir.values()[random.nextInt(Heir.values().length)];
        return new Round(number, Content.RAW, Late.NEVER, heir, random.nextInt(20, 300), random.nextLong(LONGEST_MOMENT),
                random.nextInt(1, 17));
    }

    @Override
    public String toString() {
        return number + ": " + content + " after " + changes + " changes, to " + heir + ", late requests " + late;
    }
}
