package io.dysk.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.kernel.DeviceState;
import io.dysk.kernel.Errno;
import io.dysk.kernel.Health;
import io.dysk.kernel.Limits;
import io.dysk.kernel.ModuleException;
import io.dysk.kernel.Reason;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** list, get, stats, resize, update. */
class DevicesTest {

    private final Ctl ctl = new Ctl();

    private void attach(String... blobs) {
        for (String blob : blobs) {
            ctl.store.with(blob, 1L << 30);
            assertThat(ctl.run("attach " + blob)).isEqualTo(ExitCode.OK);
        }
        ctl.store.calls.clear();
    }

    @Test
    void listNeedsNoCredentialsAndOpensNoStore() {
        attach("disks/db1");
        ctl.opened.clear();
        ctl.environment.clear();
        assertThat(ctl.run("list")).isEqualTo(ExitCode.OK);
        assertThat(ctl.run("get 0")).isEqualTo(ExitCode.OK);
        assertThat(ctl.run("stats")).isEqualTo(ExitCode.OK);
        assertThat(ctl.run("resize 0")).isEqualTo(ExitCode.OK);
        assertThat(ctl.opened).isEmpty();
    }

    @Test
    void listShowsStateWithItsReason() {
        ctl.dysk.health = new Health(DeviceState.HELD, Duration.ofSeconds(5), Reason.THROTTLED, 503, "ServerBusy");
        ctl.dysk.open = true;
        attach("disks/db1", "disks/second.vhd");
        ctl.run("list");
        assertThat(ctl.out).isEqualTo("""
                DEVICE      SIZE  MODE  OPEN  STATE             BLOB
                /dev/dysk0  1GiB  rw    yes   held (throttled)  acct/disks/db1
                /dev/dysk1  1GiB  rw    yes   held (throttled)  acct/disks/second.vhd
                """);
    }

    @Test
    void anEmptyListIsAHeadingOrAnEmptyArray() {
        ctl.run("list");
        assertThat(ctl.out).isEqualTo("DEVICE  SIZE  MODE  OPEN  STATE  BLOB\n");
        ctl.run("list -o json");
        assertThat(ctl.out).isEqualTo("[]\n");
    }

    @Test
    void listAllHasTheBlobsOfAllPagesThatAreNotAttached() {
        attach("disks/b");
        ctl.store.with("disks/a", 1L << 20).with("disks/c", 1L << 20).leased("disks/c", "node-7", true);
        assertThat(ctl.run("list --all --container disks")).isEqualTo(ExitCode.OK);
        assertThat(ctl.out).isEqualTo("""
                DEVICE      SIZE  MODE  OPEN  STATE             BLOB
                /dev/dysk0  1GiB  rw    no    live              acct/disks/b
                -           1MiB  -     -     free              acct/disks/a
                -           1MiB  -     -     leased by node-7  acct/disks/c
                """);
        ctl.run("list --all --container disks -o json");
        assertThat(ctl.out).contains("\"holder\": \"node-7\"").contains("\"device\": \"/dev/dysk0\"");
        assertThat(ctl.run("list --all")).isEqualTo(ExitCode.USAGE);
        assertThat(ctl.run("list --container disks")).isEqualTo(ExitCode.USAGE);
        assertThat(ctl.run("list --all --container none")).isEqualTo(ExitCode.NOT_FOUND);
    }

    @Test
    void listAllWorksWithoutTheModuleAndListDoesNot() {
        ctl.store.with("disks/a", 1L << 20);
        ctl.dysk.everyFailure = ModuleException.cannotOpen(Errno.ENOENT);
        assertThat(ctl.run("list --all --container disks")).isEqualTo(ExitCode.OK);
        assertThat(ctl.out).contains("acct/disks/a");
        assertThat(ctl.run("list")).isEqualTo(ExitCode.NO_MODULE);
    }

    @Test
    void getSaysWhatADeadDeviceNeeds() {
        ctl.dysk.health = new Health(DeviceState.DEAD, Duration.ofMinutes(3), Reason.FENCED, 412, "LeaseLost");
        attach("disks/db1");
        assertThat(ctl.run("get disks/db1")).isEqualTo(ExitCode.OK);
        assertThat(ctl.out)
                .contains("dead (fenced) for 3m")
                .contains("all I/O fails")
                .contains("HTTP 412 LeaseLost")
                .contains("What to do")
                .contains("127.0.0.1:10000");
        ctl.run("get 0 -o json");
        assertThat(ctl.out)
                .contains("\"state\": \"dead\"", "\"reason\": \"fenced\"", "\"stateSinceMs\": 180000")
                .contains("\"addresses\": [\n    \"127.0.0.1:10000\"\n  ]");
    }

    @Test
    void reasonsAreCalledAsInSysfs() {
        ctl.dysk.health = new Health(DeviceState.DEAD, Duration.ofMinutes(3), Reason.LEASED, 412, "LeaseLost");
        attach("disks/db1");
        ctl.run("list");
        assertThat(ctl.out).contains("dead (lease-lost)");
        ctl.run("get 0 -o json");
        assertThat(ctl.out).contains("\"reason\": \"lease-lost\"");
    }

    @Test
    void getTellsThatTheFooterOfAVhdIsNotPartOfTheDevice() {
        attach("disks/db1");
        ctl.run("get 0");
        assertThat(ctl.out).contains("1GiB (1073741824 bytes)");
        ctl.run("attach disks/new.vhd --create --vhd --size 1GiB");
        ctl.run("get 1");
        assertThat(ctl.out).contains("1GiB (1073741824 bytes, without the last 512 of the blob)");
        ctl.run("get 1 -o json");
        assertThat(ctl.out).contains("\"tailBytes\": 512");
    }

    @Test
    void statsHaveCountersAndQuantiles() {
        attach("disks/db1");
        assertThat(ctl.run("stats /dev/dysk0")).isEqualTo(ExitCode.OK);
        assertThat(ctl.out).contains("/dev/dysk0  read   1000").contains("4.1ms").contains("1.5s");
        ctl.run("stats -o json");
        assertThat(ctl.out)
                .contains("\"fencedWrites\": 10", "\"heldMs\": 1500", "\"serviceUs\": 4000000")
                .contains("\"serviceHistogram\": [");
    }

    @Test
    void resizeGrowsTheBlobUnderTheDevicesLeaseThenTheDevice() {
        attach("disks/db1");
        ctl.dysk.capacityBytes = 2L << 30;
        assertThat(ctl.run("resize /dev/dysk0 2GiB")).isEqualTo(ExitCode.OK);
        assertThat(ctl.out).isEqualTo("/dev/dysk0: 2GiB\n");
        assertThat(ctl.store.calls).first().asString()
                .startsWith("resize disks/db1 2147483648 ")
                .endsWith(ctl.dysk.get(0).leaseId().orElseThrow());
        assertThat(ctl.dysk.calls).last().isEqualTo("resize 0 101");
    }

    @Test
    void resizeOfABlobThatIsNotAttachedNeedsASizeAndRespectsOthers() {
        ctl.store.with("disks/db1", 1L << 30);
        assertThat(ctl.run("resize disks/db1")).isEqualTo(ExitCode.USAGE);
        assertThat(ctl.run("resize disks/db1 2GiB -o json")).isEqualTo(ExitCode.OK);
        assertThat(ctl.out).contains("\"device\": null").contains("\"capacityBytes\": 2147483648");
        ctl.store.leased("disks/db1", "node-7", true);
        assertThat(ctl.run("resize disks/db1 4GiB")).isEqualTo(ExitCode.CONFLICT);
        ctl.store.leased("disks/db1", "node-1", true);
        assertThat(ctl.run("resize disks/db1 4GiB")).isEqualTo(ExitCode.OK);
    }

    @Test
    void updateHandsOverWhatWasAskedForAndNothingElse() {
        attach("disks/db1");
        assertThat(ctl.run("update 0")).isEqualTo(ExitCode.USAGE);
        assertThat(ctl.run("update 0 --credentials")).isEqualTo(ExitCode.OK);
        assertThat(ctl.dysk.lastUpdate.credential()).isPresent();
        assertThat(ctl.dysk.lastUpdate.addresses()).isEmpty();
        assertThat(ctl.dysk.lastUpdate.limits()).isEqualTo(Limits.DEFAULTS);
        ctl.environment.clear();
        assertThat(ctl.run("update 0 --addresses --no-path-timeout forever")).isEqualTo(ExitCode.OK);
        assertThat(ctl.dysk.lastUpdate.credential()).isEmpty();
        assertThat(ctl.dysk.lastUpdate.addresses().orElseThrow()).first().hasToString("127.0.0.1:10000");
        assertThat(ctl.dysk.lastUpdate.limits().noPathTimeout()).contains(Limits.FOREVER);
        assertThat(ctl.run("update 0 --credentials")).isEqualTo(ExitCode.USAGE);
    }
}
