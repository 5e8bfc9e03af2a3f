package io.dysk.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dysk.node.lease.AttachersLeases;
import io.dysk.node.lease.Leases;
import io.dysk.rpc.config.ConfigurationException;
import io.dysk.rpc.config.Options;
import io.dysk.rpc.contract.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class NodeOptionsTest {
    @Test
    void leasesAreClaimedAtTheController() {
        assertThat(problem("--claim-leases")).contains("--claim-leases", "--access-endpoint");
        assertThat(problem("--claim-leases", "--access-endpoint=controller")).contains("HOST:PORT");
    }

    @Test
    void leasesAreTheAttachersUnlessItIsSaidOtherwise() {
        List<Leases> leases = new ArrayList<>();
        with(options -> leases.add(options.leases(options.controller(), new NodeId("a"))));
        assertThat(leases).singleElement().isInstanceOf(AttachersLeases.class);
        assertThat(leases.getFirst().takenHere()).isFalse();
    }

    @Test
    void theControllerIsNotAskedUnlessItIsSaidWhereItIs() {
        List<Optional<?>> controllers = new ArrayList<>();
        with(options -> controllers.add(options.controller()));
        assertThat(controllers).singleElement().isEqualTo(Optional.empty());
    }

    private static String problem(String... arguments) {
        StringBuilder problem = new StringBuilder();
        with(options -> problem.append(catchThrowableOfType(ConfigurationException.class, options::controller).getMessage()), arguments);
        return problem.toString();
    }

    private static void with(Consumer<NodeOptions> test, String... arguments) {
        Options all = new Options("csi-node", "1", "");
        NodeOptions node = new NodeOptions(all);
        List<String> given = new ArrayList<>(List.of("--node-name=a"));
        given.addAll(List.of(arguments));
        assertThat(all.run(given.toArray(String[]::new), () -> {
            test.accept(node);
            return 0;
        })).isZero();
    }
}
