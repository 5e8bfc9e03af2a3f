package io.dysk.ctl;

import io.dysk.blob.BlobAccount;
import io.dysk.kernel.BlobLocation;
import io.dysk.kernel.DeviceNumber;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The program on a machine made for a test: a module and an account in memory, output kept. */
final class Ctl {

    static final String KEY = "c2VjcmV0LWtleS1vZi10aGUtYWNjb3VudA==";

    final FakeDysk dysk = new FakeDysk();
    final FakeStore store = new FakeStore();
    final Map<String, String> environment = new HashMap<>(Map.of(
            "AZURE_STORAGE_CONNECTION_STRING",
            "BlobEndpoint=http://127.0.0.1:10000/acct;AccountName=acct;AccountKey=" + KEY));
    final List<BlobAccount> opened = new ArrayList<>();
    final List<String> questions = new ArrayList<>();
    boolean answer;
    boolean nodesAppear = true;
    boolean udev = true;
    String kernel = "6.1.0-28-amd64";
    final Map<Path, Path> links = new HashMap<>();

    String out = "";
    String err = "";

    private long nanos;

    /** Runs a command line, given with blanks between its words. */
    ExitCode run(String commandLine) {
        return runWords(commandLine.split(" "));
    }

    ExitCode runWords(String... words) {
        StringWriter stdout = new StringWriter();
        StringWriter stderr = new StringWriter();
        Redaction redaction = Redaction.of(environment);
        Surroundings surroundings = new Surroundings(
                Map.copyOf(environment),
                dysk,
                account -> {
                    opened.add(account);
                    return store;
                },
                new Devices(),
                new Machine(),
                () -> nanos += 1_500_000,
                question -> {
                    questions.add(question);
                    return answer;
                },
                redaction,
                new PrintWriter(new RedactingWriter(stdout, redaction), true),
                new PrintWriter(new RedactingWriter(stderr, redaction), true));
        int code = DyskCtl.run(surroundings, words);
        out = stdout.toString();
        err = stderr.toString();
        return ExitCode.values()[code];
    }


    private final class Devices implements Surroundings.Devices {
        @Override
        public Optional<Path> byId(int index) {
            BlobLocation blob = dysk.get(index).blob();
            return Optional.of(Path.of("/dev/disk/by-id/dysk-" + NamedBlob.volumeId(blob).replace('/', '-')));
        }

        @Override
        public boolean await(Path path, DeviceNumber number, Duration timeout) {
            return nodesAppear;
        }
    }

    private final class Machine implements Surroundings.Machine {
        @Override
        public String hostName() {
            return "node-1";
        }

        @Override
        public String kernelRelease() {
            return kernel;
        }

        @Override
        public boolean runsUdev() {
            return udev;
        }

        @Override
        public Path resolveLink(Path path) {
            return links.getOrDefault(path, path);
        }
    }
}
