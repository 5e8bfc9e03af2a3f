package io.dysk.blob;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a store throws, for fakes of it; in the store's package since nothing else may make these. */
public final class Refusals {

    private Refusals() {}

    public static BlobException noContainer() {
        return new BlobException.NotFound("no container", BlobException.NotFound.Missing.CONTAINER, answer(404, "ContainerNotFound"));
    }

    public static BlobException noBlob() {
        return new BlobException.NotFound("no blob", BlobException.NotFound.Missing.BLOB_OR_SNAPSHOT, answer(404, "BlobNotFound"));
    }

    public static BlobException exists() {
        return new BlobException.AlreadyExists("there is one", answer(409, "BlobAlreadyExists"));
    }

    public static BlobException held(Optional<LeaseHolder> holder) {
        return new BlobException.LeaseHeld("leased", holder, answer(409, "LeaseAlreadyPresent"));
    }

    public static BlobException changed() {
        return new BlobException.PreconditionFailed("changed", answer(412, "ConditionNotMet"));
    }

    public static BlobException denied() {
        return new BlobException.Denied("denied", answer(403, "AuthenticationFailed"));
    }

    public static BlobException needsHttps() {
        return new BlobException.NeedsHttps("needs https", answer(400, "AccountRequiresHttps"));
    }

    public static BlobException unreachable() {
        return new BlobException.Unavailable("no answer", true, BlobException.Answer.NONE);
    }

    /** One of each kind. */
    public static List<BlobException> all() {
        return List.of(
                noContainer(), noBlob(), exists(), held(Optional.empty()), changed(), denied(), needsHttps(), unreachable(),
                new BlobException.NotPageBlob("block blob", BlobException.Answer.NONE),
                new BlobException.LeaseLost("lost", BlobException.Answer.NONE),
                new BlobException.Conflict("snapshots", BlobException.Answer.NONE),
                new BlobException.LimitReached("limit", BlobException.Answer.NONE),
                new BlobException.ClockSkew("clock", Duration.ofHours(1), BlobException.Answer.NONE),
                new BlobException.Throttled("busy", Optional.empty(), BlobException.Answer.NONE),
                new BlobException.Unsupported("not here", BlobException.Answer.NONE),
                new BlobException.InvalidArgument("wrong"));
    }

    private static BlobException.Answer answer(int status, String code) {
        return new BlobException.Answer(status, code, "");
    }
}
