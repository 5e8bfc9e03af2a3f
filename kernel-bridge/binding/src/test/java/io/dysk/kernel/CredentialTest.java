package io.dysk.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CredentialTest {

    @Test
    void badKeysAndSignaturesAreRefusedWithoutRepeatingThem() {
        String notBase64 = "th!s-is-secret";
        assertThatThrownBy(() -> Credential.sharedKey(notBase64))
                .isInstanceOf(IllegalArgumentException.class)
                .hasNoCause()
                .hasMessageNotContaining(notBase64);
        assertThatThrownBy(() -> Credential.sas("sv=1&se=secret")).hasMessageNotContaining("secret");
        assertThatThrownBy(() -> Credential.sas("sv=1&sig=a b\r\nX: secret")).hasMessageNotContaining("secret");
        assertThatThrownBy(() -> Credential.sas("?")).hasMessageContaining("empty");
        assertThatThrownBy(() -> Credential.sharedKey(" ")).hasMessageContaining("empty");
        assertThatThrownBy(() -> Credential.sas("sig=" + "x".repeat(9000))).hasMessageContaining("8192");
    }

    @Test
    void noTextShowsTheSecret() {
        assertThat(Credential.sas("sv=1&sig=secret").toString()).doesNotContain("secret=").doesNotContain("sig");
        assertThat(DeviceUpdate.ofCredential(Credential.sas("sig=topsecret")).toString()).doesNotContain("topsecret");
    }

    @Test
    void aSasLosesItsQuestionMark() {
        ByteBuffer memory = Credential.sas(" ?sv=1&sig=x\n").toNativeMemory();
        byte[] bytes = new byte[memory.remaining()];
        memory.get(bytes);
        assertThat(new String(bytes, StandardCharsets.US_ASCII)).isEqualTo("sv=1&sig=x");
    }
}
