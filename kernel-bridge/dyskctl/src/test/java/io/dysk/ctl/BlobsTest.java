package io.dysk.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** create, delete, convert-pv. */
class BlobsTest {

    private final Ctl ctl = new Ctl();

    @Test
    void createWithoutContainerSaysHowToMakeIt() {
        ctl.store.containers.clear();
        assertThat(ctl.run("create disks/db1 --size 1GiB")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(ctl.err).contains("--create-container");
        assertThat(ctl.run("create disks/db1 --size 1GiB --create-container")).isEqualTo(ExitCode.OK);
        assertThat(ctl.out).isEqualTo("created acct/disks/db1, 1GiB\n");
    }

    @Test
    void createNeverReplacesABlob() {
        ctl.store.with("disks/db1", 512);
        assertThat(ctl.run("create disks/db1 --size 1GiB")).isEqualTo(ExitCode.CONFLICT);
    }

    @Test
    void sizesAreCheckedBeforeAnythingIsDone() {
        assertThat(ctl.run("create disks/db1")).isEqualTo(ExitCode.USAGE);
        assertThat(ctl.run("create disks/db1 --size 100")).isEqualTo(ExitCode.USAGE);
        assertThat(ctl.run("create disks/v --size 1025KiB --vhd")).isEqualTo(ExitCode.USAGE);
        assertThat(ctl.store.calls).isEmpty();
    }

    @Test
    void deleteAsksAndDoesNothingWithoutAYes() {
        ctl.store.with("disks/db1", 512);
        assertThat(ctl.run("delete disks/db1")).isEqualTo(ExitCode.USAGE);
        assertThat(ctl.questions).hasSize(1).first().asString().contains("acct/disks/db1");
        assertThat(ctl.store.has("disks/db1")).isTrue();
        ctl.answer = true;
        assertThat(ctl.run("delete disks/db1")).isEqualTo(ExitCode.OK);
        assertThat(ctl.store.has("disks/db1")).isFalse();
        assertThat(ctl.run("delete disks/db1 --yes")).isEqualTo(ExitCode.NOT_FOUND);
    }

    @Test
    void anAttachedOrLeasedBlobIsNotDeleted() {
        ctl.store.with("disks/db1", 512).with("disks/db2", 512).leased("disks/db2", "node-7", true);
        ctl.run("attach disks/db1 --read-only");
        assertThat(ctl.run("delete disks/db1 --yes")).isEqualTo(ExitCode.CONFLICT);
        assertThat(ctl.err).contains("/dev/dysk0");
        assertThat(ctl.run("delete disks/db2 --yes")).isEqualTo(ExitCode.CONFLICT);
        assertThat(ctl.store.has("disks/db1")).isTrue();
        assertThat(ctl.store.has("disks/db2")).isTrue();
    }

    @Test
    void snapshotsGoOnlyWhenAskedFor() {
        ctl.store.with("disks/db1", 512).with("disks/db2", 512);
        ctl.run("delete disks/db1 --yes");
        ctl.run("delete disks/db2 --yes --snapshots");
        assertThat(ctl.store.calls).containsExactly("delete disks/db1 REFUSE", "delete disks/db2 INCLUDE");
    }

    @Test
    void convertPvPrintsTheGoldenManifest() throws Exception {
        ctl.store.with("disks/Db_1: #\"x\".vhd", 100L << 30);
        assertThat(ctl.runWords("convert-pv", "disks/Db_1: #\"x\".vhd", "--secret-name", "kube-system/dysk", "--claim",
                        "shop/data-db-0", "--storage-class", "dysk", "-l", "app=db", "-l", "example.com/tier=no"))
                .isEqualTo(ExitCode.OK);
        assertThat(ctl.out).isEqualTo(golden("pv.yaml"));
    }

    @Test
    void convertPvOfARawBlockVolumeHasNoFileSystem() throws Exception {
        ctl.store.with("disks/db1", 512 * 3);
        assertThat(ctl.run("convert-pv disks/db1 --block --access-mode ReadOnlyMany --name x.y -o json"))
                .isEqualTo(ExitCode.OK);
        assertThat(ctl.out).isEqualTo(golden("pv-block.json"));
    }

    @Test
    void convertPvRefusesNamesThatKubernetesWouldRefuse() {
        ctl.store.with("disks/" + "x".repeat(120), 512).with("disks/db1", 512);
        assertThat(ctl.run("convert-pv disks/" + "x".repeat(120))).isEqualTo(ExitCode.USAGE);
        assertThat(ctl.err).contains("at most 128");
        assertThat(ctl.run("convert-pv disks/db1 --name Not_A_Name")).isEqualTo(ExitCode.USAGE);
        assertThat(ctl.run("convert-pv disks/db1 --secret-name a/b/c")).isEqualTo(ExitCode.USAGE);
        assertThat(ctl.run("convert-pv disks/db1 --access-mode ReadWriteMany")).isEqualTo(ExitCode.USAGE);
        assertThat(ctl.run("convert-pv disks/none")).isEqualTo(ExitCode.NOT_FOUND);
    }

    @Test
    void quantitiesAreExact() {
        assertThat(PvManifest.quantity(100L << 30)).isEqualTo("100Gi");
        assertThat(PvManifest.quantity(1536)).isEqualTo("1536");
        assertThat(PvManifest.quantity(1L << 43)).isEqualTo("8Ti");
    }

    @Test
    void yamlCannotBeForgedByNames() {
        PvManifest manifest = new PvManifest(
                "a", "h", "http://e", "acct", "disks", "x\"\nkind: Secret\n#é\u0085", 512, "ReadWriteOnce", "Retain", "",
                "ext4", false, Map.of(), Optional.empty(), Optional.empty());
        assertThat(manifest.toYaml()).contains("blob: \"x\\\"\\u000akind: Secret\\u000a#é\\u0085\"\n");
    }

    private static String golden(String name) throws Exception {
        try (InputStream in = BlobsTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
