package io.dysk.blobserver;

import static io.dysk.blobserver.TestBlob.headers;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The page-blob protocol as the REST documentation has it, over raw HTTP. Where an implementation
 * is known to differ, its {@link #quirks} say how; a quirk that went away fails too.
 */
abstract class PageBlobProtocolContract {
    private static final AtomicInteger CONTAINERS = new AtomicInteger();
    static final String LEASE_A = "aaaaaaaa-0000-4000-8000-00000000000a";
    static final String LEASE_B = "bbbbbbbb-0000-4000-8000-00000000000b";
    static final int MIB = 1 << 20;

    private RawClient client;
    private String container;
    TestBlob blob;

    /** Port of the implementation, with the emulator's account. */
    abstract int port();

    /** Case to the answer that this implementation is known to give instead, as of {@link Reply#summary}. */
    abstract Map<String, String> quirks();

    @BeforeEach
    void makeContainer() throws IOException {
        client = new RawClient(port());
        container = "contract-" + ProcessHandle.current().pid() + "-" + CONTAINERS.incrementAndGet();
        assertThat(client.send("PUT", containerPath(), "restype=container", Map.of()).status()).isEqualTo(201);
        blob = blob("volume");
    }

    @AfterEach
    void dropContainer() throws IOException {
        client.send("DELETE", containerPath(), "restype=container", Map.of());
        client.close();
    }

    private String containerPath() {
        return "/" + RawClient.ACCOUNT + "/" + container;
    }

    private TestBlob blob(String name) {
        return new TestBlob(client, containerPath() + "/" + name);
    }

    private String url(TestBlob of) {
        return "http://127.0.0.1:" + port() + of.path();
    }

    /** The answer is the documented one, or the quirk of that name. */
    private void expect(String name, String documented, Reply reply) {
        assertThat(reply.summary()).as(name).isEqualTo(quirks().getOrDefault(name, documented));
    }

    private boolean quirk(String name) {
        return quirks().containsKey(name);
    }

    static byte[] bytes(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    // ---- Put Blob

    @Test
    void createsASparseBlobOfAnySizeUpToEightTebibytes() throws IOException {
        for (long size : new long[] {0, 512, MIB, 32L << 30, 8L << 40}) {
            assertThat(blob.create(size).summary()).isEqualTo("201");
            Reply head = blob.head();
            assertThat(head.header("content-length")).isEqualTo(Long.toString(size));
            assertThat(head.header("x-ms-blob-type")).isEqualTo("PageBlob");
            assertThat(head.header("x-ms-blob-sequence-number")).isEqualTo("0");
        }
        assertThat(PageLists.of(blob.pageList(""))).isEmpty();
    }

    @Test
    void refusesSizesThatAreNotWholePagesOrTooLarge() throws IOException {
        expect("create/unaligned", "400 InvalidHeaderValue", blob.create(1000));
        expect("create/too-large", "400 InvalidHeaderValue", blob.create((8L << 40) + 512));
        expect("create/no-length", "400 MissingRequiredHeader", blob.put("", headers("x-ms-blob-type", "PageBlob")));
    }

    @Test
    void createDoesNotOverwriteWhenToldNotTo() throws IOException {
        blob.create(MIB);
        blob.write(0, bytes(512, 1));
        expect("create/if-none-match", "409 BlobAlreadyExists", blob.create(MIB, "If-None-Match", "*"));
        assertThat(blob.read(0, 512).body()).isEqualTo(bytes(512, 1));
        assertThat(blob.create(MIB).summary()).isEqualTo("201");
        assertThat(blob.read(0, 512).body()).isEqualTo(new byte[512]);
    }

    @Test
    void createTakesASequenceNumberAndMetadata() throws IOException {
        blob.create(MIB, "x-ms-blob-sequence-number", "77", "x-ms-meta-volume", "v1");
        Reply head = blob.head();
        assertThat(head.header("x-ms-blob-sequence-number")).isEqualTo("77");
        assertThat(head.header("x-ms-meta-volume")).isEqualTo("v1");
    }

    @Test
    void aContainerThatIsNotThereIsSaidSo() throws IOException {
        TestBlob nowhere = new TestBlob(client, "/" + RawClient.ACCOUNT + "/no-such-container/volume");
        assertThat(nowhere.create(MIB).summary()).isEqualTo("404 ContainerNotFound");
        assertThat(nowhere.read(0, 512).summary()).isEqualTo("404 ContainerNotFound");
        assertThat(nowhere.write(0, new byte[512]).summary()).isEqualTo("404 ContainerNotFound");
        assertThat(blob("nothing").read(0, 512).summary()).isEqualTo("404 BlobNotFound");
        assertThat(blob("nothing").write(0, new byte[512]).summary()).isEqualTo("404 BlobNotFound");
        assertThat(blob("nothing").head().summary()).isEqualTo("404 BlobNotFound");
    }

    // ---- Put Page and Get Blob

    @Test
    void readsBackWhatWasWrittenAndZerosElsewhere() throws IOException {
        blob.create(64L * MIB);
        byte[] data = bytes(8192, 2);
        Reply written = blob.write(4096, data);
        assertThat(written.summary()).isEqualTo("201");
        assertThat(written.header("content-length")).isEqualTo("0");
        assertThat(written.header("x-ms-blob-sequence-number")).isEqualTo("0");
        byte[] expected = new byte[16384];
        System.arraycopy(data, 0, expected, 4096, 8192);
        Reply read = blob.read(0, 16384);
        assertThat(read.summary()).isEqualTo("206");
        assertThat(read.body()).isEqualTo(expected);
        assertThat(read.header("content-length")).isEqualTo("16384");
        assertThat(read.header("content-range")).isEqualTo("bytes 0-16383/" + 64 * MIB);
        assertThat(read.header("etag")).isEqualTo(written.header("etag"));
        assertThat(blob.read(5000, 7).body()).isEqualTo(Arrays.copyOfRange(data, 904, 911));
    }

    @Test
    void writesUpToFourMebibytesAtOnce() throws IOException {
        blob.create(16L * MIB);
        byte[] data = bytes(4 * MIB, 3);
        assertThat(blob.write(4L * MIB, data).summary()).isEqualTo("201");
        assertThat(blob.read(4L * MIB, 4 * MIB).body()).isEqualTo(data);
        expect("write/too-long", "413 RequestBodyTooLarge", blob.write(0, new byte[4 * MIB + 512]));
    }

    @Test
    void readsTheWholeBlobWithoutARange() throws IOException {
        blob.create(3L * MIB);
        blob.write(MIB, bytes(512, 4));
        Reply read = blob.get("", Map.of());
        assertThat(read.summary()).isEqualTo("200");
        assertThat(read.body()).hasSize(3 * MIB);
        assertThat(Arrays.copyOfRange(read.body(), MIB, MIB + 512)).isEqualTo(bytes(512, 4));
    }

    @Test
    void refusesWritesThatAreNotWholePages() throws IOException {
        blob.create(MIB);
        expect("write/offset", "416 InvalidPageRange", blob.write(100, new byte[512]));
        expect("write/length", "416 InvalidPageRange",
                blob.write(0, new byte[1024], "x-ms-range", "bytes=0-511"));
        expect("write/no-range", "400 MissingRequiredHeader",
                client.send("PUT", blob.path(), "comp=page", headers("x-ms-page-write", "update"), new byte[512]));
        expect("write/no-action", "400 MissingRequiredHeader",
                client.send("PUT", blob.path(), "comp=page", headers("x-ms-range", "bytes=0-511"), new byte[512]));
        assertThat(PageLists.of(blob.pageList(""))).isEmpty();
    }

    @Test
    void refusesWritesBehindTheEnd() throws IOException {
        blob.create(MIB);
        expect("write/behind-end", "416 InvalidPageRange", blob.write(MIB, new byte[512]));
        expect("write/straddling-end", "416 InvalidPageRange", blob.write(MIB - 512, new byte[1024]));
        expect("clear/straddling-end", "416 InvalidPageRange", blob.clear(MIB - 512, 1024));
    }

    @Test
    void clearsAnyNumberOfPages() throws IOException {
        blob.create(8L << 40);
        blob.write(0, bytes(512, 5));
        blob.write((8L << 40) - 512, bytes(512, 6));
        assertThat(PageLists.of(blob.pageList(""))).containsExactly("0-511", (8L << 40) - 512 + "-" + ((8L << 40) - 1));
        assertThat(blob.clear(0, 8L << 40).summary()).isEqualTo("201");
        assertThat(PageLists.of(blob.pageList(""))).isEmpty();
        assertThat(blob.read(0, 512).body()).isEqualTo(new byte[512]);
    }

    @Test
    void readsOutsideOfTheBlobAreRefusedOrCut() throws IOException {
        blob.create(1024);
        assertThat(blob.read(512, 4096).header("content-range")).isEqualTo("bytes 512-1023/1024");
        expect("read/at-end", "416 InvalidRange", blob.read(1024, 512));
        Reply beyond = blob.read(2048, 512);
        expect("read/behind-end", "416 InvalidRange", beyond);
        assertThat(beyond.header("content-range")).isEqualTo("bytes */1024");
    }

    @Test
    void damagedBodiesAreNotWritten() throws IOException {
        blob.create(MIB);
        byte[] data = bytes(512, 7);
        expect("write/md5", "400 Md5Mismatch", blob.write(0, data, "Content-MD5", "AAAAAAAAAAAAAAAAAAAAAA=="));
        expect("write/crc64", "400 Crc64Mismatch", blob.write(0, data, "x-ms-content-crc64", "AAAAAAAAAAA="));
        assertThat(PageLists.of(blob.pageList(""))).isEmpty();
        String crc = Base64.getEncoder().encodeToString(crc64(data));
        assertThat(blob.write(0, data, "x-ms-content-crc64", crc).summary()).isEqualTo("201");
        assertThat(blob.read(0, 512).body()).isEqualTo(data);
    }

    /** Bit by bit, so that it shares no table with anybody. */
    private static byte[] crc64(byte[] bytes) {
        long crc = ~0L;
        for (byte b : bytes) {
            crc ^= b & 0xff;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) == 0 ? crc >>> 1 : crc >>> 1 ^ 0x9A6C9329AC4BC9B5L;
            }
        }
        return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(~crc).array();
    }

    @Test
    void aSnapshotCanNotBeWritten() throws IOException {
        blob.create(MIB);
        String snapshot = blob.snapshot();
        Reply reply = client.send("PUT", blob.path(), "comp=page&snapshot=" + snapshot,
                headers("x-ms-page-write", "update", "x-ms-range", "bytes=0-511"), new byte[512]);
        expect("write/snapshot", "400 InvalidOperation", reply);
    }

    @Test
    void aBlockBlobTakesNoPages() throws IOException {
        Reply created = client.send("PUT", blob.path(), "", headers("x-ms-blob-type", "BlockBlob"), bytes(700, 1));
        assertThat(created.summary()).isEqualTo("201");
        assertThat(blob.head().header("x-ms-blob-type")).isEqualTo("BlockBlob");
        assertThat(blob.write(0, new byte[512]).summary()).isEqualTo("409 InvalidBlobType");
        assertThat(blob.get("", Map.of()).body()).isEqualTo(bytes(700, 1));
    }

    // ---- conditions

    @Test
    void writesObeySequenceNumberConditions() throws IOException {
        blob.create(MIB, "x-ms-blob-sequence-number", "5");
        String miss = "412 SequenceNumberConditionNotMet";
        assertThat(blob.write(0, new byte[512], "x-ms-if-sequence-number-eq", "4").summary()).isEqualTo(miss);
        assertThat(blob.write(0, new byte[512], "x-ms-if-sequence-number-eq", "0").summary()).isEqualTo(miss);
        assertThat(blob.write(0, new byte[512], "x-ms-if-sequence-number-eq", "5").summary()).isEqualTo("201");
        assertThat(blob.write(0, new byte[512], "x-ms-if-sequence-number-lt", "5").summary()).isEqualTo(miss);
        assertThat(blob.write(0, new byte[512], "x-ms-if-sequence-number-lt", "6").summary()).isEqualTo("201");
        assertThat(blob.write(0, new byte[512], "x-ms-if-sequence-number-le", "4").summary()).isEqualTo(miss);
        assertThat(blob.clear(0, 512, "x-ms-if-sequence-number-le", "5").summary()).isEqualTo("201");
        assertThat(blob.clear(0, 512, "x-ms-if-sequence-number-eq", "6").summary()).isEqualTo(miss);
    }

    @Test
    void writesAndReadsObeyEtags() throws IOException {
        String first = blob.create(MIB).header("etag");
        String second = blob.write(0, new byte[512], "If-Match", first).header("etag");
        assertThat(second).isNotEqualTo(first);
        assertThat(blob.write(0, new byte[512], "If-Match", first).summary()).isEqualTo("412 ConditionNotMet");
        assertThat(blob.read(0, 512, "If-Match", first).summary()).isEqualTo("412 ConditionNotMet");
        assertThat(blob.read(0, 512, "If-Match", second).status()).isEqualTo(206);
        assertThat(blob.read(0, 512, "If-None-Match", second).status()).isEqualTo(304);
        assertThat(blob.setProperties("If-Match", first, "x-ms-sequence-number-action", "increment").summary())
                .isEqualTo("412 ConditionNotMet");
        assertThat(blob.create(MIB, "If-Match", first).summary()).isEqualTo("412 ConditionNotMet");
    }

    // ---- Set Blob Properties, metadata, tags

    @Test
    void sequenceNumbersAreSetRaisedAndCounted() throws IOException {
        blob.create(MIB);
        assertThat(blob.sequence("update", 10).header("x-ms-blob-sequence-number")).isEqualTo("10");
        assertThat(blob.sequence("max", 7).header("x-ms-blob-sequence-number")).isEqualTo("10");
        assertThat(blob.sequence("max", 1L << 40).header("x-ms-blob-sequence-number")).isEqualTo(Long.toString(1L << 40));
        assertThat(blob.setProperties("x-ms-sequence-number-action", "increment").header("x-ms-blob-sequence-number"))
                .isEqualTo(Long.toString((1L << 40) + 1));
        expect("sequence/increment-with-number", "400 InvalidHeaderValue", blob.sequence("increment", 1));
        expect("sequence/update-without-number", "400 MissingRequiredHeader",
                blob.setProperties("x-ms-sequence-number-action", "update"));
    }

    @Test
    void shrinkingForgetsWhatWasCutOff() throws IOException {
        blob.create(MIB);
        blob.write(0, bytes(MIB, 8));
        assertThat(blob.setProperties("x-ms-blob-content-length", "4096").summary()).isEqualTo("200");
        assertThat(blob.head().header("content-length")).isEqualTo("4096");
        assertThat(blob.setProperties("x-ms-blob-content-length", Integer.toString(MIB)).summary()).isEqualTo("200");
        assertThat(PageLists.of(blob.pageList(""))).containsExactly("0-4095");
        assertThat(blob.read(4096, 4096).body()).isEqualTo(new byte[4096]);
        expect("resize/unaligned", "400 InvalidHeaderValue", blob.setProperties("x-ms-blob-content-length", "1000"));
    }

    @Test
    void metadataIsReplacedAsAWhole() throws IOException {
        String created = blob.create(MIB, "x-ms-meta-a", "1", "x-ms-meta-b", "2").header("etag");
        Reply set = blob.put("comp=metadata", headers("x-ms-meta-c", "3"));
        assertThat(set.summary()).isEqualTo("200");
        assertThat(set.header("etag")).isNotEqualTo(created);
        Reply head = blob.head();
        assertThat(head.header("x-ms-meta-c")).isEqualTo("3");
        assertThat(head.headers()).doesNotContainKeys("x-ms-meta-a", "x-ms-meta-b");
        expect("metadata/name", "400 InvalidMetadata", blob.put("comp=metadata", headers("x-ms-meta-1a", "x")));
        expect("metadata/too-large", "400 MetadataTooLarge", blob.put("comp=metadata", headers("x-ms-meta-a", "x".repeat(8300))));
    }

    @Test
    void tagsAreSetAndRead() throws IOException {
        blob.create(MIB, "x-ms-tags", "volume=v1");
        assertThat(blob.get("comp=tags", Map.of()).text()).contains("<Key>volume</Key><Value>v1</Value>");
        byte[] document = "<?xml version=\"1.0\" encoding=\"utf-8\"?><Tags><TagSet><Tag><Key>node</Key><Value>n1</Value></Tag></TagSet></Tags>"
                .getBytes(StandardCharsets.UTF_8);
        String etag = blob.head().header("etag");
        assertThat(client.send("PUT", blob.path(), "comp=tags", headers("Content-Type", "application/xml"), document).status())
                .isEqualTo(204);
        assertThat(blob.get("comp=tags", Map.of()).text()).contains("<Key>node</Key><Value>n1</Value>").doesNotContain("volume");
        assertThat(blob.head().header("etag")).isEqualTo(etag);
    }

    /** With the emulator's account as a premium one. */
    static BlobServerConfig premium(BlobServerConfig config) {
        return config.withAccounts(config.accounts(), config.accounts().keySet());
    }

    @Test
    void tiersOfPremiumPageBlobsAreTakenAndTold() throws IOException {
        expect("tier/create", "201", blob.create(MIB, "x-ms-access-tier", "P10"));
        blob.create(MIB);
        expect("tier/set", "200", blob.put("comp=tier", headers("x-ms-access-tier", "P30")));
        if (!quirk("tier/set")) {
            assertThat(blob.head().header("x-ms-access-tier")).isEqualTo("P30");
        }
    }

    // ---- leases

    @Test
    void aLeaseIsAcquiredOnceAndAgainByItsHolder() throws IOException {
        String etag = blob.create(MIB).header("etag");
        Reply acquired = blob.acquire(LEASE_A, -1);
        assertThat(acquired.summary()).isEqualTo("201");
        assertThat(acquired.header("x-ms-lease-id")).isEqualTo(LEASE_A);
        assertThat(acquired.header("etag")).isEqualTo(etag);
        assertThat(blob.acquire(LEASE_A, -1).summary()).isEqualTo("201");
        assertThat(blob.acquire(LEASE_B, -1).summary()).isEqualTo("409 LeaseAlreadyPresent");
        Reply head = blob.head();
        assertThat(head.header("x-ms-lease-state")).isEqualTo("leased");
        assertThat(head.header("x-ms-lease-status")).isEqualTo("locked");
        assertThat(head.header("x-ms-lease-duration")).isEqualTo("infinite");
        assertThat(head.header("etag")).isEqualTo(etag);
    }

    @Test
    void leaseDurationsAreCheckedBeforeAnythingHappens() throws IOException {
        blob.create(MIB);
        assertThat(blob.acquire(LEASE_A, 14).summary()).isEqualTo("400 InvalidHeaderValue");
        assertThat(blob.acquire(LEASE_A, 61).summary()).isEqualTo("400 InvalidHeaderValue");
        assertThat(blob.head().header("x-ms-lease-state")).isEqualTo("available");
        assertThat(blob.acquire(LEASE_A, 60).summary()).isEqualTo("201");
        assertThat(blob.head().header("x-ms-lease-duration")).isEqualTo("fixed");
    }

    @Test
    void aLeasedBlobIsWrittenByItsHolderAlone() throws IOException {
        blob.create(MIB);
        blob.acquire(LEASE_A, -1);
        String missing = "412 LeaseIdMissing";
        assertThat(blob.write(0, new byte[512]).summary()).isEqualTo(missing);
        assertThat(blob.clear(0, 512).summary()).isEqualTo(missing);
        assertThat(blob.sequence("max", 9).summary()).isEqualTo(missing);
        assertThat(blob.setProperties("x-ms-blob-content-length", "512").summary()).isEqualTo(missing);
        assertThat(blob.put("comp=metadata", headers("x-ms-meta-a", "1")).summary()).isEqualTo(missing);
        assertThat(blob.create(MIB).summary()).isEqualTo(missing);
        assertThat(blob.delete().summary()).isEqualTo(missing);
        String mismatch = "412 LeaseIdMismatchWithBlobOperation";
        assertThat(blob.write(0, new byte[512], "x-ms-lease-id", LEASE_B).summary()).isEqualTo(mismatch);
        assertThat(blob.read(0, 512, "x-ms-lease-id", LEASE_B).summary()).isEqualTo(mismatch);
        assertThat(blob.read(0, 512).status()).isEqualTo(206);
        assertThat(blob.write(0, new byte[512], "x-ms-lease-id", LEASE_A).summary()).isEqualTo("201");
        assertThat(blob.sequence("max", 9, "x-ms-lease-id", LEASE_A).summary()).isEqualTo("200");
        assertThat(blob.delete("x-ms-lease-id", LEASE_A).summary()).isEqualTo("202");
    }

    @Test
    void aLeaseIdOnABlobWithoutLeaseFencesTheWrite() throws IOException {
        blob.create(MIB);
        String absent = "412 LeaseNotPresentWithBlobOperation";
        assertThat(blob.write(0, new byte[512], "x-ms-lease-id", LEASE_A).summary()).isEqualTo(absent);
        blob.acquire(LEASE_A, -1);
        blob.lease("release", "x-ms-lease-id", LEASE_A);
        assertThat(blob.write(0, new byte[512], "x-ms-lease-id", LEASE_A).summary()).isEqualTo(absent);
        blob.acquire(LEASE_A, -1);
        blob.lease("break", "x-ms-lease-break-period", "0");
        expect("write/broken-lease", "412 LeaseLost", blob.write(0, new byte[512], "x-ms-lease-id", LEASE_A));
        blob.acquire(LEASE_B, -1);
        assertThat(blob.write(0, new byte[512], "x-ms-lease-id", LEASE_A).summary())
                .isEqualTo("412 LeaseIdMismatchWithBlobOperation");
    }

    @Test
    void leasesAreRenewedChangedReleasedAndBroken() throws IOException {
        blob.create(MIB);
        blob.acquire(LEASE_A, 60);
        assertThat(blob.lease("renew", "x-ms-lease-id", LEASE_A).summary()).isEqualTo("200");
        assertThat(blob.lease("renew", "x-ms-lease-id", LEASE_B).summary()).isEqualTo("409 LeaseIdMismatchWithLeaseOperation");
        assertThat(blob.lease("change", "x-ms-lease-id", LEASE_A, "x-ms-proposed-lease-id", LEASE_B).header("x-ms-lease-id"))
                .isEqualTo(LEASE_B);
        assertThat(blob.lease("change", "x-ms-lease-id", LEASE_A, "x-ms-proposed-lease-id", LEASE_B).status()).isEqualTo(200);
        assertThat(blob.lease("release", "x-ms-lease-id", LEASE_A).summary()).isEqualTo("409 LeaseIdMismatchWithLeaseOperation");
        assertThat(blob.lease("release", "x-ms-lease-id", LEASE_B).summary()).isEqualTo("200");
        assertThat(blob.lease("release", "x-ms-lease-id", LEASE_B).summary()).isEqualTo("409 LeaseIdMismatchWithLeaseOperation");
        assertThat(blob.lease("break").summary()).isEqualTo("409 LeaseNotPresentWithLeaseOperation");
    }

    @Test
    void aBreakingLeaseHoldsUntilItsTime() throws IOException {
        blob.create(MIB);
        blob.acquire(LEASE_A, -1);
        Reply breaking = blob.lease("break", "x-ms-lease-break-period", "50");
        assertThat(breaking.summary()).isEqualTo("202");
        assertThat(Integer.parseInt(breaking.header("x-ms-lease-time"))).isBetween(45, 50);
        assertThat(blob.head().header("x-ms-lease-state")).isEqualTo("breaking");
        assertThat(blob.write(0, new byte[512]).summary()).isEqualTo("412 LeaseIdMissing");
        assertThat(blob.write(0, new byte[512], "x-ms-lease-id", LEASE_A).summary()).isEqualTo("201");
        assertThat(blob.acquire(LEASE_B, -1).status()).isEqualTo(409);
        assertThat(blob.lease("break", "x-ms-lease-break-period", "0").header("x-ms-lease-time")).isEqualTo("0");
        assertThat(blob.head().header("x-ms-lease-state")).isEqualTo("broken");
        assertThat(blob.acquire(LEASE_B, -1).summary()).isEqualTo("201");
    }

    // ---- snapshots and copies

    @Test
    void aSnapshotKeepsWhatWas() throws IOException {
        blob.create(MIB, "x-ms-meta-of", "base");
        blob.write(0, bytes(4096, 9));
        String snapshot = blob.snapshot();
        blob.write(0, bytes(4096, 10));
        blob.setProperties("x-ms-blob-content-length", "512");
        assertThat(blob.readSnapshot(snapshot, 0, 4096).body()).isEqualTo(bytes(4096, 9));
        Reply head = client.send("HEAD", blob.path(), "snapshot=" + snapshot, Map.of());
        assertThat(head.header("content-length")).isEqualTo(Integer.toString(MIB));
        assertThat(head.header("x-ms-meta-of")).isEqualTo("base");
        assertThat(blob.get("snapshot=2020-01-01T00:00:00.0000000Z", Map.of()).summary()).isEqualTo("404 BlobNotFound");
    }

    @Test
    void aBlobWithSnapshotsIsDeletedOnlyWithThem() throws IOException {
        blob.create(MIB);
        String snapshot = blob.snapshot();
        assertThat(blob.delete().summary()).isEqualTo("409 SnapshotsPresent");
        assertThat(client.send("DELETE", blob.path(), "snapshot=" + snapshot, Map.of()).summary()).isEqualTo("202");
        assertThat(blob.readSnapshot(snapshot, 0, 512).summary()).isEqualTo("404 BlobNotFound");
        String second = blob.snapshot();
        assertThat(blob.delete("x-ms-delete-snapshots", "only").summary()).isEqualTo("202");
        assertThat(blob.readSnapshot(second, 0, 512).summary()).isEqualTo("404 BlobNotFound");
        blob.snapshot();
        assertThat(blob.delete("x-ms-delete-snapshots", "include").summary()).isEqualTo("202");
        assertThat(blob.head().summary()).isEqualTo("404 BlobNotFound");
    }

    @Test
    void aCopyOfASnapshotHasItsContentSequenceNumberAndMetadata() throws IOException {
        blob.create(MIB, "x-ms-blob-sequence-number", "3", "x-ms-meta-of", "base");
        blob.write(512, bytes(512, 11));
        String snapshot = blob.snapshot();
        blob.write(512, bytes(512, 12));
        TestBlob clone = blob("clone");
        Reply copied = clone.copyFrom(url(blob) + "?snapshot=" + snapshot);
        assertThat(copied.summary()).isEqualTo("202");
        assertThat(copied.header("x-ms-copy-status")).isEqualTo("success");
        assertThat(clone.read(512, 512).body()).isEqualTo(bytes(512, 11));
        Reply head = clone.head();
        assertThat(head.header("x-ms-copy-status")).isEqualTo("success");
        assertThat(head.header("x-ms-copy-id")).isEqualTo(copied.header("x-ms-copy-id"));
        assertThat(head.header("x-ms-copy-progress")).isEqualTo(MIB + "/" + MIB);
        assertThat(head.header("x-ms-blob-sequence-number")).isEqualTo("3");
        assertThat(head.header("x-ms-meta-of")).isEqualTo("base");
        assertThat(clone.copyFrom(url(blob("nothing"))).status()).isEqualTo(404);
    }

    @Test
    void copiesAreIndependent() throws IOException {
        blob.create(MIB);
        blob.write(0, bytes(4096, 13));
        String snapshot = blob.snapshot();
        TestBlob clone = blob("clone");
        clone.copyFrom(url(blob) + "?snapshot=" + snapshot);
        clone.write(0, bytes(512, 14));
        byte[] seen = blob.readSnapshot(snapshot, 0, 4096).body();
        if (quirk("copy/shares-pages")) {
            assertThat(seen).as("copy/shares-pages").isNotEqualTo(bytes(4096, 13));
        } else {
            assertThat(seen).isEqualTo(bytes(4096, 13));
            assertThat(blob.read(0, 4096).body()).isEqualTo(bytes(4096, 13));
        }
    }

    @Test
    void abortingACopyThatIsDoneIsRefused() throws IOException {
        blob.create(MIB);
        TestBlob clone = blob("clone");
        String id = clone.copyFrom(url(blob)).header("x-ms-copy-id");
        assertThat(clone.put("comp=copy&copyid=" + id, headers("x-ms-copy-action", "abort")).summary())
                .isEqualTo("409 NoPendingCopyOperation");
    }

    @Test
    void pagesAreWrittenFromAnotherBlob() throws IOException {
        blob.create(MIB);
        blob.write(1024, bytes(1024, 15));
        TestBlob target = blob("target");
        target.create(MIB);
        Reply reply = target.put("comp=page", headers("x-ms-page-write", "update", "x-ms-range", "bytes=0-1023",
                "x-ms-copy-source", url(blob), "x-ms-source-range", "bytes=1024-2047"));
        expect("write/from-url", "201", reply);
        if (!quirk("write/from-url")) {
            assertThat(target.read(0, 1024).body()).isEqualTo(bytes(1024, 15));
        }
    }

    // ---- page lists

    @Test
    void pageListsAreExact() throws IOException {
        blob.create(MIB);
        blob.write(0, new byte[512]);
        blob.write(512, new byte[512]);
        blob.write(8192, new byte[4096]);
        blob.clear(9216, 512);
        assertThat(PageLists.of(blob.pageList(""))).containsExactly("0-1023", "8192-9215", "9728-12287");
        assertThat(PageLists.of(blob.pageList("", "x-ms-range", "bytes=512-9215"))).containsExactly("512-1023", "8192-9215");
        assertThat(blob.pageList("").header("x-ms-blob-content-length")).isEqualTo(Integer.toString(MIB));
    }

    @Test
    void pageListsComeInPages() throws IOException {
        blob.create(MIB);
        for (int i = 0; i < 5; i++) {
            blob.write(i * 1024L, new byte[512]);
        }
        Reply first = blob.pageList("maxresults=2");
        if (quirk("page-list/paging")) {
            assertThat(PageLists.of(first)).as("page-list/paging").hasSize(5);
            return;
        }
        assertThat(PageLists.of(first)).containsExactly("0-511", "1024-1535");
        String marker = first.text().replaceAll("(?s).*<NextMarker>(.*)</NextMarker>.*", "$1");
        assertThat(PageLists.of(blob.pageList("maxresults=3&marker=" + marker)))
                .containsExactly("2048-2559", "3072-3583", "4096-4607");
    }

    @Test
    void differencesFromASnapshotAreWhatWasWrittenAndClearedSince() throws IOException {
        blob.create(MIB);
        blob.write(0, bytes(8192, 16));
        String first = blob.snapshot();
        blob.write(1024, bytes(512, 17));
        blob.clear(4096, 1024);
        String second = blob.snapshot();
        blob.write(16384, bytes(512, 18));
        if (quirk("page-list/difference")) {
            assertThat(PageLists.of(blob.pageList("prevsnapshot=" + first))).as("page-list/difference")
                    .containsExactly("0-4095", "5120-8191", "16384-16895");
            return;
        }
        assertThat(PageLists.of(blob.pageList("prevsnapshot=" + first)))
                .containsExactly("1024-1535", "!4096-5119", "16384-16895");
        assertThat(PageLists.of(blob.pageList("prevsnapshot=" + first + "&snapshot=" + second)))
                .containsExactly("1024-1535", "!4096-5119");
        assertThat(PageLists.of(blob.pageList("prevsnapshot=" + second))).containsExactly("16384-16895");
        assertThat(client.send("DELETE", blob.path(), "snapshot=" + second, Map.of()).status()).isEqualTo(202);
        assertThat(PageLists.of(blob.pageList("prevsnapshot=" + first)))
                .containsExactly("1024-1535", "!4096-5119", "16384-16895");
        blob.create(MIB);
        assertThat(blob.pageList("prevsnapshot=" + first).summary()).isEqualTo("409 BlobOverwritten");
    }

    // ---- listing

    @Test
    void blobsAreListedByPrefixInPages() throws IOException {
        for (String name : List.of("pv-1", "pv-2", "pv-3", "other")) {
            blob(name).create(MIB, "x-ms-meta-name", name);
        }
        String all = list("prefix=pv-");
        assertThat(names(all)).containsExactly("pv-1", "pv-2", "pv-3");
        String page = list("prefix=pv-&maxresults=2&include=metadata");
        assertThat(names(page)).containsExactly("pv-1", "pv-2");
        assertThat(page).contains("<name>pv-2</name>");
        String marker = page.replaceAll("(?s).*<NextMarker>(.*)</NextMarker>.*", "$1");
        assertThat(names(list("prefix=pv-&maxresults=2&marker=" + marker))).containsExactly("pv-3");
    }

    @Test
    void snapshotsAreListedWhenAskedFor() throws IOException {
        blob.create(MIB);
        String snapshot = blob.snapshot();
        assertThat(names(list(""))).containsExactly("volume");
        assertThat(names(list("include=snapshots"))).containsExactly("volume", "volume");
        assertThat(list("include=snapshots")).contains("<Snapshot>" + snapshot + "</Snapshot>");
    }

    private String list(String more) throws IOException {
        String query = "restype=container&comp=list" + (more.isEmpty() ? "" : "&" + more);
        Reply reply = client.send("GET", containerPath(), query, Map.of());
        assertThat(reply.summary()).isEqualTo("200");
        return reply.text();
    }

    private static List<String> names(String listing) {
        return Pattern.compile("<Blob>\\s*<Name>([^<]*)").matcher(listing).results().map(m -> m.group(1)).toList();
    }

    @Test
    void containersAreMadeOnceAndGoWithTheirBlobs() throws IOException {
        assertThat(client.send("PUT", containerPath(), "restype=container", Map.of()).summary())
                .isEqualTo("409 ContainerAlreadyExists");
        blob.create(MIB);
        blob.acquire(LEASE_A, -1);
        assertThat(client.send("DELETE", containerPath(), "restype=container", Map.of()).summary()).isEqualTo("202");
        assertThat(blob.head().summary()).isEqualTo("404 ContainerNotFound");
        assertThat(client.send("GET", "/" + RawClient.ACCOUNT, "comp=list", Map.of()).text()).doesNotContain(container + "<");
    }

    // ---- credentials

    @Test
    void requestsWithoutCredentialsAreRefused() throws IOException {
        blob.create(MIB);
        expect("auth/none", "401 NoAuthenticationInformation",
                client.sendUnsigned("GET", blob.path(), "", headers("x-ms-range", "bytes=0-511"), new byte[0]));
    }

    @Test
    void aWrongSignatureIsRefused() throws IOException {
        blob.create(MIB);
        Signer stranger = new Signer(RawClient.ACCOUNT, Base64.getEncoder().encodeToString(new byte[64]));
        Map<String, String> headers = client.signed("GET", blob.path(), "", Map.of(), new byte[0]);
        headers.put("Authorization", stranger.sharedKey("GET", blob.path(), "", headers));
        expect("auth/wrong-key", "403 AuthenticationFailed", client.sendUnsigned("GET", blob.path(), "", headers, new byte[0]));
        Map<String, String> changed = client.signed("GET", blob.path(), "", headers("x-ms-range", "bytes=0-511"), new byte[0]);
        changed.put("x-ms-range", "bytes=512-1023");
        expect("auth/tampered", "403 AuthenticationFailed", client.sendUnsigned("GET", blob.path(), "", changed, new byte[0]));
    }

    @Test
    void datesFarOffAreRefused() throws IOException {
        blob.create(MIB);
        for (Duration off : List.of(Duration.ofMinutes(-20), Duration.ofMinutes(20))) {
            expect("auth/skew", "403 AuthenticationFailed", blob.head("x-ms-date", Signer.date(Instant.now().plus(off))));
        }
        assertThat(blob.head("x-ms-date", Signer.date(Instant.now().minusSeconds(600))).status()).isEqualTo(200);
    }

    private static Instant later() {
        return Instant.now().plusSeconds(3600);
    }

    private String resource() {
        return container + "/volume";
    }

    private Reply readWith(String sas) throws IOException {
        return client.sendUnsigned("GET", blob.path(), sas, headers("x-ms-range", "bytes=0-511"), new byte[0]);
    }

    private Reply writeWith(String sas) throws IOException {
        return client.sendUnsigned("PUT", blob.path(), "comp=page&" + sas,
                headers("x-ms-page-write", "update", "x-ms-range", "bytes=0-511"), new byte[512]);
    }

    @Test
    void aServiceSasGrantsWhatItSaysWhereItSays() throws IOException {
        blob.create(MIB);
        blob("other").create(MIB);
        Signer signer = RawClient.SIGNER;
        for (String version : List.of("2018-11-09", "2020-12-06", "2023-11-03")) {
            String sas = signer.serviceSas("b", resource(), "r", later(), Map.of("sv", version));
            assertThat(readWith(sas).summary()).as(version).isEqualTo("206");
            assertThat(writeWith(sas).summary()).as(version).isEqualTo("403 AuthorizationPermissionMismatch");
        }
        String sas = signer.serviceSas("b", resource(), "rw", later(), Map.of());
        assertThat(writeWith(sas).summary()).isEqualTo("201");
        expect("sas/other-blob", "403 AuthenticationFailed",
                client.sendUnsigned("GET", blob("other").path(), sas, headers("x-ms-range", "bytes=0-511"), new byte[0]));
        String ofContainer = signer.serviceSas("c", container, "rw", later(), Map.of());
        assertThat(readWith(ofContainer).summary()).isEqualTo("206");
        assertThat(writeWith(ofContainer).summary()).isEqualTo("201");
        String extended = sas.replace("sp=rw", "sp=rwd");
        expect("sas/tampered", "403 AuthenticationFailed", readWith(extended));
    }

    @Test
    void aSasHasItsTimeAndItsProtocol() throws IOException {
        blob.create(MIB);
        Signer signer = RawClient.SIGNER;
        expect("sas/expired", "403 AuthenticationFailed",
                readWith(signer.serviceSas("b", resource(), "r", Instant.now().minusSeconds(10), Map.of())));
        String start = Instant.now().plusSeconds(600).toString().replaceAll("\\.\\d+Z", "Z");
        expect("sas/not-yet", "403 AuthenticationFailed",
                readWith(signer.serviceSas("b", resource(), "r", later(), Map.of("st", start))));
        assertThat(readWith(signer.serviceSas("b", resource(), "r", later(), Map.of("spr", "https"))).summary())
                .isEqualTo("403 AuthorizationProtocolMismatch");
        assertThat(readWith(signer.serviceSas("b", resource(), "r", later(), Map.of("spr", "https,http"))).summary())
                .isEqualTo("206");
        expect("sas/address", "403 AuthorizationSourceIPMismatch",
                readWith(signer.serviceSas("b", resource(), "r", later(), Map.of("sip", "10.1.2.3"))));
        assertThat(readWith(signer.serviceSas("b", resource(), "r", later(), Map.of("sip", "127.0.0.1-127.0.0.9"))).summary())
                .isEqualTo("206");
    }

    @Test
    void anAccountSasIsForServicesTypesAndRights() throws IOException {
        blob.create(MIB);
        Signer signer = RawClient.SIGNER;
        assertThat(readWith(signer.accountSas("o", "rw", later(), Map.of())).summary()).isEqualTo("206");
        assertThat(writeWith(signer.accountSas("sco", "rw", later(), Map.of())).summary()).isEqualTo("201");
        assertThat(writeWith(signer.accountSas("o", "r", later(), Map.of())).summary()).isEqualTo("403 AuthorizationPermissionMismatch");
        assertThat(readWith(signer.accountSas("sc", "r", later(), Map.of())).summary()).isEqualTo("403 AuthorizationResourceTypeMismatch");
        assertThat(readWith(signer.accountSas("o", "r", later(), Map.of("ss", "q"))).summary()).isEqualTo("403 AuthorizationServiceMismatch");
        String lister = signer.accountSas("c", "l", later(), Map.of());
        assertThat(client.sendUnsigned("GET", containerPath(), "restype=container&comp=list&" + lister, Map.of(), new byte[0]).summary())
                .isEqualTo("200");
    }

    @Test
    void leaseOperationsWorkWithASasToWrite() throws IOException {
        blob.create(MIB);
        String sas = RawClient.SIGNER.serviceSas("b", resource(), "rw", later(), Map.of());
        Reply reply = client.sendUnsigned("PUT", blob.path(), "comp=lease&" + sas,
                headers("x-ms-lease-action", "acquire", "x-ms-lease-duration", "-1"), new byte[0]);
        assertThat(reply.summary()).isEqualTo("201");
    }

    // ---- HTTP

    @Test
    void requestsSentTogetherAreAnsweredInOrder() throws IOException {
        blob.create(MIB);
        byte[] data = bytes(512, 19);
        blob.write(0, data);
        try (Wire wire = new Wire(port())) {
            for (int i = 0; i < 4; i++) {
                wire.send(client.bytes("GET", blob.path(), "", headers("x-ms-range", "bytes=0-" + (i + 1) * 100), new byte[0]));
            }
            for (int i = 0; i < 4; i++) {
                assertThat(wire.receive(false).body()).isEqualTo(Arrays.copyOf(data, (i + 1) * 100 + 1));
            }
        }
    }

    @Test
    void aBodyThatWaitsIsAskedFor() throws IOException {
        blob.create(MIB);
        byte[] data = bytes(4096, 20);
        try (Wire wire = new Wire(port())) {
            wire.send(client.bytes("PUT", blob.path(), "comp=page",
                    headers("x-ms-page-write", "update", "x-ms-range", "bytes=0-4095", "Expect", "100-continue"), data));
            assertThat(wire.receive(false).status()).isEqualTo(100);
            wire.send(data);
            assertThat(wire.receive(false).status()).isEqualTo(201);
        }
        assertThat(blob.read(0, 4096).body()).isEqualTo(data);
    }

    @Test
    void halfABodyIsNoWrite() throws IOException {
        blob.create(MIB);
        try (Wire wire = new Wire(port())) {
            wire.send(client.bytes("PUT", blob.path(), "comp=page",
                    headers("x-ms-page-write", "update", "x-ms-range", "bytes=0-4095"), new byte[4096]));
            wire.send(bytes(2048, 21));
        }
        assertThat(PageLists.of(blob.pageList(""))).isEmpty();
    }

    @Test
    void theClientsRequestIdComesBack() throws IOException {
        assertThat(blob.create(MIB, "x-ms-client-request-id", "abc-1").header("x-ms-client-request-id")).isEqualTo("abc-1");
    }

    @Test
    void theAccountMayBeInTheHostName() throws IOException {
        blob.create(MIB);
        String path = "/" + container + "/volume";
        Map<String, String> host = headers("Host", RawClient.ACCOUNT + ".blob.localhost:" + port());
        assertThat(client.send("HEAD", path, "", host).header("content-length")).isEqualTo(Integer.toString(MIB));
    }
}
