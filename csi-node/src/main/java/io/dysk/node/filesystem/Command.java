package io.dysk.node.filesystem;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Arguments of a program that makes a file system. */
final class Command {
    private Command() {}

    /** A program with what it always gets, what the StorageClass adds, and the file to make it in. */
    static List<String> of(List<String> program, List<String> options, Path image) {
        List<String> command = new ArrayList<>(program);
        command.addAll(options);
        command.add(image.toString());
        return List.copyOf(command);
    }
}
