package io.dysk.kernelsuite;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.vm.Command;
import io.dysk.vm.VirtualMachine;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The command line tool on a node, used as a person would. No secret may ever be in what it says. A Java runtime takes
 * seconds to start in an emulated machine, so command lines that don't depend on each other run at the same time.
 */
final class Dyskctl {

    /** Each of them, on a busy machine with emulation. */
    private static final Duration DEADLINE = Duration.ofSeconds(180);

    /** Between the parts of what comes back; in no output. */
    private static final String END = "\1";

    private final VirtualMachine vm;
    private final List<String> secrets = new ArrayList<>();

    /**
     * How one run ended.
     *
     * @param line what was run
     * @param exit its exit code, as dyskctl's --help lists them
     * @param out standard output
     * @param err standard error
     */
    record Run(String line, int exit, String out, String err) {

        /** It must have worked. */
        Run ok() {
            assertThat(exit).as("%s", this).isZero();
            return this;
        }

        /** It must have failed with this exit code, in a message of its own that has these parts. */
        void failed(int code, String... parts) {
            assertThat(exit).as("%s", this).isEqualTo(code);
            assertThat(err).as("%s", this).startsWith("dyskctl: ").contains(parts)
                    .doesNotContain("internal error").doesNotContain("Exception");
        }

        /** What went wrong is easier to see with all of it. */
        @Override
        public String toString() {
            return line + ": exit " + exit + "\n" + out + err;
        }
    }

    private Dyskctl(VirtualMachine vm) {
        this.vm = vm;
    }

    /** Installs it. */
    static Dyskctl on(VirtualMachine vm) {
        vm.put(Tools.made("install-dyskctl"), "/root/dyskctl.tar");
        vm.output("tar -C /opt -xf /root/dyskctl.tar && rm /root/dyskctl.tar");
        return new Dyskctl(vm);
    }

    /** Puts a file with the account's credentials into the guest, for --credentials-file. */
    void credentials(String path, Endpoint endpoint, Credential key) {
        secrets.add(key.secret());
        String text = "AZURE_STORAGE_CONNECTION_STRING=DefaultEndpointsProtocol=http;AccountName=" + Endpoint.ACCOUNT
                + ";AccountKey=" + key.secret() + ";BlobEndpoint=http://" + Endpoint.GUEST_ADDRESS + ":" + endpoint.port()
                + "/" + Endpoint.ACCOUNT + ";\n";
        vm.put(text.getBytes(StandardCharsets.UTF_8), path, 0600);
    }

    /** From now on this may not be in any output. */
    void secret(String text) {
        secrets.add(text);
    }

    /** Runs one command line; "dyskctl" is put before it. */
    Run run(String line) {
        return shell("dyskctl " + line).getFirst();
    }

    /** Runs command lines at the same time; "dyskctl" is put before each. */
    List<Run> together(String... lines) {
        String[] whole = new String[lines.length];
        for (int i = 0; i < lines.length; i++) {
            whole[i] = "dyskctl " + lines[i];
        }
        return shell(whole);
    }

    /** Runs lines of shell at the same time, with dyskctl on the path. */
    List<Run> shell(String... lines) {
        StringBuilder script = new StringBuilder("export PATH=/opt/dyskctl/bin:$PATH DYSKCTL_JAVA=/opt/java/bin/java;"
                + " d=$(mktemp -d); chmod 755 $d; cd $d;");
        for (int i = 0; i < lines.length; i++) {
            script.append(" { ").append(lines[i]).append("; } > out").append(i).append(" 2> err").append(i)
                    .append(" < /dev/null && echo 0 > exit").append(i).append(" || echo $? > exit").append(i).append(" &");
        }
        script.append(" wait; i=0; while [ $i -lt ").append(lines.length).append(" ]; do"
                + " cat exit$i; printf '\\001'; cat out$i; printf '\\001'; cat err$i; printf '\\001'; i=$((i + 1)); done;"
                + " cd /; rm -r $d");
        String said = vm.run(Command.of(script.toString()).within(DEADLINE.multipliedBy(lines.length))).stdout();
        assertThat(said).as("secrets in the output").doesNotContain(secrets);
        String[] parts = said.split(END, -1);
        assertThat(parts).as("%s", said).hasSize(3 * lines.length + 1);
        List<Run> runs = new ArrayList<>();
        for (int i = 0; i < lines.length; i++) {
            runs.add(new Run(lines[i], Integer.parseInt(parts[3 * i].strip()), parts[3 * i + 1], parts[3 * i + 2]));
        }
        return runs;
    }
}
