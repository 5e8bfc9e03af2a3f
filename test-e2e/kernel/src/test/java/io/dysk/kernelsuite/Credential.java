package io.dysk.kernelsuite;

/**
 * What opens a blob.
 *
 * @param kind "key" (base64) or "sas" (a query without the question mark), as dysktool calls them
 * @param secret the text
 */
public record Credential(String kind, String secret) {
    public static Credential key(String base64) {
        return new Credential("key", base64);
    }

    public static Credential sas(String query) {
        return new Credential("sas", query);
    }

    @Override
    public String toString() {
        return kind;
    }
}
