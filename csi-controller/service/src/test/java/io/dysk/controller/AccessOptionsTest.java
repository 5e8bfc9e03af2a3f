package io.dysk.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.dysk.rpc.config.ConfigurationException;
import io.dysk.rpc.config.Options;
import org.junit.jupiter.api.Test;

class AccessOptionsTest {
    private static final String[] SERVED = {"--access-address=127.0.0.1:0", "--tls-cert=c", "--tls-key=k", "--tls-ca=a"};

    @Test
    void claimsNeedAnAddressAtWhichNodesAsk() {
        assertThat(problem("--serve-claims")).contains("--serve-claims", "--access-address");
    }

    @Test
    void nodesAreFencedForClaimsOnly() {
        assertThat(problem(SERVED[0], SERVED[1], SERVED[2], SERVED[3], "--fence-lost-nodes")).contains("--fence-lost-nodes", "--serve-claims");
    }

    @Test
    void whatOpensVolumesIsServedOverTlsOnly() {
        assertThat(problem(SERVED[0], "--serve-claims")).contains("--tls-cert");
    }

    @Test
    void claimsMayBeServedWithOrWithoutFencing() {
        assertThat(problem(SERVED[0], SERVED[1], SERVED[2], SERVED[3], "--serve-claims")).isEmpty();
        assertThat(problem(SERVED[0], SERVED[1], SERVED[2], SERVED[3], "--serve-claims", "--fence-lost-nodes")).isEmpty();
    }

    private static String problem(String... arguments) {
        Options options = new Options("csi-controller", "1", "");
        AccessOptions access = new AccessOptions(options);
        StringBuilder problem = new StringBuilder();
        options.run(arguments, () -> {
            try {
                access.check();
            } catch (ConfigurationException e) {
                problem.append(e.getMessage());
            }
            return 0;
        });
        return problem.toString();
    }
}
