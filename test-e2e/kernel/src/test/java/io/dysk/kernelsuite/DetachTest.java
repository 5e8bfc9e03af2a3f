package io.dysk.kernelsuite;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.blobserver.fault.Fault;
import io.dysk.blobserver.fault.FaultRule;
import io.dysk.vm.KernelTest;
import io.dysk.vm.RunningCommand;
import io.dysk.vm.VirtualMachine;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A device goes away when nobody uses it, at once when it must, and never takes data or the machine with it. */
@KernelTest
@Tag("quick")
class DetachTest extends OnOneNode {
    private static final int MIB = 1 << 20;

    /** Opens the device as soon as there is one, reads some blocks past the cache, closes it, and again; says how many blocks. */
    private static final String OPENS_AND_READS = """
            import mmap, os, sys, time
            page = mmap.mmap(-1, 4096)
            read = 0
            while not os.path.exists("/run/enough"):
                try:
                    device = os.open("/dev/dysk0", os.O_RDONLY | os.O_DIRECT)
                except OSError:
                    time.sleep(0.001)
                    continue
                try:
                    for _ in range(int(sys.argv[1])):
                        read += os.preadv(device, [page], 0) // 4096
                except OSError:
                    pass
                os.close(device)
            print(read)
            """;

    DetachTest(VirtualMachine vm) {
        super(vm);
    }

    @Test
    void refusedWhileSomebodyHasItOpen() {
        Device device = node.attach(endpoint.create("open", MIB).attach());
        RunningCommand holder = vm.start("exec 3< " + device.path() + "; echo open; sleep 600");
        holder.awaitStdout("open");

        Outcome.Refused refused = node.toolRefused("detach " + device.index());

        assertThat(refused.errno()).isEqualTo("EBUSY");
        assertThat(refused.reason()).isEqualTo(Reason.BUSY);
        assertThat(device.get().number("open")).isEqualTo(1);
        assertThat(device.state()).isEqualTo(State.LIVE);
        holder.kill();
        holder.await();
    }

    @Test
    void refusedWhileMountedAndTheFileSystemGoesOn() {
        Device device = node.attach(endpoint.create("mounted", 16 * MIB).attach());
        vm.output("mkfs.ext4 -q " + device.path() + " && mount " + device.path() + " /mnt");

        assertThat(node.toolRefused("detach " + device.index()).errno()).isEqualTo("EBUSY");

        vm.output("echo still here > /mnt/f && sync -f /mnt && umount /mnt");
        device.detach();
    }

    @Test
    void orderlyWritesBackWhatIsDirtyFirst() {
        PageBlob blob = endpoint.create("dirty", 8 * MIB);
        Device device = node.attach(blob.attach());
        vm.output("head -c 4M /dev/urandom > /root/data");

        // The write is in the page cache when dd ends; closing the last descriptor or the detach brings it out.
        vm.output("dd if=/root/data of=" + device.path() + " bs=1M 2>&1");
        device.detach();

        assertThat(blob.read(0, 4 * MIB)).isEqualTo(vm.get("/root/data"));
        assertThat(vm.run("test -e " + device.path()).succeeded()).isFalse();
        assertThat(node.list()).isEmpty();
    }

    @Test
    void byForceWhileMountedFailsPendingWritesAndTheFileSystemCanBeUnmounted() {
        PageBlob blob = endpoint.create("forced", 32 * MIB);
        Device device = node.attach(blob.attach());
        vm.output("mkfs.ext4 -q " + device.path() + " && mount " + device.path() + " /mnt");
        writesAreNeverAnswered();
        RunningCommand writer = vm.start("dd if=/dev/urandom of=/mnt/f bs=1M count=8 conv=fsync; echo ended");
        Await.until("a write is under way", () -> hit() > 0);

        device.forceDetach();

        assertThat(writer.await().stderr()).containsAnyOf("Input/output error", "Read-only file system");
        vm.output("umount /mnt");
        assertThat(node.list()).isEmpty();

        endpoint.server().faults().clear();
        Device again = node.attach(blob.attach());
        vm.output("e2fsck -fy " + again.path() + " > /dev/null; test $? -le 1");
    }

    @Test
    void byForceFailsReadsThatWait() {
        Device device = node.attach(endpoint.create("unread", MIB).attach());
        endpoint.server().faults().add(new FaultRule("GET", null, null, null, null, 0, 0),
                new Fault(Fault.Kind.SILENCE, 0, "", -1, 0, 0));
        RunningCommand reader = vm.start("dd if=" + device.path() + " of=/dev/null bs=4k count=1 iflag=direct");
        Await.until("a read is under way", () -> hit() > 0);

        device.forceDetach();

        assertThat(reader.await().stderr()).contains("Input/output error");
    }

    /** Whoever comes just as the device goes finds either one that is there or none, and never one that is freed. */
    @Test
    void byForceUnderThoseWhoOpenReadAndAsk() {
        PageBlob blob = endpoint.createUnleased("looked-at", MIB);
        vm.put(blob.attach().credential().secret().getBytes(StandardCharsets.US_ASCII), "/run/key", 0600);
        vm.put(OPENS_AND_READS.getBytes(StandardCharsets.US_ASCII), "/run/reader.py", 0600);
        String attach = "dysktool attach " + blob.attach().with((Credential) null).arguments() + " key=@/run/key";
        List<RunningCommand> readers = IntStream.of(1, 5, 1000).mapToObj(reads -> vm.start("exec python3 /run/reader.py " + reads)).toList();
        RunningCommand asker = vm.start("while [ ! -e /run/enough ]; do dysktool list; cat /sys/block/dysk0/dysk/state; done > /dev/null 2>&1");

        vm.output("n=0; while [ $n -lt 25 ]; do " + attach + " > /dev/null && sleep 0.1 && dysktool detach 0 force || exit 1;"
                + " n=$((n + 1)); done; touch /run/enough");

        long read = readers.stream().mapToLong(reader -> Long.parseLong(reader.await().stdout().strip())).sum();
        asker.await();
        vm.output("rm /run/enough /run/key /run/reader.py");
        assertThat(read).as("blocks read").isPositive();
        assertThat(node.list()).isEmpty();
    }

    @Test
    void refusedForAnAttachmentThatIsGone() {
        PageBlob blob = endpoint.create("stale", MIB);
        Device first = node.attach(blob.attach());
        first.detach();
        Device second = node.attach(blob.attach());
        assertThat(second.index()).isEqualTo(first.index());
        assertThat(second.attachId()).isNotEqualTo(first.attachId());

        assertThat(node.toolRefused("detach " + second.index() + " id=" + first.attachId()).errno()).isEqualTo("ESTALE");
        assertThat(node.toolRefused("update " + second.index() + " conns=1 id=" + first.attachId()).errno()).isEqualTo("ESTALE");

        node.tool("detach " + second.index() + " id=" + second.attachId());
    }

    @Test
    void refusedForWhatIsNotThere() {
        assertThat(node.toolRefused("detach 7").errno()).isEqualTo("ENODEV");
        assertThat(node.toolRefused("detach 7 force").errno()).isEqualTo("ENODEV");
        assertThat(node.toolRefused("get 4294967295").errno()).isEqualTo("ENODEV");
    }

    @Test
    void refusedWithUnknownFlags() {
        Device device = node.attach(endpoint.create("flags", MIB).attach());

        Outcome.Refused refused = node.toolRefused("detach " + device.index() + " flags=2");

        assertThat(refused.errno()).isEqualTo("EINVAL");
        assertThat(refused.reason()).isEqualTo(Reason.BAD_ARGUMENT);
        assertThat(node.toolRefused("update " + device.index() + " flags=8").errno()).isEqualTo("EINVAL");
        assertThat(node.toolRefused("update " + device.index()).errno()).isEqualTo("EINVAL");
        assertThat(device.state()).isEqualTo(State.LIVE);
    }

    @Test
    void manyDevicesAreListedInOrderAndTheirIndexesUsedAgain() {
        int count = 45;
        PageBlob[] blobs = IntStream.range(0, count).mapToObj(i -> endpoint.createUnleased("many-" + i, MIB))
                .toArray(PageBlob[]::new);
        AttachSpec spec = blobs[0].attach().without("blob");
        vm.put(blobs[0].attach().credential().secret().getBytes(StandardCharsets.US_ASCII), "/run/key", 0600);
        vm.output("dysktool hold " + count + " many-%lu " + spec.with((Credential) null).arguments() + " key=@/run/key; rm /run/key");

        List<Values> all = node.list();

        assertThat(all).extracting(info -> info.number("index"))
                .containsExactlyElementsOf(IntStream.range(0, count).mapToObj(i -> (long) i).toList());
        assertThat(all).extracting(info -> info.text("blob")).doesNotHaveDuplicates();

        node.detach(17);
        node.detach(3);
        assertThat(node.attach(blobs[3].attach()).index()).isEqualTo(3);
        assertThat(node.attach(blobs[17].attach()).index()).isEqualTo(17);
    }

    @Test
    void theModuleStaysWhileThereIsADevice() {
        Device device = node.attach(endpoint.create("loaded", MIB).attach());

        assertThat(vm.run("rmmod dysk").stderr()).contains("in use");
        assertThat(device.state()).isEqualTo(State.LIVE);

        device.detach();
        vm.output("rmmod dysk && modprobe dysk");
    }

    @Test
    void loadingAndUnloadingUnderAttachesThatComeAndGo() {
        PageBlob blob = endpoint.createUnleased("stressed", MIB);
        vm.put(blob.attach().credential().secret().getBytes(StandardCharsets.US_ASCII), "/run/key", 0600);
        String attach = "dysktool attach " + blob.attach().with((Credential) null).arguments() + " key=@/run/key";
        RunningCommand attacher = vm.start("while [ ! -e /run/enough ]; do " + attach + " && echo attached;"
                + " i=$(dysktool list | sed -n 's/index=\\([0-9]*\\).*/\\1/p'); [ -n \"$i\" ] && dysktool detach $i force; sleep 0.3; done;"
                + " echo over");

        // Unloading may find a device in its way; it must then say so, and never crash.
        vm.output("n=0; while [ $n -lt 20 ]; do if rmmod dysk 2> /run/rmmod; then n=$((n + 1)); else grep -q 'in use' /run/rmmod"
                + " || exit 1; fi; modprobe dysk || exit 1; done; touch /run/enough");

        assertThat(attacher.await().stdout()).contains("over");
        vm.output("rm -f /run/key /run/enough; modprobe dysk");
        assertThat(vm.output("dysktool version")).startsWith("abi=1.");
    }

    private void writesAreNeverAnswered() {
        endpoint.server().faults().add(new FaultRule("PUT", "page", null, null, null, 0, 0),
                new Fault(Fault.Kind.SILENCE, 0, "", -1, 0, 0));
    }

    private int hit() {
        return endpoint.server().faults().list().getFirst().hit();
    }
}
