package io.dysk.node.filesystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dysk.kernel.AttachRequest;
import io.dysk.kernel.BlobEndpoint;
import io.dysk.kernel.BlobLocation;
import io.dysk.kernel.Credential;
import io.dysk.kernel.DeviceInfo;
import io.dysk.node.fake.FakeDisk;
import io.dysk.node.fake.FakeModule;
import io.dysk.node.fake.FakeTools;
import io.dysk.node.fake.RecordedSteps;
import io.dysk.node.step.StageStep;
import io.dysk.node.system.ToolException;
import io.dysk.node.system.ToolResult;
import io.dysk.rpc.call.RpcFailure;
import io.dysk.rpc.contract.PublishContext;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When a device is formatted, and when it is not. */
class VolumeFileSystemTest {
    private static final String VOLUME = "acc/disks/one";

    @TempDir
    private Path images;

    private final FakeDisk disk = new FakeDisk(FakeModule.CAPACITY);
    private final FakeTools tools = new FakeTools(disk);
    private final FakeModule module = new FakeModule();
    private final RecordedSteps steps = new RecordedSteps();
    private DeviceInfo device;

    @BeforeEach
    void attach() {
        module.attach(AttachRequest.writable(BlobLocation.of("acc", "disks", "one"), BlobEndpoint.parse("http://127.0.0.1:1/acc").resolve(true),
                Credential.sas("sig=x"), "lease"));
        device = module.get(0);
    }

    // ---- refused ----------------------------------------------------------------------------------------------------

    @Test
    void aDeviceThatCannotBeReadIsNotEmpty() {
        disk.unreadableFrom = 0;
        assertRefused(Status.Code.INTERNAL, "can't be read");
    }

    @Test
    void aDeviceWhoseEndCannotBeReadIsNotEmpty() {
        disk.unreadableFrom = FakeModule.CAPACITY - 1;
        assertRefused(Status.Code.INTERNAL, "can't be read");
    }

    @Test
    void whatBlkidCannotLookAtIsNotEmpty() {
        tools.set("blkid", new ToolResult(4, "", "cannot open"));
        assertRefused(Status.Code.INTERNAL, "cannot open");
    }

    @Test
    void whatBlkidContradictsItselfAboutIsNotEmpty() {
        tools.set("blkid", new ToolResult(8, "", "ambivalent result"));
        assertRefused(Status.Code.FAILED_PRECONDITION, "more than one file system");
    }

    @Test
    void whatBlkidFindsWithoutSayingWhatIsNotEmpty() {
        tools.set("blkid", new ToolResult(0, "", ""));
        assertRefused(Status.Code.INTERNAL, "found something");
    }

    @ParameterizedTest
    @CsvSource({
        "PTTYPE=gpt, a partition table (gpt)",
        "TYPE=crypto_LUKS, LUKS",
        "TYPE=LVM2_member, LVM",
        "TYPE=swap, swap",
        "TYPE=ntfs, ntfs",
        "USAGE=raid, raid"
    })
    void whatElseIsOnItIsNamedAndLeft(String found, String named) {
        tools.set("blkid", new ToolResult(0, found + "\n", ""));
        assertRefused(Status.Code.FAILED_PRECONDITION, named);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 511, 4096, (1 << 20) - 1, (8 << 20) - 1, 7 << 20})
    void aSingleByteAtEitherEdgeIsData(int offset) {
        disk.put(offset, (byte) 1);
        assertRefused(Status.Code.FAILED_PRECONDITION, "data of no known kind");
    }

    @Test
    void withoutTheServicesWordThatNoPageIsWrittenItIsNotFormatted() {
        assertRefused(request("ext4", OptionalLong.empty(), false), Status.Code.FAILED_PRECONDITION, "listed written pages");
    }

    @Test
    void anAttachmentInBetweenMayHaveWritten() {
        assertRefused(request("ext4", OptionalLong.of((5L << 20) + 3), false), Status.Code.FAILED_PRECONDITION, "generation 1, expected 6");
    }

    @Test
    void anAttachmentBeforeTheOneThatWasAskedForMayHaveWrittenToo() {
        module.epoch = 7L << 20;
        module.detach(0, 1, true);
        attach();
        assertRefused(request("ext4", OptionalLong.of((5L << 20) + 3), false), Status.Code.FAILED_PRECONDITION, "generation 7, expected 6");
    }

    @Test
    void theServiceMayBeAskedWhileTheAttachmentIsThere() {
        prepare(request("ext4", OptionalLong.of(1 << 20 | 9), false));
        assertThat(disk.bytes[1080]).isEqualTo((byte) 0x53);
    }

    @Test
    void whatWasWrittenSinceThenCounts() {
        module.writes = 1;
        assertRefused(request("ext4", OptionalLong.of(1 << 20), false), Status.Code.FAILED_PRECONDITION, "written to since it was attached");
    }

    @Test
    void aCounterWithinTheGenerationIsNoAttachment() {
        module.epoch = 6L << 20 | 9;
        module.detach(0, 1, true);
        attach();
        prepare(request("ext4", OptionalLong.of((5L << 20) + 3), false));
        assertThat(disk.bytes[1080]).isEqualTo((byte) 0x53);
    }

    @Test
    void forReadingItIsNotFormatted() {
        assertRefused(request("ext4", OptionalLong.of(0), true), Status.Code.FAILED_PRECONDITION, "publish it for writing once first");
    }

    @Test
    void anotherFileSystemThanAskedForIsNamedWithTheOneAskedFor() {
        disk.put(0, "XFSB".getBytes());
        assertRefused(Status.Code.FAILED_PRECONDITION, "type xfs, and ext4 is asked for");
    }

    @Test
    void theMarkOfAnotherVolumeIsAnothersData() {
        disk.put(0, FormatMark.of("acc/disks/other").array());
        assertRefused(Status.Code.FAILED_PRECONDITION, "another volume");
    }

    @Test
    void anUnknownTypeIsRefusedByName() {
        assertRefused(request("ntfs", OptionalLong.of(0), false), Status.Code.INVALID_ARGUMENT, "'ntfs'");
    }

    @Test
    void anMkfsThatFailsHasWrittenNothing() {
        tools.set("mkfs.ext4", new ToolResult(1, "", "invalid option"));
        assertRefused(Status.Code.INTERNAL, "invalid option");
        assertThat(disk.changes).isEmpty();
        assertThat(images).isEmptyDirectory();
    }

    @Test
    void anMkfsThatHangsIsAFailure() {
        FakeTools hanging = new FakeTools(disk);
        VolumeFileSystem systems = new VolumeFileSystem(module, (_, _) -> disk, (command, limit) -> {
            if (command.getFirst().startsWith("mkfs")) {
                throw new ToolException("killed after " + limit.toSeconds() + " s", null);
            }
            return hanging.run(command, limit);
        }, images);
        assertThatThrownBy(() -> systems.prepare(device, request("ext4", OptionalLong.of(0), false), steps.begin())).isInstanceOf(ToolException.class);
        assertThat(disk.changes).isEmpty();
        assertThat(images).isEmptyDirectory();
    }

    // ---- made -------------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {"ext4", "xfs", "btrfs"})
    void aProvenEmptyDeviceGetsTheFileSystem(String type) {
        assertThat(prepare(request(type, OptionalLong.of(0), false)).type()).isEqualTo(type);
        assertThat(disk.changes.getFirst()).as("the mark first").isEqualTo("write 0 4096");
        assertThat(disk.changes.get(1)).isEqualTo("flush");
        assertThat(disk.changes.subList(disk.changes.size() - 3, disk.changes.size())).as("the first block last").containsExactly("flush", "write 0 4096",
                "flush");
        assertThat(disk.changes).as("nothing was there to be zeroed").noneMatch(change -> change.startsWith("zero"));
        assertThat(images).isEmptyDirectory();
    }

    @Test
    void imagesThatAKilledPluginLeftAreRemoved() throws IOException {
        Files.createFile(images.resolve("abc.img"));
        new VolumeFileSystem(module, (_, _) -> disk, tools, images);
        assertThat(images).isEmptyDirectory();
    }

    @Test
    void withoutATypeItIsExt4() {
        assertThat(prepare(request("", OptionalLong.of(0), false)).type()).isEqualTo("ext4");
    }

    @Test
    void optionsAreArgumentsOfTheirOwn() {
        prepare(new FileSystemRequest(VOLUME, "ext4", context(OptionalLong.of(0), false), List.of("-L", "$(reboot)"), false));
        assertThat(tools.runs.stream().filter(run -> run.getFirst().equals("mkfs.ext4")).findFirst().orElseThrow()).contains("-L", "$(reboot)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ext4", "xfs", "btrfs"})
    void cutShortAtAnyWriteItIsMadeByTheNextCall(String type) {
        int cut = 0;
        while (!isMadeDespiteFailureAt(cut, type)) {
            disk.changesLeft = OptionalInt.empty();
            if (cut > 0) {
                // A restarted machine attaches anew, so nothing but the mark says that nobody has used it.
                assertThat(prepare(request(type, OptionalLong.of(9L << 20), false)).type()).as("cut at %d", cut).isEqualTo(type);
                assertThat(disk.changes.stream().filter(change -> change.startsWith("zero")).count()).isEqualTo(1);
            }
            cut++;
            Arrays.fill(disk.bytes, (byte) 0);
            disk.changes.clear();
        }
        assertThat(cut).isGreaterThan(2);
    }

    private boolean isMadeDespiteFailureAt(int change, String type) {
        disk.changesLeft = OptionalInt.of(change);
        try {
            prepare(request(type, OptionalLong.of(0), false));
            return true;
        } catch (RpcFailure e) {
            assertThat(e).hasMessageContaining("the machine is off");
            return false;
        }
    }

    @Test
    void whatACutShortTryLeftIsGoneWhenAnotherKindIsMade() {
        disk.changesLeft = OptionalInt.of(3);
        assertThatThrownBy(() -> prepare(request("ext4", OptionalLong.of(0), false))).hasMessageContaining("the machine is off");
        assertThat(disk.bytes[5_000_000] != 0 || disk.bytes[300_000] != 0).as("something of it is there").isTrue();
        disk.changesLeft = OptionalInt.empty();
        prepare(request("xfs", OptionalLong.of(0), false));
        assertThat(disk.bytes[300_000]).isZero();
        assertThat(disk.bytes[5_000_000]).isZero();
    }

    @Test
    void whatSomebodyWroteThroughThisAttachmentIsNotFormattedThoughTheEdgesAreZero() {
        module.writes = 1;
        assertRefused(Status.Code.FAILED_PRECONDITION, "was written to");
        assertThat(disk.changes).isEmpty();
    }

    @Test
    void aMarkedDeviceIsNotFormattedForReading() {
        disk.put(0, FormatMark.of(VOLUME).array());
        assertRefused(request("ext4", OptionalLong.of(0), true), Status.Code.FAILED_PRECONDITION, "publish it for writing once first");
    }

    // ---- checked ----------------------------------------------------------------------------------------------------

    @Test
    void aFileSystemWithErrorsIsLeftWithTheToolsWords() {
        disk.put(1080, (byte) 0x53, (byte) 0xef);
        tools.set("e2fsck", new ToolResult(4, "UNEXPECTED INCONSISTENCY", ""));
        assertRefused(Status.Code.FAILED_PRECONDITION, "UNEXPECTED INCONSISTENCY");
    }

    @Test
    void aRepairedFileSystemIsMounted() {
        disk.put(1080, (byte) 0x53, (byte) 0xef);
        tools.set("e2fsck", new ToolResult(1, "fixed", ""));
        prepare(request("ext4", OptionalLong.empty(), false));
        assertThat(steps.reached).containsExactly(StageStep.CHECKED);
        assertThat(disk.changes).isEmpty();
    }

    @Test
    void aCleanFileSystemIsNotCheckedAgain() {
        disk.put(1080, (byte) 0x53, (byte) 0xef, (byte) 1, (byte) 0);
        prepare(request("ext4", OptionalLong.empty(), false));
        assertThat(tools.count("e2fsck")).isZero();
    }

    @Test
    void forReadingNothingIsRepaired() {
        disk.put(1080, (byte) 0x53, (byte) 0xef, (byte) 2, (byte) 0);
        tools.set("e2fsck", new ToolResult(4, "has errors", ""));
        assertRefused(request("ext4", OptionalLong.empty(), true), Status.Code.FAILED_PRECONDITION, "has errors");
        assertThat(tools.runs).contains(List.of("e2fsck", "-n", "/dev/dysk0")).doesNotContain(List.of("e2fsck", "-p", "/dev/dysk0"));
    }

    private void assertRefused(Status.Code code, String words) {
        assertRefused(request("ext4", OptionalLong.of(0), false), code, words);
    }

    private void assertRefused(FileSystemRequest request, Status.Code code, String words) {
        byte[] before = disk.bytes.clone();
        RpcFailure failure = catchThrowableOfType(RpcFailure.class, () -> prepare(request));
        assertThat(failure).as("the refusal").isNotNull().hasMessageContaining(words);
        assertThat(failure.code()).isEqualTo(code);
        assertThat(disk.bytes).as("what is on the device").isEqualTo(before);
    }

    private ReadyFileSystem prepare(FileSystemRequest request) {
        return new VolumeFileSystem(module, (_, _) -> disk, tools, images).prepare(device, request, steps.begin());
    }

    private static FileSystemRequest request(String type, OptionalLong blankAt, boolean readOnly) {
        return new FileSystemRequest(VOLUME, type, context(blankAt, readOnly), List.of(), readOnly);
    }

    private static PublishContext context(OptionalLong blankAt, boolean readOnly) {
        return new PublishContext("http://h/acc", "acc", "disks", "one", Optional.empty(), readOnly ? Optional.empty() : Optional.of("lease"), 0, blankAt);
    }
}
