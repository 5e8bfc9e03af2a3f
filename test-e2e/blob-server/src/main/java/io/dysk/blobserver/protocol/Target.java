package io.dysk.blobserver.protocol;

import java.util.Set;

/**
 * What a request is about.
 *
 * @param account storage account, may be one that isn't known
 * @param container name, or empty
 * @param blob name, or empty
 * @param query the parameters
 */
public record Target(String account, String container, String blob, Query query) {

    /**
     * Understands both forms: the account as first part of the host name, or as first part of the path.
     *
     * @param host the Host header, or null
     * @param path percent-encoded
     * @param accounts the names that a host may start with
     */
    public static Target parse(String host, String path, String query, Set<String> accounts) {
        String rest = path;
        if (rest.startsWith("http://") || rest.startsWith("https://")) {
            int slash = rest.indexOf('/', rest.indexOf("//") + 2);
            rest = slash < 0 ? "/" : rest.substring(slash);
        }
        if (!rest.startsWith("/")) {
            throw new StorageException(StorageError.INVALID_URI);
        }
        rest = rest.substring(1);
        String account = accountOf(host, accounts);
        if (account == null) {
            account = Percent.decode(first(rest));
            rest = afterFirst(rest);
        }
        String container = Percent.decode(first(rest));
        String blob = Percent.decode(afterFirst(rest));
        return new Target(account, container, blob, Query.parse(query));
    }

    public boolean isService() {
        return container.isEmpty();
    }

    public boolean isContainer() {
        return !container.isEmpty() && blob.isEmpty();
    }

    public boolean isBlob() {
        return !blob.isEmpty();
    }

    private static String accountOf(String host, Set<String> accounts) {
        int dot = host == null ? -1 : host.indexOf('.');
        return dot > 0 && accounts.contains(host.substring(0, dot)) ? host.substring(0, dot) : null;
    }

    private static String first(String path) {
        int slash = path.indexOf('/');
        return slash < 0 ? path : path.substring(0, slash);
    }

    private static String afterFirst(String path) {
        int slash = path.indexOf('/');
        return slash < 0 ? "" : path.substring(slash + 1);
    }
}
