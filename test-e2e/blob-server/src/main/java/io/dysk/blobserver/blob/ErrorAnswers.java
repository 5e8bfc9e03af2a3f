package io.dysk.blobserver.blob;

import io.dysk.blobserver.http.Method;
import io.dysk.blobserver.protocol.StorageError;
import io.dysk.blobserver.protocol.StorageException;
import io.dysk.blobserver.protocol.Xml;
import java.time.Instant;

/** Answers that say why a request was not done. */
final class ErrorAnswers {
    private final Call call;
    private final Stats stats;

    ErrorAnswers(Call call, Stats stats) {
        this.call = call;
        this.stats = stats;
    }

    void refuse(StorageError error, String hint) {
        stats.countRefused();
        call.begin(error.status()).header("x-ms-error-code", error.code());
        if (error == StorageError.NO_AUTHENTICATION) {
            call.answer.header("WWW-Authenticate", "SharedKey");
        }
        if (error == StorageError.INVALID_RANGE && call.place != null) {
            size(call);
        }
        if (call.request.method() != Method.HEAD) {
            call.xml(document(error.code(), hint.isEmpty() ? error.message() : error.message() + " " + hint));
        }
    }

    private static void size(Call call) {
        try {
            Blob blob = call.blob();
            synchronized (blob) {
                call.answer.header("Content-Range", "bytes */" + blob.version(call.place.snapshot).size());
            }
        } catch (StorageException e) {
            // It went since; then there is nothing to say about its size.
        }
    }

    byte[] document(String code, String message) {
        return new Xml().open("Error")
                .element("Code", code)
                .element("Message", message + "\nRequestId:" + call.requestId() + "\nTime:" + Instant.ofEpochMilli(call.now))
                .bytes();
    }
}
