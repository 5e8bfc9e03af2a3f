package io.dysk.blobserver.blob;

import static io.dysk.blobserver.auth.Permission.CREATE;
import static io.dysk.blobserver.auth.Permission.DELETE;
import static io.dysk.blobserver.auth.Permission.LIST;
import static io.dysk.blobserver.auth.Permission.READ;
import static io.dysk.blobserver.auth.Permission.TAGS;
import static io.dysk.blobserver.auth.Permission.WRITE;

import io.dysk.blobserver.auth.Permission;
import io.dysk.blobserver.http.HeaderName;
import io.dysk.blobserver.http.RequestHead;
import io.dysk.blobserver.protocol.StorageError;
import io.dysk.blobserver.protocol.StorageException;
import io.dysk.blobserver.protocol.Target;

/** The operations offered, and which permissions a SAS needs for them (any one of those named). */
enum Operation {
    LIST_CONTAINERS(LIST),
    CREATE_CONTAINER(CREATE, WRITE),
    DELETE_CONTAINER(DELETE),
    GET_CONTAINER(READ),
    SET_CONTAINER_METADATA(WRITE),
    LIST_BLOBS(LIST),
    PUT_BLOB(CREATE, WRITE),
    GET_BLOB(READ),
    GET_BLOB_PROPERTIES(READ),
    GET_BLOB_METADATA(READ),
    SET_BLOB_METADATA(WRITE),
    SET_BLOB_PROPERTIES(WRITE),
    SET_BLOB_TIER(WRITE),
    GET_BLOB_TAGS(TAGS),
    SET_BLOB_TAGS(TAGS),
    DELETE_BLOB(DELETE),
    SNAPSHOT_BLOB(CREATE, WRITE),
    LEASE_BLOB(WRITE, DELETE),
    COPY_BLOB(CREATE, WRITE),
    ABORT_COPY(WRITE),
    PUT_PAGE(WRITE),
    PUT_PAGE_FROM_URL(WRITE),
    GET_PAGE_RANGES(READ);

    private final int permissions;

    Operation(Permission... anyOf) {
        int bits = 0;
        for (Permission permission : anyOf) {
            bits |= permission.bit();
        }
        permissions = bits;
    }

    /** Bits of {@link Permission}, one of which a SAS must grant. */
    int permissions() {
        return permissions;
    }

    /** Whether it is about a container as a whole, which only an account SAS covers. */
    boolean accountWide() {
        return switch (this) {
            case LIST_CONTAINERS, CREATE_CONTAINER, DELETE_CONTAINER, GET_CONTAINER, SET_CONTAINER_METADATA -> true;
            default -> false;
        };
    }

    static Operation of(RequestHead request, Target target) {
        Operation operation = target.isBlob() ? ofBlob(request, target) : target.isContainer()
                ? ofContainer(request, target)
                : target.query().text("comp").equals("list") ? LIST_CONTAINERS : null;
        if (operation == null) {
            throw new StorageException(StorageError.NOT_IMPLEMENTED);
        }
        return operation;
    }

    private static Operation ofContainer(RequestHead request, Target target) {
        if (!target.query().text("restype").equals("container")) {
            throw new StorageException(StorageError.INVALID_URI);
        }
        String comp = target.query().text("comp");
        return switch (request.method()) {
            case PUT -> comp.isEmpty() ? CREATE_CONTAINER : comp.equals("metadata") ? SET_CONTAINER_METADATA : null;
            case DELETE -> comp.isEmpty() ? DELETE_CONTAINER : null;
            case GET -> comp.equals("list") ? LIST_BLOBS : comp.isEmpty() || comp.equals("metadata") ? GET_CONTAINER : null;
            case HEAD -> comp.isEmpty() || comp.equals("metadata") ? GET_CONTAINER : null;
            case POST, OPTIONS, OTHER -> throw new StorageException(StorageError.UNSUPPORTED_HTTP_VERB);
        };
    }

    private static Operation ofBlob(RequestHead request, Target target) {
        String comp = target.query().text("comp");
        boolean copies = request.has(HeaderName.X_MS_COPY_SOURCE);
        return switch (request.method()) {
            case GET -> switch (comp) {
                case "" -> GET_BLOB;
                case "pagelist" -> GET_PAGE_RANGES;
                case "metadata" -> GET_BLOB_METADATA;
                case "tags" -> GET_BLOB_TAGS;
                default -> null;
            };
            case HEAD -> switch (comp) {
                case "" -> GET_BLOB_PROPERTIES;
                case "metadata" -> GET_BLOB_METADATA;
                default -> null;
            };
            case PUT -> switch (comp) {
                case "" -> copies ? COPY_BLOB : PUT_BLOB;
                case "page" -> copies ? PUT_PAGE_FROM_URL : PUT_PAGE;
                case "properties" -> SET_BLOB_PROPERTIES;
                case "metadata" -> SET_BLOB_METADATA;
                case "lease" -> LEASE_BLOB;
                case "snapshot" -> SNAPSHOT_BLOB;
                case "tags" -> SET_BLOB_TAGS;
                case "tier" -> SET_BLOB_TIER;
                case "copy" -> ABORT_COPY;
                default -> null;
            };
            case DELETE -> comp.isEmpty() ? DELETE_BLOB : null;
            case POST, OPTIONS, OTHER -> throw new StorageException(StorageError.UNSUPPORTED_HTTP_VERB);
        };
    }
}
