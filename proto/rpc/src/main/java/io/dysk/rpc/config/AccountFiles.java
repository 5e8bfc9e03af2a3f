package io.dysk.rpc.config;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The folder of {@code --accounts-dir}: one {@code *.properties} file for each storage account that the program has of its own. One more
 * account may be there as a mounted secret that StorageClasses name: its fields {@code accountname}, {@code accountkey} ... are files. It is
 * looked at again whenever somebody asks, so a file that is put there, changed or removed counts at once, also when Kubernetes swaps a
 * mounted secret's symbolic links. A change that can't be read is logged, and what was read before counts on.
 *
 * <p>Safe for use by many threads.
 */
public final class AccountFiles {
    private static final Logger LOG = Logger.getLogger(AccountFiles.class.getName());

    private final Optional<Path> folder;
    private Map<Path, String> seen = Map.of();
    private Map<String, AccountFile> accounts = Map.of();

    private AccountFiles(Optional<Path> folder) {
        this.folder = folder;
    }

    /** No accounts. */
    public static AccountFiles none() {
        return new AccountFiles(Optional.empty());
    }

    /** @throws ConfigurationException if the folder or a file in it can't be read now, naming file and field */
    public static AccountFiles in(Path folder) {
        AccountFiles files = new AccountFiles(Optional.of(folder));
        try {
            Map<Path, String> found = files.look();
            files.accounts = read(found);
            files.seen = found;
        } catch (IOException e) {
            throw new ConfigurationException("--accounts-dir " + folder + " can't be read: " + reason(e));
        }
        return files;
    }

    /** The accounts as the folder has them now, by name. */
    public Collection<AccountFile> all() {
        return now().values();
    }

    /** One of them. */
    public Optional<AccountFile> find(String account) {
        return Optional.ofNullable(now().get(account));
    }

    private synchronized Map<String, AccountFile> now() {
        if (folder.isEmpty()) {
            return accounts;
        }
        try {
            Map<Path, String> found = look();
            if (!found.equals(seen)) {
                seen = found;
                accounts = read(found);
                LOG.info(() -> folder.get() + " has changed: " + (accounts.isEmpty() ? "no accounts" : "accounts " + accounts.keySet()));
            }
        } catch (IOException | ConfigurationException e) {
            LOG.log(Level.WARNING, "the accounts stay as they were: " + (e instanceof IOException io ? folder.get() + ": " + reason(io) : e.getMessage()));
        }
        return accounts;
    }

    /** The files, each with what changes when it does. */
    private Map<Path, String> look() throws IOException {
        Map<Path, String> found = new TreeMap<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder.orElseThrow(), AccountFiles::counts)) {
            for (Path file : files) {
                try {
                    found.put(file, file.toRealPath() + " " + Files.getLastModifiedTime(file) + " " + Files.size(file));
                } catch (NoSuchFileException e) {
                    LOG.log(Level.FINE, "gone while it was looked at: {0}", file);
                }
            }
        }
        return found;
    }

    private static boolean counts(Path file) {
        String name = file.getFileName().toString();
        return !name.startsWith(".") && (name.endsWith(".properties") || AccountFile.CREDENTIALS.contains(name));
    }

    private static Map<String, AccountFile> read(Map<Path, String> files) throws IOException {
        Map<String, AccountFile> accounts = new TreeMap<>();
        Map<String, String> fields = new HashMap<>();
        for (Path file : files.keySet()) {
            String name = file.getFileName().toString();
            if (AccountFile.CREDENTIALS.contains(name)) {
                fields.put(name, Files.readString(file).strip());
            } else {
                add(read(file), file, accounts);
            }
        }
        if (!fields.isEmpty()) {
            Path folder = files.keySet().iterator().next().getParent();
            add(account(fields, folder), folder, accounts);
        }
        return Collections.unmodifiableMap(accounts);
    }

    private static void add(AccountFile account, Path from, Map<String, AccountFile> accounts) {
        if (accounts.put(account.account(), account) != null) {
            throw new ConfigurationException(from + ": another file there has the same 'accountname'");
        }
    }

    private static AccountFile read(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(file + ": is no properties file: a \\u without four hexadecimal digits");
        }
        Map<String, String> values = new HashMap<>();
        for (String name : List.copyOf(properties.stringPropertyNames())) {
            values.put(name, properties.getProperty(name).strip());
        }
        return account(values, file);
    }

    private static AccountFile account(Map<String, String> values, Path from) {
        try {
            return AccountFile.parse(values);
        } catch (ConfigurationException e) {
            throw new ConfigurationException(from + ": " + e.getMessage());
        }
    }

    private static String reason(IOException e) {
        return e instanceof NoSuchFileException ? "it isn't there" : e instanceof CharacterCodingException ? "is no UTF-8 text"
                : e.getClass().getSimpleName().replace("Exception", "");
    }
}
