package io.dysk.kernelsuite.hangs;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.kernelsuite.Effort;
import io.dysk.kernelsuite.Figures;
import io.dysk.kernelsuite.OnOneNode;
import io.dysk.kernelsuite.Reason;
import io.dysk.kernelsuite.State;
import io.dysk.kernelsuite.Until;
import io.dysk.vm.CommandResult;
import io.dysk.vm.KernelConfig;
import io.dysk.vm.KernelTest;
import io.dysk.vm.RunningCommand;
import io.dysk.vm.VirtualMachine;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Everything that ends a device, with every kind of trouble its endpoint can have: each lasts no longer than its bound. The devices are in trouble
 * side by side in one machine, so that what one waits for may not hold up another either.
 *
 * <p>Bounds are for emulation on a busy host; what is really measured goes to the figures.
 */
@KernelTest
@Tag("hangs")
class EndsInTimeTest extends OnOneNode {
    /** What asks nothing of the service; an orderly detach gives whoever has the device open a second. */
    private static final Duration AT_ONCE = KernelConfig.ofDefault().patience(Duration.ofSeconds(10));
    private static final long PATIENCE_S = KernelConfig.ofDefault().patience(Duration.ofSeconds(3)).toSeconds();
    /** The first request's limit, the device's patience, the tick that ends it; and {@link #AT_ONCE} for all the rest. */
    private static final Duration OUT_OF_PATIENCE = AT_ONCE.plus(Trouble.REQUEST).plusSeconds(PATIENCE_S).plusSeconds(1);
    /** A file system of this size with little to write needs no more requests than this, one after the other. */
    private static final Duration WRITTEN_SLOWLY = AT_ONCE.plus(Trouble.ANSWER.multipliedBy(40));
    /**
     * Where only writes don't get through, the device lives. An unmount tries data, then the journal, then the superblock: the first waits for all
     * of the patience, the others for one try.
     */
    private static final Duration EACH_OUT_OF_PATIENCE = OUT_OF_PATIENCE.plus(Trouble.REQUEST.multipliedBy(6));
    /** The time limit of a resize. */
    private static final Duration RESIZE = AT_ONCE.plusSeconds(30);
    /** How long to wait for what should have ended: longer than all bounds, so that it is measured how long it took. */
    private static final Duration DEADLINE = KernelConfig.ofDefault().patience(Duration.ofSeconds(100));

    private static final Effort EFFORT = Effort.asked(Duration.ofSeconds(1));

    private final Figures figures = new Figures("hangs");
    private List<Troubled> devices = List.of();
    private int made;

    EndsInTimeTest(VirtualMachine vm) {
        super(vm);
    }

    static Stream<String> fileSystems() {
        return EFFORT.thorough() ? Stream.of("ext4", "xfs") : Stream.of("ext4");
    }

    /** Before the base class clears up, which would wait for an endpoint that is gone. */
    @AfterEach
    void forget() {
        devices.forEach(one -> vm.run("dysktool detach " + one.device().index() + " force"));
        devices.forEach(one -> one.relay().close());
    }

    @AfterAll
    void report() {
        figures.report();
    }

    @ParameterizedTest
    @MethodSource("fileSystems")
    void aMountedDeviceIsNotDetachedUnlessForced(String fileSystem) {
        List<RunningCommand> writers = mountedAndBusy(fileSystem);

        fails("detach, refused", one -> "dysktool detach " + one.device().index(), AT_ONCE);
        fails("unload, refused", one -> "rmmod dysk", AT_ONCE);
        succeeds("forced detach", one -> "dysktool detach " + one.device().index() + " force", one -> AT_ONCE);

        writers.forEach(RunningCommand::await);
        succeeds("unmount after forced detach", one -> "umount " + one.directory(), one -> AT_ONCE);
        assertThat(node.list()).isEmpty();
        moduleUnloads();
    }

    @ParameterizedTest
    @MethodSource("fileSystems")
    void lazyUnmountReturnsAndForcedDetachEndsWhatIsLeft(String fileSystem) {
        List<RunningCommand> writers = mountedAndBusy(fileSystem);

        succeeds("lazy unmount", one -> "umount -l " + one.directory(), one -> AT_ONCE);
        assertThat(vm.output("cat /proc/mounts")).doesNotContain("/dev/dysk");
        succeeds("forced detach after lazy unmount", one -> "dysktool detach " + one.device().index() + " force", one -> AT_ONCE);

        writers.forEach(RunningCommand::await);
        moduleUnloads();
    }

    @ParameterizedTest
    @MethodSource("fileSystems")
    void unmountLastsNoLongerThanTheDevicesPatience(String fileSystem) {
        mountedAndDirty(fileSystem, Long.toString(PATIENCE_S));

        succeeds("unmount with data to write", one -> "umount " + one.directory(),
                one -> one.trouble().answers() ? WRITTEN_SLOWLY : one.trouble().kills() ? OUT_OF_PATIENCE : EACH_OUT_OF_PATIENCE);

        for (Troubled one : devices) {
            if (one.trouble().kills()) {
                assertThat(one.device().get().reason()).as("%s", one).isEqualTo(Reason.NO_PATH);
            } else {
                assertThat(one.device().state()).as("%s", one).isEqualTo(State.LIVE);
            }
        }
        succeeds("detach after unmount", one -> "dysktool detach " + one.device().index(), one -> AT_ONCE);
        moduleUnloads();
    }

    @ParameterizedTest
    @MethodSource("fileSystems")
    void forcedDetachEndsAnUnmountThatWouldWaitForEver(String fileSystem) {
        mountedAndDirty(fileSystem, Troubled.FOR_EVER);
        Map<Troubled, RunningCommand> unmounts = startEach(one -> "umount " + one.directory());
        for (Troubled one : devices) {
            if (!one.trouble().answers()) {
                vm.output(Until.inFlight(one.device(), 1));
                assertThat(unmounts.get(one).isRunning()).as("%s", one).isTrue();
            }
        }

        succeeds("forced detach under an unmount", one -> "dysktool detach " + one.device().index() + " force", one -> AT_ONCE);

        unmounts.forEach((one, unmount) -> assertThat(unmount.await()).as("%s", one).matches(CommandResult::succeeded));
        assertThat(vm.output("cat /proc/mounts")).doesNotContain("/dev/dysk");
        moduleUnloads();
    }

    @Test
    void anUnusedDeviceIsDetachedAtOnce() {
        devices = Troubled.attachAll(node, endpoint, "unused", Troubled.FOR_EVER);
        Troubled.beginAll(devices);

        succeeds("detach of an unused device", one -> "dysktool detach " + one.device().index(), one -> AT_ONCE);

        moduleUnloads();
    }

    @Test
    void whoWritesToTheDeviceItselfEndsWithIt() {
        devices = Troubled.attachAll(node, endpoint, "raw", Troubled.FOR_EVER);
        Troubled.beginAll(devices);
        Map<Troubled, RunningCommand> writers = startEach(one -> "while dd if=/dev/zero of=" + one.device().path()
                + " bs=64k count=8 conv=fsync,notrunc 2> /dev/null; do :; done");
        devices.forEach(one -> vm.output(Until.inFlight(one.device(), 1)));
        writers.values().forEach(RunningCommand::kill);

        succeeds("forced detach under a killed writer", one -> "dysktool detach " + one.device().index() + " force", one -> AT_ONCE);

        writers.values().forEach(RunningCommand::await);
        moduleUnloads();
    }

    /** What a daemon does all the time may not wait for a service that is in trouble. */
    @Test
    void questionsAreAnsweredAtOnceAndAResizeEndsAtItsLimit() {
        devices = Troubled.attachAll(node, endpoint, "asked", Troubled.FOR_EVER);
        Troubled.beginAll(devices);
        Map<Troubled, RunningCommand> resizes = startEach(one -> "dysktool resize " + one.device().index());

        succeeds("get, stats and list", one -> "dysktool get " + one.device().index() + " && dysktool stats "
                + one.device().index() + " && dysktool list", one -> AT_ONCE);
        resizes.forEach((one, resize) -> ended("resize", one, resize.await(), RESIZE));
        devices.forEach(one -> assertThat(resizes.get(one).await().succeeded()).as("%s", one).isEqualTo(!one.trouble().kills()));

        devices.forEach(one -> one.device().forceDetach());
        moduleUnloads();
    }

    // ---- common -----------------------------------------------------------------------------------------------------

    private List<RunningCommand> mountedAndBusy(String fileSystem) {
        devices = Troubled.attachAll(node, endpoint, fileSystem + made++, Troubled.FOR_EVER);
        Troubled.mountAll(devices, fileSystem);
        Troubled.beginAll(devices);
        return devices.stream().map(one -> one.keepWriting(DEADLINE)).toList();
    }

    private void mountedAndDirty(String fileSystem, String patienceSeconds) {
        devices = Troubled.attachAll(node, endpoint, fileSystem + made++, patienceSeconds);
        Troubled.mountAll(devices, fileSystem);
        devices.forEach(Troubled::dirty);
        Troubled.beginAll(devices);
    }

    private Map<Troubled, RunningCommand> startEach(Function<Troubled, String> line) {
        Map<Troubled, RunningCommand> running = new LinkedHashMap<>();
        devices.forEach(one -> running.put(one, one.start(line.apply(one), DEADLINE)));
        return running;
    }

    private void succeeds(String action, Function<Troubled, String> line, Function<Troubled, Duration> bound) {
        SoftAssertions softly = new SoftAssertions();
        startEach(line).forEach((one, running) -> {
            CommandResult result = running.await();
            softly.assertThat(result.exit()).as("%s, %s: %s", action, one, result).isZero();
            ended(action, one, result, bound.apply(one));
        });
        softly.assertAll();
    }

    private void fails(String action, Function<Troubled, String> line, Duration bound) {
        SoftAssertions softly = new SoftAssertions();
        startEach(line).forEach((one, running) -> {
            CommandResult result = running.await();
            softly.assertThat(result.exit()).as("%s, %s: %s", action, one, result).isEqualTo(1);
            ended(action, one, result, bound);
        });
        softly.assertAll();
    }

    private void ended(String action, Troubled one, CommandResult result, Duration bound) {
        figures.add("ended", 1).most(action + " s", result.duration().toMillis() / 1e3);
        assertThat(result.duration()).as("%s, %s", action, one).isLessThan(bound);
    }

    private void moduleUnloads() {
        vm.output("udevadm settle; rmmod dysk && modprobe dysk");
    }
}
