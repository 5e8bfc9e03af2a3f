package io.dysk.blobserver.auth;

import io.dysk.blobserver.http.HeaderName;
import io.dysk.blobserver.http.RequestHead;
import io.dysk.blobserver.http.ServerClock;
import io.dysk.blobserver.protocol.StorageError;
import io.dysk.blobserver.protocol.StorageException;
import io.dysk.blobserver.protocol.Target;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What the credentials of requests for one target allow. A SAS is judged once, since it is part of
 * the target; a SharedKey signature with every request. For the thread of one connection.
 */
public final class Access {
    /** How far the date of a signed request may be from ours. */
    static final long SKEW_LIMIT_MILLISECONDS = 15 * 60 * 1000;

    private static final byte[] SCHEME = "SharedKey ".getBytes(StandardCharsets.US_ASCII);

    private final Sas sas;
    private final byte[] account;
    private final SharedKey sharedKey;
    private final byte[] resource;
    private final InetAddress peer;
    private byte[] lastDate = new byte[0];
    private long lastTime = -1;

    private Access(Sas sas, byte[] account, SharedKey sharedKey, byte[] resource, InetAddress peer) {
        this.sas = sas;
        this.account = account;
        this.sharedKey = sharedKey;
        this.resource = resource;
        this.peer = peer;
    }

    /**
     * @param path percent-encoded, as sent
     */
    public static Access to(Target target, String path, Accounts accounts, InetSocketAddress peer) {
        AccountKey key = accounts.key(target.account());
        Sas sas = key != null && target.query().has("sig") ? Sas.judge(target, key) : null;
        return new Access(
                sas,
                target.account().getBytes(StandardCharsets.UTF_8),
                key == null ? null : new SharedKey(key),
                SharedKey.resource(target.account(), path, target.query()),
                peer.getAddress());
    }

    /** Whether requests come with a SAS rather than the account's key. */
    public boolean bySas() {
        return sas != null;
    }

    /**
     * Refuses the request unless its credentials are good and grant one of the permissions.
     *
     * @param anyOf bits of {@link Permission}; the account's key grants all, also 0
     * @param now UNIX milliseconds
     */
    public void check(RequestHead request, int anyOf, long now) {
        if (request.has(HeaderName.AUTHORIZATION)) {
            checkKey(request, now);
        } else if (sas != null) {
            checkSas(anyOf, now);
        } else {
            throw new StorageException(StorageError.NO_AUTHENTICATION);
        }
    }

    /** Refuses a SAS that doesn't grant one of the permissions; for what turns out later to be needed. */
    public void checkGrant(RequestHead request, int anyOf) {
        if (!request.has(HeaderName.AUTHORIZATION) && sas != null && (sas.permissions() & anyOf) == 0) {
            throw new StorageException(StorageError.AUTHORIZATION_PERMISSION_MISMATCH);
        }
    }

    /** Refuses a SAS that isn't one of the account; for what is done to whole containers. */
    public void checkAccountWide(RequestHead request) {
        if (!request.has(HeaderName.AUTHORIZATION) && sas != null && !sas.ofAccount()) {
            throw new StorageException(StorageError.AUTHORIZATION_FAILURE);
        }
    }

    private void checkSas(int anyOf, long now) {
        if (sas.refusal() != null) {
            throw new StorageException(sas.refusal());
        }
        if (now < sas.start() || now >= sas.expiry()) {
            throw new StorageException(StorageError.AUTHENTICATION_FAILED, "The signature is not valid at this time.");
        }
        if (sas.httpsOnly()) {
            throw new StorageException(StorageError.AUTHORIZATION_PROTOCOL_MISMATCH);
        }
        if (!sas.addresses().isEmpty() && !addressFits(sas.addresses())) {
            throw new StorageException(StorageError.AUTHORIZATION_SOURCE_IP_MISMATCH);
        }
        if ((sas.permissions() & anyOf) == 0) {
            throw new StorageException(StorageError.AUTHORIZATION_PERMISSION_MISMATCH);
        }
    }

    private void checkKey(RequestHead request, long now) {
        byte[] raw = request.raw();
        int start = request.start(HeaderName.AUTHORIZATION);
        int end = request.end(HeaderName.AUTHORIZATION);
        int name = start + SCHEME.length;
        if (name > end || !Arrays.equals(raw, start, name, SCHEME, 0, SCHEME.length)) {
            throw new StorageException(StorageError.INVALID_AUTHENTICATION_INFO, "Only SharedKey and SAS are understood here.");
        }
        int colon = name;
        while (colon < end && raw[colon] != ':') {
            colon++;
        }
        boolean mine = sharedKey != null && Arrays.equals(raw, name, colon, account, 0, account.length);
        if (!mine || colon == end || !sharedKey.verify(request, resource, colon + 1, end)) {
            throw new StorageException(StorageError.AUTHENTICATION_FAILED);
        }
        long time = timeOf(request, request.has(HeaderName.X_MS_DATE) ? HeaderName.X_MS_DATE : HeaderName.DATE);
        if (time < 0 || Math.abs(now - time) > SKEW_LIMIT_MILLISECONDS) {
            throw new StorageException(StorageError.AUTHENTICATION_FAILED, "The date of the request is missing or more than 15 minutes off.");
        }
    }

    /** The time of a date header, or -1. The last one is remembered: it holds for many requests. */
    private long timeOf(RequestHead request, HeaderName name) {
        if (!request.has(name)) {
            return -1;
        }
        int start = request.start(name);
        if (!Arrays.equals(request.raw(), start, request.end(name), lastDate, 0, lastDate.length)) {
            lastDate = request.valueBytes(name);
            lastTime = ServerClock.parse(request.value(name));
        }
        return lastTime;
    }

    private boolean addressFits(String range) {
        int dash = range.indexOf('-');
        try {
            byte[] low = InetAddress.ofLiteral(dash < 0 ? range : range.substring(0, dash)).getAddress();
            byte[] high = dash < 0 ? low : InetAddress.ofLiteral(range.substring(dash + 1)).getAddress();
            byte[] address = peer.getAddress();
            return address.length == low.length
                    && Arrays.compareUnsigned(low, address) <= 0
                    && Arrays.compareUnsigned(address, high) <= 0;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
