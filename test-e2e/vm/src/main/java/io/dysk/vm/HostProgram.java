package io.dysk.vm;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Short-lived programs of the host. */
final class HostProgram {

    private HostProgram() {
    }

    /** Runs a program to its end and gives what it wrote; fails when it fails. */
    static String run(Path directory, List<String> command) {
        try {
            Process process = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes());
            int exit = process.waitFor();
            if (exit != 0) {
                throw new VmException("exit status " + exit + " of " + command + ":\n" + output);
            }
            return output;
        } catch (IOException e) {
            throw new VmException("cannot run " + command.getFirst() + "; has test-e2e/setup been run?", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VmException("interrupted", e);
        }
    }
}
