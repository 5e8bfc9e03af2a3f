package io.dysk.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IoctlDyskControlTest {

    private static final String SECRET = "a secret of the account";
    private static final Credential KEY =
            Credential.sharedKey(Base64.getEncoder().encodeToString(SECRET.getBytes(StandardCharsets.UTF_8)));
    private static final String LEASE = "0f8fad5b-d9cb-469f-a165-70867728950e";
    private static final BlobLocation BLOB = BlobLocation.of("acct", "dysks", "db/data é.vhd");

    private final FakeLibC libc = new FakeLibC();
    private final DyskControl dysk = new IoctlDyskControl(() -> libc);

    @BeforeEach
    void moduleOfOurAbi() {
        abi(1, 0);
    }

    @Test
    void aMissingModuleIsToldAsSuch() {
        libc.openResult = -Errno.ENOENT.number();
        assertThatThrownBy(dysk::list)
                .isInstanceOf(ModuleException.class)
                .hasMessageContaining("not loaded")
                .hasMessageContaining("modprobe dysk");
    }

    @Test
    void missingRightsAreToldAsSuch() {
        libc.openResult = -Errno.EACCES.number();
        assertThatThrownBy(dysk::version).isInstanceOf(ModuleException.class).hasMessageContaining("run as root");
    }

    @Test
    void aModuleOfAnotherAbiIsRefusedBeforeTheCallIsMade() {
        abi(2, 0);
        assertThatThrownBy(() -> dysk.detach(3, 0, true))
                .isInstanceOf(ModuleException.class)
                .hasMessageContaining("ABI 2.0")
                .hasMessageContaining("same release");
        assertThat(libc.calls).noneMatch(c -> c.contains(Long.toHexString(DyskAbi.IOC_DETACH)));
    }

    @Test
    void aLaterMinorAbiIsTaken() {
        abi(1, 7);
        libc.ioctls.put(DyskAbi.IOC_DETACH, m -> 0);
        dysk.detach(3, 0, false);
    }

    @Test
    void aRefusedAttachSaysReasonAnswerAndAdvice() {
        libc.ioctls.put(DyskAbi.IOC_ATTACH, m -> {
            AttachStruct.REASON.set(m, 0, Reason.NEEDS_HTTPS.code());
            AttachStruct.HTTP_STATUS.set(m, 0, 400);
            AttachStruct.ERROR_CODE.set(m, 0, "AccountRequiresHttps");
            return -Errno.EPROTO.number();
        });
        DyskException e = catchThrowableOfType(DyskException.class, () -> dysk.attach(request()));
        assertThat(e.reason()).isEqualTo(Reason.NEEDS_HTTPS);
        assertThat(e.httpStatus()).isEqualTo(400);
        assertThat(e.errorCode()).isEqualTo("AccountRequiresHttps");
        assertThat(e.errno()).isEqualTo(Errno.EPROTO);
        assertThat(e).hasMessageContaining("acct/dysks/db/data é.vhd")
                .hasMessageContaining("refuses plain HTTP (HTTP 400 AccountRequiresHttps)")
                .hasMessageContaining("secure transfer required");
    }

    @Test
    void theSecretIsZeroInNativeMemoryAfterTheCall() {
        for (int result : new int[] {0, -Errno.EIO.number()}) {
            List<ByteBuffer> seen = new ArrayList<>();
            libc.ioctls.put(DyskAbi.IOC_ATTACH, m -> {
                ByteBuffer secret = libc.at(AttachStruct.CRED_PTR.get(m, 0));
                assertThat(bytes(secret)).isEqualTo(SECRET.getBytes(StandardCharsets.UTF_8));
                assertThat(AttachStruct.CRED_LEN.get(m, 0)).isEqualTo(SECRET.length());
                seen.add(secret);
                return result;
            });
            try {
                dysk.attach(request());
            } catch (DyskException e) {
                assertThat(e.toString()).doesNotContain(SECRET);
            }
            assertThat(seen).hasSize(1);
            assertThat(bytes(seen.getFirst())).containsOnly(0);
        }
    }

    @Test
    void theSecretIsZeroAfterAnUpdateToo() {
        List<ByteBuffer> seen = new ArrayList<>();
        libc.ioctls.put(DyskAbi.IOC_UPDATE, m -> {
            assertThat(UpdateStruct.FLAGS.get(m, 0)).isEqualTo(DyskAbi.UPDATE_CREDENTIALS);
            seen.add(libc.at(UpdateStruct.CRED_PTR.get(m, 0)));
            return 0;
        });
        dysk.update(3, 77, DeviceUpdate.ofCredential(KEY));
        assertThat(bytes(seen.getFirst())).hasSize(SECRET.length()).containsOnly(0);
    }

    @Test
    void attachGivesAllFieldsAndTakesAllAnswers() {
        libc.ioctls.put(DyskAbi.IOC_ATTACH, m -> {
            assertThat(AttachStruct.SIZE.get(m, 0)).isEqualTo(AttachStruct.LAYOUT.size());
            assertThat(AttachStruct.FLAGS.get(m, 0))
                    .isEqualTo(DyskAbi.ATTACH_PATH_STYLE | DyskAbi.ATTACH_PARTITIONS);
            assertThat(AttachStruct.CRED_TYPE.get(m, 0)).isEqualTo(1);
            assertThat(AttachStruct.MAX_CONNECTIONS.get(m, 0)).isEqualTo(16);
            assertThat(AttachStruct.REQUEST_TIMEOUT_MS.get(m, 0)).isEqualTo(1500);
            assertThat(AttachStruct.NO_PATH_TIMEOUT_S.get(m, 0)).isEqualTo(-1);
            assertThat(AttachStruct.IDLE_TIMEOUT_MS.get(m, 0)).isZero();
            assertThat(AttachStruct.ATTACH_TIMEOUT_MS.get(m, 0)).isEqualTo(10_000);
            assertThat(AttachStruct.ADDR_COUNT.get(m, 0)).isEqualTo(2);
            assertThat(AddressStruct.readAll(m, 0, AttachStruct.ADDRS, 2)).isEqualTo(addresses());
            assertThat(AttachStruct.HOST.get(m, 0)).isEqualTo("blob:10000");
            assertThat(AttachStruct.ACCOUNT.get(m, 0)).isEqualTo("acct");
            assertThat(AttachStruct.CONTAINER.get(m, 0)).isEqualTo("dysks");
            assertThat(AttachStruct.BLOB.get(m, 0)).isEqualTo("db/data é.vhd");
            assertThat(AttachStruct.SNAPSHOT.get(m, 0)).isEmpty();
            assertThat(AttachStruct.LEASE_ID.get(m, 0)).isEqualTo(LEASE);
            assertThat(AttachStruct.LABEL.get(m, 0)).isEqualTo("mine");
            assertThat(AttachStruct.TAIL_BYTES.get(m, 0)).isEqualTo(512);
            AttachStruct.INDEX.set(m, 0, 5);
            AttachStruct.MAJOR.set(m, 0, 252);
            AttachStruct.MINOR.set(m, 0, 40);
            AttachStruct.ATTACH_ID.set(m, 0, 99);
            AttachStruct.CAPACITY_BYTES.set(m, 0, 1L << 43);
            AttachStruct.EPOCH.set(m, 0, 3L << 20);
            AttachStruct.CLOCK_SKEW_S.set(m, 0, -2);
            return 0;
        });
        Attachment attachment = dysk.attach(request()
                .withPartitions(true)
                .withTailBytes(512)
                .withLabel("mine")
                .withTimeout(Duration.ofSeconds(10))
                .withLimits(Limits.DEFAULTS
                        .withMaxConnections(16)
                        .withRequestTimeout(Duration.ofMillis(1500))
                        .withNoPathTimeout(Limits.FOREVER)));
        assertThat(attachment)
                .isEqualTo(new Attachment(
                        5, 99, new DeviceNumber(252, 40), 1L << 43, 3L << 20, Duration.ofSeconds(-2)));
        assertThat(attachment.device()).isEqualTo(Path.of("/dev/dysk5"));
        assertThat(libc.openDescriptors()).isZero();
    }

    @Test
    void aReadOnlyAttachOfASnapshotSendsNoLease() {
        libc.ioctls.put(DyskAbi.IOC_ATTACH, m -> {
            assertThat(AttachStruct.FLAGS.get(m, 0)).isEqualTo(DyskAbi.ATTACH_READ_ONLY | DyskAbi.ATTACH_PATH_STYLE);
            assertThat(AttachStruct.LEASE_ID.get(m, 0)).isEmpty();
            assertThat(AttachStruct.SNAPSHOT.get(m, 0)).isEqualTo("2026-11-21T00:00:00.0000000Z");
            return 0;
        });
        BlobLocation snapshot = new BlobLocation("acct", "c", "b", Optional.of("2026-11-21T00:00:00.0000000Z"));
        dysk.attach(AttachRequest.readOnly(snapshot, endpoint(), Credential.sas("?sv=1&sig=x")));
    }

    @Test
    void aWritableAttachWithoutLeaseOrOfASnapshotCannotBeMade() {
        Endpoint endpoint = endpoint();
        BlobLocation snapshot = new BlobLocation("acct", "c", "b", Optional.of("2026"));
        assertThatThrownBy(() -> AttachRequest.writable(snapshot, endpoint, KEY, LEASE))
                .hasMessageContaining("read-only");
        assertThatThrownBy(() -> new AttachRequest(
                        BLOB, endpoint, KEY, Optional.empty(), false, false, 0, "", Limits.DEFAULTS, Optional.empty()))
                .hasMessageContaining("lease");
    }

    @ParameterizedTest
    @ValueSource(longs = {-512, 1, 511, 513})
    void aTailThatIsNotWholeSectorsCannotBeAskedFor(long bytes) {
        assertThatThrownBy(() -> request().withTailBytes(bytes)).hasMessageContaining("sectors of 512");
    }

    @Test
    void listFollowsTheCursorToTheEnd() {
        List<Long> firsts = new ArrayList<>();
        libc.ioctls.put(DyskAbi.IOC_LIST, m -> {
            long first = ListStruct.FIRST.getUnsigned(m, 0);
            firsts.add(first);
            ByteBuffer entries = libc.at(ListStruct.ENTRIES.get(m, 0));
            int room = ListStruct.COUNT.get(m, 0);
            int count = (int) Math.min(room, 130 - first);
            for (int i = 0; i < count; i++) {
                entry(entries, i * ListStruct.ENTRY_SIZE.get(m, 0), (int) first + i);
            }
            ListStruct.COUNT.set(m, 0, count);
            ListStruct.NEXT.set(m, 0, first + count < 130 ? first + count : 0);
            return 0;
        });
        List<DeviceInfo> devices = dysk.list();
        assertThat(devices).extracting(DeviceInfo::index).hasSize(130).isSorted().doesNotHaveDuplicates();
        assertThat(firsts).containsExactly(0L, 64L, 128L);
    }

    @Test
    void aListThatGoesBackwardsEndsInAnErrorNotInALoop() {
        libc.ioctls.put(DyskAbi.IOC_LIST, m -> {
            ListStruct.COUNT.set(m, 0, 0);
            ListStruct.NEXT.set(m, 0, 1);
            return 0;
        });
        assertThatThrownBy(dysk::list).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void getReadsEveryField() {
        libc.ioctls.put(DyskAbi.IOC_GET, m -> {
            entry(m, 0, InfoStruct.INDEX.get(m, 0));
            return 0;
        });
        DeviceInfo info = dysk.get(4);
        assertThat(info.index()).isEqualTo(4);
        assertThat(info.open()).isTrue();
        assertThat(info.readOnly()).isFalse();
        assertThat(info.pathStyle()).isTrue();
        assertThat(info.health())
                .isEqualTo(new Health(
                        DeviceState.HELD, Duration.ofMillis(2500), Reason.THROTTLED, 503, "ServerBusy"));
        assertThat(info.blob()).isEqualTo(BlobLocation.of("acct", "c", "b"));
        assertThat(info.leaseId()).contains(LEASE);
        assertThat(info.capacityBytes()).isEqualTo(1L << 30);
        assertThat(info.tailBytes()).isEqualTo(512);
        assertThat(info.limits().noPathTimeout()).contains(Limits.FOREVER);
        assertThat(info.addresses()).hasSize(1).first().hasToString("127.0.0.1:10000");
        assertThat(info.attachedAt()).hasToString("2026-11-21T12:00:00Z");
    }

    @Test
    void aDeviceThatIsNotThereIsToldAsSuch() {
        libc.ioctls.put(DyskAbi.IOC_GET, m -> -Errno.ENODEV.number());
        assertThatThrownBy(() -> dysk.get(9))
                .isInstanceOf(DyskException.class)
                .hasMessageContaining("/dev/dysk9")
                .hasMessageContaining("no such device");
    }

    @Test
    void detachNamesTheAttachmentAndSaysWhyItIsRefused() {
        libc.ioctls.put(DyskAbi.IOC_DETACH, m -> {
            assertThat(DetachStruct.INDEX.get(m, 0)).isEqualTo(3);
            assertThat(DetachStruct.ATTACH_ID.get(m, 0)).isEqualTo(77);
            assertThat(DetachStruct.FLAGS.get(m, 0)).isZero();
            return -Errno.EBUSY.number();
        });
        assertThatThrownBy(() -> dysk.detach(3, 77, false))
                .hasMessageContaining("in use")
                .hasMessageContaining("Unmount");
    }

    @Test
    void resizeGivesTheNewSizeOrTheServicesAnswer() {
        libc.ioctls.put(DyskAbi.IOC_RESIZE, m -> {
            ResizeStruct.CAPACITY_BYTES.set(m, 0, 1L << 31);
            return 0;
        });
        assertThat(dysk.resize(1, 0)).isEqualTo(1L << 31);
        libc.ioctls.put(DyskAbi.IOC_RESIZE, m -> {
            ResizeStruct.REASON.set(m, 0, Reason.SHRUNK.code());
            return -Errno.ERANGE.number();
        });
        assertThatThrownBy(() -> dysk.resize(1, 0)).hasMessageContaining("smaller than the device");
    }

    @Test
    void statsCountPerOperation() {
        libc.ioctls.put(DyskAbi.IOC_STATS, m -> {
            int write = StatsStruct.OPS.element(0, DyskAbi.STAT_WRITE);
            StatsStruct.ATTACH_ID.set(m, 0, 77);
            StatsStruct.DONE.set(m, write, 1000);
            StatsStruct.SERVICE_US.set(m, write, 4_000_000);
            m.putLong(write + StatsStruct.SERVICE_HIST.offset() + 8 * 12, 990);
            m.putLong(write + StatsStruct.SERVICE_HIST.offset() + 8 * 20, 10);
            StatsStruct.HELD_MS.set(m, 0, 250);
            return 0;
        });
        DeviceStats stats = dysk.stats(2, 0);
        assertThat(stats.attachId()).isEqualTo(77);
        assertThat(stats.held()).isEqualTo(Duration.ofMillis(250));
        assertThat(stats.reads().done()).isZero();
        assertThat(stats.writes().done()).isEqualTo(1000);
        assertThat(stats.writes().serviceTime()).isEqualTo(Duration.ofSeconds(4));
        assertThat(stats.writes().service().quantile(0.5)).isEqualTo(Duration.ofNanos(4_096_000));
        assertThat(stats.writes().service().quantile(0.999)).isEqualTo(Duration.ofNanos((1L << 20) * 1000));
        assertThat(stats.clears().service().quantile(0.5)).isEqualTo(Duration.ofNanos(1_000).minusNanos(1000));
    }

    @Test
    void valuesOfALaterModuleAreUnknownNotAnError() {
        assertThat(Reason.of(4711)).isEqualTo(Reason.UNKNOWN);
        assertThat(DeviceState.of(4711)).isEqualTo(DeviceState.UNKNOWN);
        assertThat(Credential.Kind.of(4711)).isEqualTo(Credential.Kind.UNKNOWN);
    }

    private void abi(int major, int minor) {
        libc.ioctls.put(DyskAbi.IOC_VERSION, m -> {
            assertThat(VersionStruct.SIZE.get(m, 0)).isEqualTo(VersionStruct.LAYOUT.size());
            VersionStruct.ABI_MAJOR.set(m, 0, major);
            VersionStruct.ABI_MINOR.set(m, 0, minor);
            VersionStruct.FEATURES.set(m, 0, 1);
            VersionStruct.MODULE.set(m, 0, "0.1.0");
            return 0;
        });
    }

    private static void entry(ByteBuffer m, int base, int index) {
        InfoStruct.FLAGS.set(m, base, DyskAbi.INFO_OPEN | DyskAbi.ATTACH_PATH_STYLE);
        InfoStruct.INDEX.set(m, base, index);
        InfoStruct.STATE.set(m, base, DeviceState.HELD.code());
        InfoStruct.REASON.set(m, base, Reason.THROTTLED.code());
        InfoStruct.HTTP_STATUS.set(m, base, 503);
        InfoStruct.ERROR_CODE.set(m, base, "ServerBusy");
        InfoStruct.CAPACITY_BYTES.set(m, base, 1L << 30);
        InfoStruct.TAIL_BYTES.set(m, base, 512);
        InfoStruct.STATE_SINCE_MS.set(m, base, 2500);
        InfoStruct.ATTACHED_AT_S.set(m, base, 1795262400L);
        InfoStruct.NO_PATH_TIMEOUT_S.set(m, base, 0xffff_ffffL);
        InfoStruct.ADDR_COUNT.set(m, base, 1);
        int address = InfoStruct.ADDRS.element(base, 0);
        AddressStruct.FAMILY.set(m, address, 4);
        AddressStruct.PORT.set(m, address, 10000);
        AddressStruct.ADDR.set(m, address, new byte[] {127, 0, 0, 1});
        InfoStruct.HOST.set(m, base, "blob:10000");
        InfoStruct.ACCOUNT.set(m, base, "acct");
        InfoStruct.CONTAINER.set(m, base, "c");
        InfoStruct.BLOB.set(m, base, "b");
        InfoStruct.LEASE_ID.set(m, base, LEASE);
    }

    private static AttachRequest request() {
        return AttachRequest.writable(BLOB, endpoint(), KEY, LEASE);
    }

    private static Endpoint endpoint() {
        return new Endpoint("blob:10000", true, addresses());
    }

    private static List<EndpointAddress> addresses() {
        return List.of(
                new EndpointAddress(InetAddress.ofLiteral("10.0.0.4"), 10000),
                new EndpointAddress(InetAddress.ofLiteral("fd00::4"), 10000));
    }

    private static byte[] bytes(ByteBuffer memory) {
        byte[] all = new byte[memory.capacity()];
        memory.get(0, all);
        return Arrays.copyOf(all, all.length);
    }
}
