package io.dysk.rpc.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dysk.rpc.call.RpcFailure;
import io.grpc.Status.Code;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AccountSecretTest {
    static Stream<Map<String, String>> incomplete() {
        return Stream.of(
                Map.of("accountkey", "hunter22"),
                Map.of("sas", "hunter22"),
                Map.of("accountname", "acme"),
                Map.of("accountname", "acme", "accountkey", " "),
                Map.of("accountname", "acme", "accountkey", "hunter22", "sas", "hunter22"));
    }

    @ParameterizedTest
    @MethodSource("incomplete")
    void one_that_is_not_complete_is_said_without_its_values(Map<String, String> data) {
        assertThatThrownBy(() -> AccountSecret.parse(data)).isInstanceOfSatisfying(RpcFailure.class,
                failure -> assertThat(failure.code()).isEqualTo(Code.UNAUTHENTICATED)).hasMessageNotContaining("hunter22").hasMessageContaining("accountname");
    }

    @Test
    void nothing_of_ours_is_no_secret() {
        assertThat(AccountSecret.parse(Map.of())).isEmpty();
        assertThat(AccountSecret.parse(Map.of("user", "x"))).isEmpty();
    }

    @Test
    void what_people_paste_may_have_blanks_around() {
        AccountSecret secret = AccountSecret.parse(Map.of("accountname", "acme\n", "sas", " ?sig=x\n", "endpoint", "")).orElseThrow();
        assertThat(secret.account()).isEqualTo("acme");
        assertThat(secret.sas()).hasValue("?sig=x");
        assertThat(secret.endpoint()).isEmpty();
    }

    @Test
    void is_never_shown() {
        assertThat(AccountSecret.parse(Map.of("accountname", "acme", "accountkey", "hunter22")).orElseThrow()).hasToString("credentials of account acme");
    }
}
