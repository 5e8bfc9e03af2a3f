package io.dysk.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.kernel.DyskException;
import io.dysk.kernel.Errno;
import io.dysk.kernel.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {

    private static final String SAS = "sv=2023-11-03&sp=rwdl&sig=SIGNATURE%2Bwith%2Fescapes%3D";

    private static final List<String> COMMANDS = List.of(
            "create disks/new --size 1GiB", "attach disks/db1", "attach disks/db1 --read-only", "attach disks/n --create --size 1MiB",
            "detach 0", "detach disks/db1", "detach disks/db2", "list", "list --all -c disks", "get 0", "stats", "resize 0 2GiB",
            "resize disks/db2 2GiB", "update 0 --credentials", "delete disks/db2 --yes", "convert-pv disks/db2", "doctor disks/db2",
            "doctor", "completion", "--help", "nonsense", "attach --nonsense", "create --help");

    @Test
    void noCommandShowsASecretWhateverFails() {
        List<String> secrets = List.of("key", "sas", "connection string");
        int run = 0;
        for (String command : COMMANDS) {
            for (RuntimeException failure : failures()) {
                // All failures with all commands; which secret and which output in turn.
                String secret = secrets.get(++run % 3);
                Ctl ctl = machine(secret, failure);
                ctl.run(command + (command.startsWith("-") || run % 2 == 0 ? "" : " -o json"));
                assertThat(ctl.out + ctl.err).as(command + " with " + secret + ", failing with " + failure.getClass())
                        .doesNotContain(Ctl.KEY)
                        .doesNotContain("SIGNATURE")
                        .doesNotContain(SAS);
            }
        }
    }

    @Test
    void whatTheStoreLeaksIsCaughtInMessagesAndTraces() {
        Ctl ctl = machine("key", new IllegalStateException("request with " + Ctl.KEY, new IOException("key " + Ctl.KEY)));
        ctl.environment.put("DYSKCTL_DEBUG", "1");
        ctl.run("create disks/new --size 1GiB");
        assertThat(ctl.err).contains("***").contains("IllegalStateException").doesNotContain(Ctl.KEY);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "attach http://acct.blob.core.windows.net/disks/db1?sv=1&sig=topsecretsignature",
        "list --endpoint http://acct.blob.core.windows.net/?sig=topsecretsignature",
        "create disks/x --size AccountKey=topsecretsignature",
        "create BlobEndpoint=x;SharedAccessSignature=topsecretsignature --size 1",
        "--sas sig=topsecretsignature",
        "attach disks/" + Ctl.KEY})
    void aSecretOnTheCommandLineIsRefusedAtOnceAndNotRepeated(String commandLine) {
        Ctl ctl = new Ctl();
        assertThat(ctl.run(commandLine)).isEqualTo(ExitCode.USAGE);
        assertThat(ctl.err).contains("disclosed").contains("AZURE_STORAGE_SAS_TOKEN").contains("--credentials-file")
                .doesNotContain("topsecret").doesNotContain(Ctl.KEY);
        assertThat(ctl.dysk.calls).isEmpty();
        assertThat(ctl.store.calls).isEmpty();
    }

    @Test
    void textsWithoutSecretsStayAsTheyAre() {
        Redaction redaction = new Redaction();
        redaction.add("short");
        redaction.add("AccountName=acct;AccountKey=" + Ctl.KEY);
        String text = "account acct, short, AZURE_STORAGE_KEY=..., design=x";
        assertThat(redaction.redact(text)).isEqualTo(text);
        assertThat(redaction.redact("x" + Ctl.KEY + "y")).isEqualTo("x***y");
        assertThat(redaction.redact("?sv=1&sig=abc&se=2")).isEqualTo("?sv=1&sig=***&se=2");
    }

    private static Ctl machine(String secret, RuntimeException failure) {
        Ctl ctl = new Ctl();
        ctl.store.with("disks/db1", 1L << 20).with("disks/db2", 1L << 20);
        ctl.run("attach disks/db1");
        ctl.environment.clear();
        switch (secret) {
            case "key" -> {
                ctl.environment.put("AZURE_STORAGE_ACCOUNT", "acct");
                ctl.environment.put("AZURE_STORAGE_KEY", Ctl.KEY);
            }
            case "sas" -> {
                ctl.environment.put("AZURE_STORAGE_ACCOUNT", "acct");
                ctl.environment.put("AZURE_STORAGE_SAS_TOKEN", SAS);
            }
            default -> ctl.environment.put("AZURE_STORAGE_CONNECTION_STRING",
                    "BlobEndpoint=http://127.0.0.1:10000/acct;AccountName=acct;AccountKey=" + Ctl.KEY);
        }
        ctl.store.failure = failure;
        ctl.store.probeFailure = failure;
        ctl.dysk.attachFailure = failure;
        ctl.dysk.detachFailure = failure;
        return ctl;
    }

    private static List<RuntimeException> failures() {
        List<RuntimeException> failures = new ArrayList<>(io.dysk.blob.Refusals.all());
        failures.add(new IllegalStateException("http://acct/x?" + SAS + " with AccountKey=" + Ctl.KEY + ";"));
        failures.add(new IllegalArgumentException("bad value, sig=SIGNATUREagain, AccountKey=" + Ctl.KEY));
        failures.add(new DyskException("attach", "x", Errno.EIO, Reason.DENIED, 403, "AuthenticationFailed"));
        return failures;
    }
}
