package io.dysk.blob;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** An account of the test services beside the emulator's own. */
final class SecondAccount {
    static final String NAME = "second1";
    static final String KEY = Base64.getEncoder().encodeToString("the key of another account".getBytes(StandardCharsets.US_ASCII));

    private SecondAccount() {}

    /** On this port of this machine. */
    static BlobAccount at(int port) {
        AccountName name = new AccountName(NAME);
        return new BlobAccount(Endpoint.parse("http://127.0.0.1:" + port + "/" + NAME), new Credentials.SharedKey(name, KEY));
    }
}
