package io.dysk.kernelsuite;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.blobserver.fault.Fault;
import io.dysk.blobserver.fault.FaultRule;
import io.dysk.blobserver.http.Listener.Accepting;
import io.dysk.vm.KernelConfig;
import io.dysk.vm.KernelTest;
import io.dysk.vm.VirtualMachine;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An attach that can't work fails, says why, in time, and leaves nothing behind. */
@KernelTest
class AttachErrorsTest extends OnOneNode {
    private static final int MIB = 1 << 20;
    private static final String ATTACH_LIMIT_MS = "1500";

    /** The guest sends what goes there into a device that drops all. */
    private static final String BLACKHOLE = "192.0.2.9";

    private static final String UNREACHABLE = "198.51.100.1";

    private PageBlob blob;

    AttachErrorsTest(VirtualMachine vm) {
        super(vm);
    }

    @BeforeAll
    void prepare() {
        blob = endpoint.create("wanted", MIB);
        vm.output("ip link add dropping type dummy && ip addr add 192.0.2.1/24 dev dropping && ip link set dropping up"
                + " && ip route add unreachable " + UNREACHABLE + "/32");
    }

    // ---- the way there ----------------------------------------------------------------------------------------------

    @Test
    void aRefusedPort() throws IOException {
        endpoint.server().accepting(Accepting.REFUSED);

        refused(blob.attach(), "ECONNREFUSED", Reason.REFUSED);
    }

    @Test
    void noRoute() {
        refused(blob.attach().at(UNREACHABLE), "EHOSTUNREACH", Reason.NO_ROUTE);
    }

    @Test
    void anAddressThatNeverAnswersTakesNoLongerThanTheLimit() {
        long start = System.nanoTime();

        refused(blob.attach().at(BLACKHOLE).with("attach_ms", 1000), "ETIMEDOUT", Reason.TIMEOUT);

        // Without the limit it were 30 seconds.
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(KernelConfig.ofDefault().patience(Duration.ofSeconds(20)));
    }

    @Test
    void aServiceThatNeverAnswersTakesNoLongerThanTheLimit() {
        long start = System.nanoTime();

        try (ScriptedListener silent = ScriptedListener.silent()) {
            refused(blob.attach().atPort(silent.port()).with("attach_ms", 1000), "ETIMEDOUT", Reason.TIMEOUT);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(KernelConfig.ofDefault().patience(Duration.ofSeconds(20)));
    }

    // ---- something else listens there -------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {"SSH-2.0-OpenSSH_9.2\r\n", "220 mail.example.org ESMTP\r\n", "\0\0\0\1garbage"})
    void aServiceThatSpeaksFirst(String greeting) {
        try (ScriptedListener other = ScriptedListener.greeting(greeting)) {
            Outcome.Refused refused = node.refuse(limited(blob.attach().atPort(other.port())));

            assertThat(refused.reason()).isIn(Reason.BAD_ANSWER, Reason.RESET);
            assertThat(refused.errno()).isIn("EPROTO", "ECONNRESET");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "garbage\r\n\r\n",
        "HTTP/1.1 abc OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\nx-ms-blob-type: PageBlob\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 512\r\nContent-Length: 1024\r\nx-ms-blob-type: PageBlob\r\n\r\n",
        "RTSP/1.0 200 OK\r\n\r\n"
    })
    void anAnswerThatIsNoHttp(String answer) {
        try (ScriptedListener other = ScriptedListener.answering(answer)) {
            refused(blob.attach().atPort(other.port()), "EPROTO", Reason.BAD_ANSWER);
        }
    }

    @Test
    void anAnswerWithAnEndlessHead() {
        try (ScriptedListener other = ScriptedListener.answering("HTTP/1.1 200 OK\r\n" + "x-filler: 0123456789\r\n".repeat(5000))) {
            refused(blob.attach().atPort(other.port()), "EPROTO", Reason.BAD_ANSWER);
        }
    }

    @Test
    void aServiceThatHangsUp() {
        try (ScriptedListener other = ScriptedListener.answering("")) {
            refused(blob.attach().atPort(other.port()), "ECONNRESET", Reason.RESET);
        }
    }

    @Test
    void someOtherWebServer() {
        try (ScriptedListener other = ScriptedListener.answering(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1024\r\n\r\n")) {
            Outcome.Refused refused = node.refuse(limited(blob.attach().atPort(other.port())));

            assertThat(refused.reason()).isIn(Reason.BAD_ANSWER, Reason.NOT_PAGE_BLOB);
        }
    }

    // ---- who we are -------------------------------------------------------------------------------------------------

    @Test
    void aWrongKey() {
        Outcome.Refused refused = refused(blob.attach().with(endpoint.wrongKey()), "EACCES", Reason.DENIED);

        assertThat(refused.httpStatus()).isEqualTo(403);
        assertThat(refused.errorCode()).isEqualTo("AuthenticationFailed");
    }

    @Test
    void anExpiredSas() {
        Credential sas = endpoint.sas(blob);
        endpoint.server().clock().skew(Duration.ofHours(3).toMillis());

        Outcome.Refused refused = node.refuse(limited(blob.attach().with(sas)));

        assertThat(refused.errno()).isEqualTo("EACCES");
        assertThat(refused.httpStatus()).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(ints = {-20, 20})
    void clocksThatAreMinutesApart(int minutes) {
        endpoint.server().clock().skew(Duration.ofMinutes(minutes).toMillis());

        refused(blob.attach(), "EACCES", Reason.CLOCK_SKEW);
    }

    @Test
    void anAccountThatWantsTls() {
        fault("HEAD", 0, new Fault(Fault.Kind.ANSWER, 400, "AccountRequiresHttps", -1, 0, 0));

        Outcome.Refused refused = refused(blob.attach(), "EPROTO", Reason.NEEDS_HTTPS);

        assertThat(refused.httpStatus()).isEqualTo(400);
        assertThat(refused.errorCode()).isEqualTo("AccountRequiresHttps");
    }

    // ---- the blob ---------------------------------------------------------------------------------------------------

    @Test
    void noSuchBlob() {
        Outcome.Refused refused = refused(endpoint.attach("absent").with("lease", blob.lease()), "ENOENT", Reason.NOT_FOUND);

        assertThat(refused.httpStatus()).isEqualTo(404);
    }

    @Test
    void noSuchContainer() {
        refused(blob.attach().with("container", "absent"), "ENOENT", Reason.NOT_FOUND);
    }

    @Test
    void noSuchSnapshot() {
        refused(blob.attach().readOnly().with("snapshot", "2020-01-01T00:00:00.0000000Z"), "ENOENT", Reason.NOT_FOUND);
    }

    @Test
    void aBlockBlob() throws IOException, InterruptedException {
        PageBlob block = new PageBlob(endpoint, "block", null);
        HttpRequest put = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + endpoint.port() + "/" + Endpoint.ACCOUNT + "/"
                        + Endpoint.CONTAINER + "/block?" + endpoint.sas(block).secret()))
                .header("x-ms-blob-type", "BlockBlob").header("x-ms-version", "2021-12-02")
                .PUT(HttpRequest.BodyPublishers.ofByteArray(new byte[1024])).build();
        assertThat(HttpClient.newHttpClient().send(put, HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(201);

        refused(block.attach(), "EMEDIUMTYPE", Reason.NOT_PAGE_BLOB);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1000, 511})
    void aBlobThatIsEmptyOrNotWholeSectors(long size) {
        try (ScriptedListener odd = ScriptedListener.answering("HTTP/1.1 200 OK\r\nContent-Length: " + size
                + "\r\nx-ms-blob-type: PageBlob\r\nx-ms-blob-sequence-number: 0\r\nETag: \"1\"\r\n\r\n")) {
            refused(blob.attach().atPort(odd.port()), "EMEDIUMTYPE", Reason.BAD_SIZE);
        }
    }

    @Test
    void aLeaseThatNobodyHolds() {
        PageBlob free = endpoint.createUnleased("unleased", MIB);

        Outcome.Refused refused = refused(endpoint.attach(free.name()).with("lease", blob.lease()), "EBUSY", Reason.LEASED);

        assertThat(refused.httpStatus()).isEqualTo(412);
        assertThat(free.view().sequenceNumber()).isZero();
    }

    @Test
    void aLeaseThatSomebodyElseHolds() {
        PageBlob mine = endpoint.create("mine", MIB);

        refused(mine.attach().with("lease", blob.lease()), "EBUSY", Reason.LEASED);

        assertThat(mine.view().sequenceNumber()).isZero();
    }

    @Test
    void writingWithoutALease() {
        refused(blob.attach().without("lease"), "EINVAL", Reason.BAD_ARGUMENT);
    }

    @Test
    void aBlobThatIsAttachedHereAlready() {
        Device device = node.attach(blob.attach());

        refused(blob.attach(), "EEXIST", Reason.EXISTS);
        refused(blob.attach().readOnly(), "EEXIST", Reason.EXISTS);

        assertThat(device.state()).isEqualTo(State.LIVE);
        vm.output("dd if=/dev/zero of=" + device.path() + " bs=4k count=1 oflag=direct");
    }

    // ---- a service in trouble ---------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({"HEAD,503,ServerBusy", "HEAD,500,InternalError", "PUT,503,ServerBusy", "PUT,500,InternalError"})
    void aFaultThatPassesIsWaitedFor(String method, int status, String code) {
        PageBlob patient = endpoint.create("patient-" + method + status, MIB);
        fault(method, 3, new Fault(Fault.Kind.ANSWER, status, code, -1, 0, 0));

        Device device = node.attach(patient.attach());

        assertThat(device.state()).isEqualTo(State.LIVE);
    }

    @Test
    void aRaiseThatWasAppliedThoughItsAnswerGotLost() {
        PageBlob lucky = endpoint.create("lucky", MIB);
        fault("PUT", 2, new Fault(Fault.Kind.APPLY_DROP, 0, "", -1, 0, 0));

        Device device = node.attach(lucky.attach());

        assertThat(lucky.view().sequenceNumber()).isEqualTo(device.epoch());
        vm.output("dd if=/dev/zero of=" + device.path() + " bs=4k count=1 oflag=direct");
    }

    @Test
    void aServiceThatIsBrokenForEver() {
        fault("HEAD", 0, new Fault(Fault.Kind.ANSWER, 500, "InternalError", -1, 0, 0));

        Outcome.Refused refused = refused(blob.attach(), "EAGAIN", Reason.SERVER);

        assertThat(refused.httpStatus()).isEqualTo(500);
        assertThat(refused.errorCode()).isEqualTo("InternalError");
    }

    @Test
    void aServiceThatIsBusyForEver() {
        fault("HEAD", 0, new Fault(Fault.Kind.ANSWER, 503, "ServerBusy", -1, 0, 0));

        refused(blob.attach(), "EAGAIN", Reason.THROTTLED);
    }

    @Test
    void whatTheServiceSaidCountsMoreThanThatItFellSilentThen() {
        fault("HEAD", 1, new Fault(Fault.Kind.ANSWER, 503, "ServerBusy", -1, 0, 0));
        fault("HEAD", 0, new Fault(Fault.Kind.SILENCE, 0, "", -1, 0, 0));

        Outcome.Refused refused = refused(blob.attach(), "EAGAIN", Reason.THROTTLED);

        assertThat(refused.httpStatus()).isEqualTo(503);
        assertThat(refused.errorCode()).isEqualTo("ServerBusy");
    }

    // ---- the call itself --------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({
        "flags,0x8", "flags,0x80000000", "reserved,1", "conns,65", "port,0", "addr_count,0", "addr_count,9", "family,5",
        "host,''", "account,''", "account,a/b", "container,''", "container,a/b", "blob,''", "lease,''",
        "cred_type,0", "cred_type,3", "cred_len,0", "snapshot,2026-01-01T00:00:00.0000000Z"
    })
    void badArguments(String name, String value) {
        badArgument(blob.attach().with(name, value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"host", "account", "container", "blob", "label", "lease"})
    void lineEndsInNames(String name) {
        badArgument(blob.attach().with(name, "a\r\nx-ms-evil: 1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"?sv=1&sig=a", "sv=1 &sig=a", "sv=1&sig=a#b", "sv=1\u007f&sig=a"})
    void queriesThatAreNoSas(String text) {
        badArgument(blob.attach().with(Credential.sas(text)));
    }

    @Test
    void aCredentialThatIsTooLong() {
        assertThat(node.refuse(blob.attach().with("cred_len", 8193)).errno()).isEqualTo("E2BIG");
    }

    @Test
    void structuresOfOtherVersions() {
        assertThat(node.tool("version size=24").text("abi")).matches("1\\.\\d+");
        assertThat(node.tool("version size=512").text("abi")).matches("1\\.\\d+");
        assertThat(node.toolRefused("version size=512 tail=1").errno()).isEqualTo("E2BIG");
        assertThat(node.toolRefused("version size=7").errno()).isEqualTo("EINVAL");
        assertThat(node.toolRefused("version size=1000000").errno()).isEqualTo("E2BIG");
    }

    @Test
    void callersWithoutPrivilege() {
        String nobody = "setpriv --reuid=65534 --regid=65534 --clear-groups ";
        assertThat(vm.run(nobody + "dysktool version").stdout()).contains("errno=EACCES");

        vm.output("chmod 666 /dev/dysk");
        List<String> calls = List.of("version", "list", "get 0", "detach 0", "stats 0", "resize 0", "update 0 conns=1");
        for (String call : calls) {
            assertThat(vm.run(nobody + "dysktool " + call).stdout()).as(call).contains("errno=EPERM");
        }
        vm.output("chmod 600 /dev/dysk");
    }

    @Test
    void noModule() {
        vm.output("modprobe -r dysk");
        try {
            assertThat(vm.run("dysktool version").stdout()).contains("errno=ENOENT");
            assertThat(vm.run("test -e /dev/dysk").succeeded()).isFalse();
        } finally {
            vm.output("modprobe dysk");
        }
    }

    private static AttachSpec limited(AttachSpec spec) {
        return spec.values().containsKey("attach_ms") ? spec : spec.with("attach_ms", ATTACH_LIMIT_MS);
    }

    /** It is refused, and leaves no device. */
    private Outcome.Refused refused(AttachSpec spec, String errno, Reason reason) {
        int before = node.list().size();
        Outcome.Refused refused = node.refuse(limited(spec));

        assertThat(refused).extracting(Outcome.Refused::errno, Outcome.Refused::reason).containsExactly(errno, reason);
        assertThat(node.list()).hasSize(before);
        return refused;
    }

    /** It is refused before anything is done. */
    private void badArgument(AttachSpec spec) {
        assertThat(node.refuse(spec)).extracting(Outcome.Refused::errno, Outcome.Refused::reason)
                .containsExactly("EINVAL", Reason.BAD_ARGUMENT);
    }

    private void fault(String method, int count, Fault fault) {
        endpoint.server().faults().add(new FaultRule(method, null, null, null, null, 0, count), fault);
    }
}
