package io.dysk.kernelsuite.witness;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.kernelsuite.Tools;
import io.dysk.kernelsuite.Values;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program finds each thing that must not be, and agrees with the ledger about the plan. Here it runs on files of the host. */
class WitnessProgramTest {
    private static final WitnessPlan PLAN = new WitnessPlan(11, 0, 512, 4, 16, 20);
    private static final long BYTES = (long) PLAN.blocks() * WitnessPlan.BLOCK;

    @TempDir
    private Path directory;

    private Path disk;
    private final Heard heard = new Heard(PLAN.workers());

    @BeforeEach
    void makeTheDisk() throws IOException {
        disk = directory.resolve("disk");
        try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
            file.setLength(BYTES);
        }
    }

    private record Ended(int exit, String out, String err) {
        WitnessReport report() {
            return WitnessReport.parse(out.lines().toList().getLast(), err);
        }
    }

    private Ended run(String arguments, String input) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Tools.program("witness").toString()));
        command.addAll(List.of(arguments.split(" ")));
        Path err = directory.resolve("err");
        Process process = new ProcessBuilder(command).redirectError(err.toFile()).start();
        process.getOutputStream().write(input.getBytes(StandardCharsets.US_ASCII));
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        return new Ended(process.waitFor(), out, Files.readString(err));
    }

    private Ended change(int changes) throws IOException, InterruptedException {
        String text = heard.text();
        heard.begins();
        Ended ended = run("device " + disk + " " + PLAN.arguments() + " changes=" + changes + " heard=-", text);
        ended.out.lines().forEach(heard::line);
        return ended;
    }

    private Ended verify() throws IOException, InterruptedException {
        return run("verify-device " + disk + " " + PLAN.arguments() + " heard=-", heard.text());
    }

    @Test
    void planAndContentAreThoseOfTheLedger() throws Exception {
        for (WitnessPlan plan : List.of(PLAN, WitnessPlan.of(-3, 64 << 20).withLongest(1024), new WitnessPlan(1L << 63, 5, 7, 7, 1, 100))) {
            for (int worker = 0; worker < plan.workers(); worker += 3) {
                for (int version : new int[] {1, 2, 3, 1000, 1_000_000}) {
                    Values values = Values.parse(run("plan " + plan.arguments() + " worker=" + worker + " version=" + version, "").out);
                    Change change = plan.change(worker, version);
                    assertThat(values.text("kind")).isEqualTo(change.kind().name().toLowerCase().replace('_', '-'));
                    assertThat(values.number("block")).isEqualTo(change.block());
                    assertThat(values.number("count")).isEqualTo(change.count());
                    byte[] block = BlockContent.of(plan.seed(), change.block(), version);
                    assertThat(BlockContent.read(ByteBuffer.wrap(block), 0))
                            .isEqualTo(new BlockContent.Stamped(plan.seed(), change.block(), version));
                    assertThat(values.text("sum")).isEqualTo("%016x".formatted(
                            Long.reverseBytes(ByteBuffer.wrap(block).getLong(WitnessPlan.BLOCK - 8))));
                }
            }
        }
    }

    @Test
    void aDiskThatKeepsWhatItWasGivenIsClean() throws Exception {
        Ended first = change(500);
        Ended second = change(500);

        first.report().assertClean();
        second.report().assertClean();
        assertThat(first.exit).isZero();
        assertThat(heard.acknowledged()).isEqualTo(1000);
        WitnessReport all = verify().report();
        all.assertClean();
        Ledger ledger = Ledger.hearing(PLAN);
        first.out.lines().forEach(ledger.heard()::line);
        second.out.lines().forEach(ledger.heard()::line);
        byte[] content = Files.readAllBytes(disk);
        ledger.verify((offset, length) -> Arrays.copyOfRange(content, (int) offset, (int) offset + length)).assertNothingWrong();
    }

    @Test
    void olderContentIsLost() throws Exception {
        change(300);
        Files.copy(disk, directory.resolve("old"));
        change(300);
        Files.move(directory.resolve("old"), disk, StandardCopyOption.REPLACE_EXISTING);

        Ended ended = verify();

        assertThat(ended.exit).isEqualTo(1);
        assertThat(ended.report().lost()).isPositive();
        assertThat(ended.report().foreign() + ended.report().torn()).isZero();
        assertThat(ended.err).contains("lost: block ");
    }

    @Test
    void aRunThatReadsOlderContentThanItWasToldOfFindsItToo() throws Exception {
        change(300);
        Files.copy(disk, directory.resolve("old"));
        change(300);
        Files.move(directory.resolve("old"), disk, StandardCopyOption.REPLACE_EXISTING);

        assertThat(change(300).report().lost()).isPositive();
    }

    /** Nothing was acknowledged of what is there; but it was read, and then it is gone. */
    @Test
    void whatIsOlderThanWhatWasReadIsStale() throws Exception {
        change(300);
        byte[] old = Files.readAllBytes(disk);
        change(300);
        String text = heard.text().replaceAll("(?m)^w (\\d+) \\d+ ", "w $1 0 ");
        Process process = new ProcessBuilder(Tools.program("witness").toString(), "device", disk.toString(), "seed=11", "blocks=512",
                "workers=4", "longest=16", "clears=20", "reads=97", "heard=-").redirectError(ProcessBuilder.Redirect.DISCARD).start();
        process.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        process.getOutputStream().close();
        try (BufferedReader out = process.inputReader()) {
            // Each stands for some 30 reads.
            for (int changes = 0; changes < 200; changes++) {
                assertThat(out.readLine()).startsWith("a ");
            }
            overwrite(0, old);
            for (int changes = 0; changes < 100; changes++) {
                assertThat(out.readLine()).startsWith("a ");
            }
            process.toHandle().destroy();
            String end = out.lines().reduce("", (first, second) -> second);

            assertThat(WitnessReport.parse(end, "").stale()).as(end).isPositive();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void zerosWhereSomethingWasWrittenAreLost() throws Exception {
        change(300);
        overwrite(0, new byte[(int) BYTES]);

        assertThat(verify().report().lost()).isPositive();
    }

    @Test
    void contentWhereAClearWasAcknowledgedIsLost() throws Exception {
        change(600);
        int block = clearedBlock();
        overwrite(block, BlockContent.of(PLAN.seed(), block, writeOf(block)));

        WitnessReport report = verify().report();

        assertThat(report.lost()).isEqualTo(1);
    }

    @Test
    void anotherBlocksContentIsForeign() throws Exception {
        change(300);
        byte[] other = new byte[WitnessPlan.BLOCK];
        int block = writtenBlock(0);
        try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "r")) {
            file.seek((long) block * WitnessPlan.BLOCK);
            file.readFully(other);
        }
        overwrite(writtenBlock(block + 1), other);

        assertThat(verify().report().foreign()).isEqualTo(1);
    }

    @Test
    void anotherRunsContentIsForeign() throws Exception {
        change(300);
        overwrite(7, BlockContent.of(PLAN.seed() + 1, 7, writeOf(7)));

        assertThat(verify().report().foreign()).isEqualTo(1);
    }

    @Test
    void whatWasNeverBegunIsForeign() throws Exception {
        change(1);
        overwrite(7, BlockContent.of(PLAN.seed(), 7, writeOf(7)));

        assertThat(verify().report().foreign()).isEqualTo(1);
    }

    @Test
    void halfABlockIsTorn() throws Exception {
        change(300);
        int block = writtenBlock(0);
        try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
            file.seek((long) block * WitnessPlan.BLOCK + 512);
            file.write(new byte[512]);
        }

        assertThat(verify().report().torn()).isEqualTo(1);
    }

    // ---- files ------------------------------------------------------------------------------------------------------

    private Heard files(int changes) throws IOException, InterruptedException {
        Heard told = new Heard(2);
        told.begins();
        Ended ended = run("files " + Files.createDirectory(directory.resolve("files")) + " seed=5 workers=2 changes=" + changes, "");
        ended.out.lines().forEach(told::line);
        ended.report().assertClean();
        return told;
    }

    private Ended verifyFiles(Heard told) throws IOException, InterruptedException {
        return run("verify-files " + directory.resolve("files") + " seed=5 workers=2 heard=-", told.text());
    }

    private Path anyFile() throws IOException {
        try (Stream<Path> found = Files.list(directory.resolve("files/w0"))) {
            return found.sorted().findFirst().orElseThrow();
        }
    }

    @Test
    void filesAreFoundAsTheyWereAcknowledged() throws Exception {
        Heard told = files(200);

        WitnessReport report = verifyFiles(told).report();

        report.assertClean();
        assertThat(report.reads()).as("files").isEqualTo(12);
    }

    @Test
    void filesOfChangesThatWereNotHeardOfAreRight() throws Exception {
        Heard told = files(200);
        Heard less = new Heard(2);
        less.begins();
        for (int worker = 0; worker < 2; worker++) {
            for (int version = 1; version <= told.lastAcknowledged(worker) - 3; version++) {
                less.line("a " + worker + " " + version);
            }
        }

        verifyFiles(less).report().assertClean();
    }

    @Test
    void aMissingFileIsLost() throws Exception {
        Heard told = files(200);
        Files.delete(anyFile());

        assertThat(verifyFiles(told).report().lost()).isEqualTo(1);
    }

    @Test
    void aShorterFileIsLost() throws Exception {
        Heard told = files(200);
        try (RandomAccessFile file = new RandomAccessFile(anyFile().toFile(), "rw")) {
            file.setLength(file.length() - 1);
        }

        assertThat(verifyFiles(told).report().lost()).isEqualTo(1);
    }

    @Test
    void aFileWithZerosIsLostAndOneWithGarbageIsTorn() throws Exception {
        Heard told = files(200);
        try (RandomAccessFile file = new RandomAccessFile(anyFile().toFile(), "rw")) {
            file.write(new byte[WitnessPlan.BLOCK]);
        }
        assertThat(verifyFiles(told).report().lost()).isEqualTo(1);

        try (RandomAccessFile file = new RandomAccessFile(anyFile().toFile(), "rw")) {
            file.write(1);
        }
        assertThat(verifyFiles(told).report().torn()).isEqualTo(1);
    }

    @Test
    void anotherFilesContentIsForeign() throws Exception {
        Heard told = files(200);
        Path one = anyFile();
        Path other = Path.of(one.toString().replace("/w0/", "/w1/"));
        byte[] first = new byte[WitnessPlan.BLOCK];
        try (RandomAccessFile file = new RandomAccessFile(one.toFile(), "r")) {
            file.readFully(first);
        }
        try (RandomAccessFile file = new RandomAccessFile(other.toFile(), "rw")) {
            file.write(first);
            file.setLength(Math.max(file.length(), WitnessPlan.BLOCK));
        }

        WitnessReport report = verifyFiles(told).report();

        assertThat(report.foreign() + report.lost()).as(report.said()).isEqualTo(1);
    }

    // ---- common -----------------------------------------------------------------------------------------------------

    private void overwrite(int block, byte[] bytes) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
            file.seek((long) block * WitnessPlan.BLOCK);
            file.write(bytes);
        }
    }

    /** The first write of a block. */
    private static int writeOf(int block) {
        for (int version = 1; ; version++) {
            Change change = PLAN.change(PLAN.worker(block), version);
            if (!change.kind().clears() && change.covers(block)) {
                return version;
            }
        }
    }

    private Change lastOf(int block) {
        for (int version = heard.lastAcknowledged(PLAN.worker(block)); version > 0; version--) {
            Change change = PLAN.change(PLAN.worker(block), version);
            if (change.covers(block)) {
                return change;
            }
        }
        return null;
    }

    private int writtenBlock(int from) {
        for (int block = from; ; block++) {
            Change last = lastOf(block);
            if (last != null && !last.kind().clears()) {
                return block;
            }
        }
    }

    private int clearedBlock() {
        for (int block = 0; ; block++) {
            Change last = lastOf(block);
            if (last != null && last.kind().clears() && writeOf(block) < heard.lastAcknowledged(PLAN.worker(block))) {
                return block;
            }
        }
    }
}
