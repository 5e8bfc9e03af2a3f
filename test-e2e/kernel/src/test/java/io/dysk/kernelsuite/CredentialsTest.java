package io.dysk.kernelsuite;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.vm.Command;
import io.dysk.vm.KernelTest;
import io.dysk.vm.RunningCommand;
import io.dysk.vm.VirtualMachine;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys and signatures open blobs, can be changed while I/O goes on, and are never seen again. */
@KernelTest
class CredentialsTest extends OnOneNode {
    private static final int MIB = 1 << 20;

    CredentialsTest(VirtualMachine vm) {
        super(vm);
    }

    @Test
    void theKeyOfTheAccount() {
        PageBlob blob = endpoint.create("by-key", 2 * MIB);

        reads(writes(node.attach(blob.attach())));
    }

    @Test
    void aSas() {
        PageBlob blob = endpoint.create("by-sas", 2 * MIB);

        reads(writes(node.attach(blob.attach().with(endpoint.sas(blob)))));
    }

    /** 8192 bytes is the longest that the interface takes. */
    @ParameterizedTest
    @ValueSource(ints = {4096, 5000, 8192})
    void aLongSas(int length) {
        PageBlob blob = endpoint.create("by-long-sas-" + length, 2 * MIB);

        reads(writes(node.attach(blob.attach().with(padded(endpoint.sas(blob), length)))));
    }

    @Test
    void aSasThatOnlyReadsIsEnoughForReading() {
        PageBlob blob = endpoint.createUnleased("by-reading-sas", 2 * MIB);

        reads(node.attach(blob.attach().with(endpoint.sas(blob))));
    }

    @Test
    void changesFromKeyToSasToLongerSasAndBackUnderLoadGoUnnoticed() {
        PageBlob blob = endpoint.create("changing", 16 * MIB);
        Device device = node.attach(blob.attach());
        RunningCommand fio = vm.start(Command.of(Node.fioLine("--filename=" + device.path() + " --rw=randwrite --bs=16k"
                + " --size=12m --iodepth=16 --verify=crc32c --do_verify=1 --loops=2")).within(Duration.ofMinutes(3)));

        Credential sas = endpoint.sas(blob);
        for (Credential credential : List.of(sas, padded(sas, 2000), padded(sas, 8000), endpoint.key(), sas)) {
            long before = blob.changes().size();
            device.update(credential);
            Await.until("fio goes on", () -> blob.changes().size() > before + 16 || !fio.isRunning());
        }

        FioResult result = FioResult.parse(fio.await().stdout());
        assertThat(result.error()).isZero();
        Values stats = device.stats();
        assertThat(stats.number("denied")).isZero();
        assertThat(stats.number("write_failed")).isZero();
        assertThat(stats.number("read_failed")).isZero();
        assertThat(device.get().number("cred")).as("SAS").isEqualTo(2);
    }

    @Test
    void aWrongOneHoldsTheDeviceUntilAGoodOneComesAndNothingIsLost() {
        PageBlob blob = endpoint.create("held", 16 * MIB);
        Device device = node.attach(blob.attach());
        RunningCommand fio = vm.start(Command.of(Node.fioLine("--filename=" + device.path() + " --rw=randwrite --bs=16k"
                + " --size=8m --iodepth=16 --verify=crc32c --do_verify=1")).within(Duration.ofMinutes(3)));
        Await.until("fio writes", () -> blob.changes().size() > 10);

        device.update(endpoint.wrongKey());
        device.await(State.HELD);

        Values held = device.get();
        assertThat(held.reason()).isEqualTo(Reason.DENIED);
        assertThat(held.number("http_status")).isEqualTo(403);
        assertThat(held.text("error_code")).isEqualTo("AuthenticationFailed");
        assertThat(fio.isRunning()).isTrue();

        device.update(endpoint.key());

        assertThat(FioResult.parse(fio.await().stdout()).error()).isZero();
        assertThat(device.state()).isEqualTo(State.LIVE);
        assertThat(device.stats().number("denied")).isPositive();
        assertThat(device.stats().number("held_ms")).isPositive();
    }

    @Test
    void whenNoGoodOneComesIoFailsAfterTheTimeLimit() {
        PageBlob blob = endpoint.create("abandoned", MIB);
        Device device = node.attach(blob.attach().with("no_path_s", 1));
        device.update(endpoint.wrongKey());

        assertThat(vm.run("dd if=/dev/zero of=" + device.path() + " bs=4k count=1 oflag=direct").stderr())
                .contains("Input/output error");
    }

    @Test
    void aBadUpdateChangesNothing() {
        Device device = node.attach(endpoint.create("unchanged", 2 * MIB).attach());
        vm.put("sv=1 sig=2\n".getBytes(StandardCharsets.US_ASCII), "/run/bad", 0600);

        assertThat(node.toolRefused("update " + device.index() + " sas=@/run/bad").errno()).isEqualTo("EINVAL");

        reads(writes(device));
    }

    /** Wherever the kernel shows text, and with all that can be made to show more switched on. */
    @Test
    void nothingSecretIsShownAnywhere() {
        PageBlob byKey = endpoint.create("secret-key", 2 * MIB);
        PageBlob bySas = endpoint.create("secret-sas", 2 * MIB);
        Credential sas = endpoint.sas(bySas);
        Credential wrong = endpoint.wrongKey();
        Credential wrongSas = Credential.sas(sas.secret().replaceAll("sig=.{12}", "sig=WRONGwrong42"));
        traceEverything(true);

        Device first = node.attach(byKey.attach());
        Device second = node.attach(bySas.attach().with(sas));
        writes(first);
        writes(second);
        node.refuse(endpoint.create("secret-denied", MIB).attach().with(wrong));
        node.refuse(endpoint.create("secret-denied-2", MIB).attach().with(wrongSas));
        first.update(wrong);
        RunningCommand waiting = vm.start("dd if=/dev/zero of=" + first.path() + " bs=4k count=1 oflag=direct");
        first.await(State.HELD);
        traceEverything(false);

        String signature = signature(sas);
        String decoded = URLDecoder.decode(signature, StandardCharsets.UTF_8);
        String sigs = signature.substring(0, 16) + "\n" + decoded.substring(0, 16) + "\nWRONGwrong42\n";
        String keys = forms(endpoint.key()) + forms(wrong);
        vm.put((keys + sigs).getBytes(StandardCharsets.UTF_8), "/run/secrets", 0600);
        vm.output("dmesg > /run/look-dmesg; for i in " + first.index() + " " + second.index()
                + "; do dysktool get $i; dysktool stats $i; done > /run/look-calls; dysktool list >> /run/look-calls;"
                + " udevadm info --export-db > /run/look-udev; cat /sys/kernel/tracing/trace > /run/look-trace");
        String found = vm.run(Command.of("for d in /sys/block/dysk* /sys/module/dysk /sys/class/misc/dysk; do"
                + " grep -rslaFf /run/secrets $(readlink -f $d) ; done;"
                + " grep -slaFf /run/secrets /run/look-* /proc/[0-9]*/cmdline /proc/[0-9]*/environ /proc/[0-9]*/comm"
                + " /proc/[0-9]*/stack /proc/modules /proc/crypto /proc/keys /proc/slabinfo /proc/net/tcp /proc/diskstats"
                + " /proc/partitions /proc/devices /proc/misc; true").within(Duration.ofMinutes(2))).stdout();

        assertThat(vm.output("grep -c dysk_send /run/look-trace")).as("requests in the trace").isNotEqualTo("0");
        assertThat(vm.output("grep -c dysk /run/look-dmesg")).isNotEqualTo("0");
        assertThat(found).isEmpty();

        first.update(endpoint.key());
        assertThat(waiting.await().exit()).isZero();
    }

    private void traceEverything(boolean on) {
        String bit = on ? "1" : "0";
        vm.output("t=/sys/kernel/tracing; [ -e $t/trace ] || mount -t tracefs none $t; echo " + bit + " > $t/events/dysk/enable;"
                + " for g in block sock tcp workqueue skb; do [ ! -e $t/events/$g ] || echo " + bit + " > $t/events/$g/enable; done;"
                + " d=/sys/kernel/debug; [ -e $d/dynamic_debug ] || mount -t debugfs none $d;"
                + " [ ! -e $d/dynamic_debug/control ] || echo 'module dysk " + (on ? "+" : "-") + "p' > $d/dynamic_debug/control");
    }

    /** A key as base64 and as hex, and the beginnings of both. */
    private static String forms(Credential key) {
        byte[] raw = Base64.getDecoder().decode(key.secret());
        String hex = HexFormat.of().formatHex(raw);
        return key.secret().substring(0, 16) + "\n" + hex.substring(0, 16) + "\n"
                + HexFormat.ofDelimiter(" ").formatHex(raw, 0, 8) + "\n";
    }

    /** As it is in the query, percent-encoded. */
    private static String signature(Credential sas) {
        return sas.secret().replaceAll("^(.*&)?sig=([^&]*).*$", "$2");
    }

    /** Longer, by a parameter that the signature doesn't cover. */
    private static Credential padded(Credential sas, int length) {
        String start = sas.secret() + "&padding=";
        return Credential.sas(start + "x".repeat(length - start.length()));
    }

    private Device writes(Device device) {
        vm.output("dd if=/dev/urandom of=" + device.path() + " bs=64k count=4 oflag=direct");
        return device;
    }

    private void reads(Device device) {
        vm.output("dd if=" + device.path() + " of=/dev/null bs=64k count=4 iflag=direct");
    }
}
