package io.dysk.csisuite.guest;

import io.dysk.rpc.step.Step;
import io.dysk.rpc.step.StepListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/**
 * A folder by which a test follows the steps of a program, and ends it at one: {@code reached} gets a line for each, and if {@code
 * end-at} holds a step's name, the process ends there, as by SIGKILL.
 */
public final class StepFolder implements StepListener {
    private static final int KILLED = 137;

    private final Path folder;

    private StepFolder(Path folder) {
        this.folder = folder;
    }

    /** The folder that the system property {@code dysk.test.steps} or the variable {@code DYSK_TEST_STEPS} names. */
    public static StepFolder given() {
        return new StepFolder(Path.of(System.getProperty("dysk.test.steps", System.getenv("DYSK_TEST_STEPS"))));
    }

    /** How a step is written in the folder: {@code NodeStageVolume/ATTACHED}. */
    public static String name(Step step) {
        return step.call() + "/" + ((Enum<?>) step).name();
    }

    @Override
    public synchronized void reached(Step step, String volume, Duration took) {
        String name = name(step);
        try {
            Files.writeString(folder.resolve("reached"), name + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            Path end = folder.resolve("end-at");
            if (Files.exists(end) && Files.readString(end).strip().equals(name)) {
                Runtime.getRuntime().halt(KILLED);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
