package io.dysk.kernelsuite.hangs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dysk.kernelsuite.Endpoint;
import io.dysk.kernelsuite.Figures;
import io.dysk.kernelsuite.Node;
import io.dysk.vm.Command;
import io.dysk.vm.KernelConfig;
import io.dysk.vm.KernelTest;
import io.dysk.vm.RunningCommand;
import io.dysk.vm.VirtualMachine;
import io.dysk.vm.VmException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/**
 * A machine goes down or restarts in time with a mounted file system on every kind of trouble, data to write in all of them, and on some somebody
 * who writes more, so that an unmount is refused there and waits for the service elsewhere. Devices wait for their endpoints for ever, unless a test says otherwise. Times are the host's, until the machine is gone.
 */
@KernelTest
@Tag("hangs")
@TestInstance(Lifecycle.PER_CLASS)
class ShutdownTest {
    /** What the kernel itself needs, with emulation on a busy host: processors to stop, devices to shut down. */
    private static final Duration KERNEL = KernelConfig.ofDefault().patience(Duration.ofSeconds(30));
    /** How long the init system of these tests waits for unmounts, and then for a sync. */
    private static final int INIT_PATIENCE_S = 4;
    private static final long PATIENCE_S = KernelConfig.ofDefault().patience(Duration.ofSeconds(3)).toSeconds();
    /** The agent unmounts one after the other, and in each trouble a device takes its request's time limit and its patience, or its requests' time. */
    private static final Duration ONE_AFTER_THE_OTHER =
            Trouble.REQUEST.plusSeconds(PATIENCE_S + 1).multipliedBy(Trouble.values().length).plus(Trouble.ANSWER.multipliedBy(40));

    private static final String RESTART = reboot("0x1234567");
    private static final String POWER_OFF = reboot("0x4321fedc");

    private final Endpoint endpoint = Endpoint.start();
    private final Figures figures = new Figures("hangs-shutdown");
    private List<Troubled> devices = List.of();
    private int made;

    @AfterEach
    void clear() {
        devices.forEach(one -> one.relay().close());
        endpoint.server().faults().clear();
    }

    @AfterAll
    void stop() {
        figures.report();
        endpoint.close();
    }

    /** As "reboot -f" does it, and everybody who has lost patience. */
    @Test
    void restartWithoutUnmountingIsNotHeldUp(VirtualMachine vm) {
        mountedAndDirty(vm, Troubled.FOR_EVER);

        goesDown("restart", vm, RESTART, KERNEL);
    }

    /**
     * As an init system does it: unmounts, and syncs, each with a time limit after which it goes on; what still waits then can't be killed, and
     * must not hold up the kernel.
     */
    @Test
    void powerOffByAnInitSystemThatGivesUpOnUnmountsIsNotHeldUp(VirtualMachine vm) {
        mountedAndDirty(vm, Troubled.FOR_EVER);

        goesDown("power off after unmounts that never end", vm,
                atMost("umount -a -t ext4,xfs") + atMost("umount -a -r -f -t ext4,xfs") + atMost("sync") + POWER_OFF,
                KERNEL.plusSeconds(3L * INIT_PATIENCE_S));
    }

    /** Without a time limit: as long as the devices wait for their endpoints, and no longer. */
    @Test
    void orderlyPowerOffLastsNoLongerThanTheDevicesPatience(VirtualMachine vm) {
        mountedAndDirty(vm, Long.toString(PATIENCE_S));
        long start = System.nanoTime();

        vm.powerOff();

        ended("orderly power off", start, KERNEL.plus(ONE_AFTER_THE_OTHER));
    }

    /** SysRq s, u, b: the last resort before the switch. The first two are done in the background. */
    @Test
    @Tag("long")
    void emergencySyncAndRemountAreNotWaitedFor(VirtualMachine vm) {
        mountedAndDirty(vm, Troubled.FOR_EVER);

        goesDown("restart after emergency sync and remount", vm,
                "for key in s u b; do echo $key > /proc/sysrq-trigger; sleep 1; done", KERNEL.plusSeconds(3));
    }

    /** "reboot" calls sync first; the kernel's restart must not depend on that one's end either. */
    @Test
    @Tag("long")
    void restartWhileSomebodySyncsIsNotHeldUp(VirtualMachine vm) {
        mountedAndDirty(vm, Troubled.FOR_EVER);
        RunningCommand sync = vm.start(Command.of("sync").within(KERNEL));
        vm.output("until grep -q '^State:.D' /proc/$(pidof sync)/status; do sleep 0.1; done");
        assertThat(sync.isRunning()).isTrue();

        goesDown("restart during a sync", vm, RESTART, KERNEL);
    }

    /** With 180 s for every path, as devices have it when nobody says otherwise. */
    @Test
    @Tag("long")
    void powerOffWithTheOrdinaryPatienceIsNotHeldUp(VirtualMachine vm) {
        mountedAndDirty(vm, "0");

        goesDown("power off with the ordinary patience", vm, atMost("umount -a -t ext4,xfs") + POWER_OFF,
                KERNEL.plusSeconds(INIT_PATIENCE_S));
    }

    // ---- common -----------------------------------------------------------------------------------------------------

    private void mountedAndDirty(VirtualMachine vm, String patienceSeconds) {
        devices = Troubled.attachAll(Node.on(vm), endpoint, "shutdown" + made++, patienceSeconds);
        Troubled.mountAll(devices, "ext4");
        devices.forEach(Troubled::dirty);
        Troubled.beginAll(devices);
        for (int i = 0; i < devices.size(); i += 2) {
            devices.get(i).keepWriting(Duration.ofMinutes(5));
        }
    }

    private void goesDown(String action, VirtualMachine vm, String line, Duration bound) {
        long start = System.nanoTime();
        RunningCommand running = vm.start(Command.of(line).within(bound.multipliedBy(2)));
        assertThatThrownBy(running::await).isInstanceOf(VmException.MachineGone.class);
        assertThat(vm.isRunning()).isFalse();
        ended(action, start, bound);
    }

    private void ended(String action, long start, Duration bound) {
        Duration lasted = Duration.ofNanos(System.nanoTime() - start);
        figures.add("machines down", 1).most(action + " s", lasted.toMillis() / 1e3);
        assertThat(lasted).as(action).isLessThan(bound);
    }

    /** Starts it and waits for so long; what can't be killed is left behind. */
    private static String atMost(String line) {
        return line + " & end=$(($(date +%s) + " + INIT_PATIENCE_S + ")); while kill -0 $! 2> /dev/null && [ $(date +%s) -lt $end ]; do sleep 0.1; done; ";
    }

    /** reboot(2), which asks nobody: neither processes nor file systems. */
    private static String reboot(String how) {
        return "python3 -c 'import ctypes; ctypes.CDLL(None).reboot(" + how + ")'";
    }
}
