package io.dysk.controller.account;

import io.dysk.blob.BlobException;
import io.dysk.rpc.call.RpcFailure;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** The folder of {@code --accounts-dir}: a {@code *.properties} file for each account of the driver's own. */
final class AccountsDirectory {
    private final Path folder;

    AccountsDirectory(Path folder) {
        this.folder = folder;
    }

    /**
     * Reads it.
     *
     * @return in the order of the accounts' names
     * @throws IllegalArgumentException if a file can't be read or understood; the message says which, and repeats no secret
     */
    List<AccountFile> read() {
        Map<String, AccountFile> files = new HashMap<>();
        try (DirectoryStream<Path> paths = Files.newDirectoryStream(folder, "*.properties")) {
            for (Path path : paths) {
                AccountFile file = read(path);
                if (files.put(file.account().value(), file) != null) {
                    throw new IllegalArgumentException(path + ": another file is of account " + file.account() + " too");
                }
            }
        } catch (IOException e) {
            throw new IllegalArgumentException(folder + " can't be read (" + e.getClass().getSimpleName() + "); it must be a folder with a"
                    + " *.properties file for each account", e);
        }
        List<AccountFile> sorted = new ArrayList<>(files.values());
        sorted.sort(Comparator.comparing(file -> file.account().value()));
        return List.copyOf(sorted);
    }

    private static AccountFile read(Path path) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(path)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            // What the parser says may repeat a secret.
            throw new IllegalArgumentException(path + " can't be read (" + e.getClass().getSimpleName() + ")");
        }
        Map<String, String> fields = new HashMap<>();
        properties.forEach((name, value) -> fields.put(name.toString(), value.toString()));
        try {
            return AccountFile.parse(fields);
        } catch (IllegalArgumentException | RpcFailure | BlobException e) {
            throw new IllegalArgumentException(path + ": " + e.getMessage(), e);
        }
    }
}
