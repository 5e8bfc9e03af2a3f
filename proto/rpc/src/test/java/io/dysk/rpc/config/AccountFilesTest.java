package io.dysk.rpc.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccountFilesTest {
    @TempDir
    private Path folder;

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '"', value = {
        "accountkey=hunter22; 'accountname' is missing",
        "accountname=acme; either 'accountkey' or 'sas'",
        "accountname=acme\\naccountkey=hunter22\\nsas=hunter22; either 'accountkey' or 'sas'",
        "accountname=acme\\nidentity=workload\\naccountkey=hunter22; 'identity'",
        "accountname=\\u12zz hunter22; no properties file"})
    void a_file_that_can_not_be_names_file_and_field_and_no_value(String text, String message) throws IOException {
        write("acme.properties", text.replace("\\n", "\n"));
        assertThatThrownBy(() -> AccountFiles.in(folder)).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(folder.resolve("acme.properties").toString()).hasMessageContaining(message).hasMessageNotContaining("hunter22");
    }

    @Test
    void two_files_of_one_account() throws IOException {
        write("a.properties", "accountname=acme\naccountkey=k");
        write("b.properties", "accountname=acme\naccountkey=k");
        assertThatThrownBy(() -> AccountFiles.in(folder)).hasMessageContaining("b.properties").hasMessageContaining("same 'accountname'");
    }

    @Test
    void a_folder_that_is_not_there() {
        assertThatThrownBy(() -> AccountFiles.in(folder.resolve("none"))).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("--accounts-dir").hasMessageContaining("isn't there");
    }

    @Test
    void a_file_that_is_not_text() throws IOException {
        Files.write(folder.resolve("x.properties"), "accountname=\u00e9".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> AccountFiles.in(folder)).isInstanceOf(ConfigurationException.class).hasMessageContaining("UTF-8");
    }

    @Test
    void what_a_file_says() throws IOException {
        write("acme.properties", "accountname=acme\naccountkey = a+b/c==  \nendpoint=http://127.0.0.1:1/acme\ncapacityGiB=100\ntopology.zone=z1\n");
        write("other.properties", "accountname=other\nidentity=workload\n");
        write("notes.txt", "accountname=no");
        write(".hidden.properties", "accountname=no");
        AccountFiles files = AccountFiles.in(folder);
        assertThat(files.all()).extracting(AccountFile::account).containsExactly("acme", "other");
        AccountFile acme = files.find("acme").orElseThrow();
        assertThat(acme.secret().orElseThrow().key()).hasValue("a+b/c==");
        assertThat(acme.endpoint()).hasValue("http://127.0.0.1:1/acme");
        assertThat(acme.settings()).containsOnlyKeys("capacityGiB", "topology.zone");
        assertThat(acme.toString()).doesNotContain("a+b/c==");
        assertThat(files.find("other").orElseThrow().secret()).isEmpty();
        assertThat(files.find("none")).isEmpty();
        assertThat(AccountFiles.none().all()).isEmpty();
    }

    @Test
    void a_secret_of_a_class_that_is_mounted_is_an_account() throws IOException {
        write("other.properties", "accountname=other\naccountkey=k");
        write("accountname", "acme\n");
        write("accountkey", "a+b/c==\n");
        write("endpoint", "http://127.0.0.1:1/acme");
        AccountFiles files = AccountFiles.in(folder);
        assertThat(files.all()).extracting(AccountFile::account).containsExactly("acme", "other");
        assertThat(files.find("acme").orElseThrow().secret().orElseThrow().key()).hasValue("a+b/c==");
        assertThat(files.find("acme").orElseThrow().endpoint()).hasValue("http://127.0.0.1:1/acme");
        write("accountkey", "new1");
        assertThat(files.find("acme").orElseThrow().secret().orElseThrow().key()).hasValue("new1");
    }

    @Test
    void a_mounted_secret_that_is_not_complete_names_folder_and_field_and_no_value() throws IOException {
        write("accountkey", "hunter22");
        assertThatThrownBy(() -> AccountFiles.in(folder)).isInstanceOf(ConfigurationException.class).hasMessageContaining(folder.toString())
                .hasMessageContaining("'accountname' is missing").hasMessageNotContaining("hunter22");
    }

    @Test
    void an_account_as_a_file_and_as_a_mounted_secret() throws IOException {
        write("a.properties", "accountname=acme\naccountkey=k");
        write("accountname", "acme");
        write("accountkey", "k");
        assertThatThrownBy(() -> AccountFiles.in(folder)).hasMessageContaining("same 'accountname'");
    }

    @Test
    void a_mounted_secret_that_Kubernetes_swaps_counts_at_once() throws IOException {
        Path first = Files.createDirectory(folder.resolve("..1"));
        Path second = Files.createDirectory(folder.resolve("..2"));
        Files.writeString(first.resolve("acme.properties"), "accountname=acme\naccountkey=one1");
        Files.writeString(second.resolve("acme.properties"), "accountname=acme\naccountkey=two2");
        Files.setLastModifiedTime(second.resolve("acme.properties"), Files.getLastModifiedTime(first.resolve("acme.properties")));
        Files.createSymbolicLink(folder.resolve("..data"), Path.of("..1"));
        Files.createSymbolicLink(folder.resolve("acme.properties"), Path.of("..data/acme.properties"));
        AccountFiles files = AccountFiles.in(folder);
        assertThat(files.find("acme").orElseThrow().secret().orElseThrow().key()).hasValue("one1");
        Files.createSymbolicLink(folder.resolve("..data_tmp"), Path.of("..2"));
        Files.move(folder.resolve("..data_tmp"), folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
        assertThat(files.find("acme").orElseThrow().secret().orElseThrow().key()).hasValue("two2");
    }

    @Test
    void a_change_that_can_not_be_read_changes_nothing() throws IOException {
        write("acme.properties", "accountname=acme\naccountkey=one");
        AccountFiles files = AccountFiles.in(folder);
        write("acme.properties", "accountname=acme");
        assertThat(files.find("acme").orElseThrow().secret().orElseThrow().key()).hasValue("one");
        write("acme.properties", "accountname=acme\naccountkey=three");
        assertThat(files.find("acme").orElseThrow().secret().orElseThrow().key()).hasValue("three");
        Files.delete(folder.resolve("acme.properties"));
        assertThat(files.all()).isEmpty();
    }
}
