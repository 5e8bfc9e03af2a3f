package io.dysk.blobserver.protocol;

/**
 * Error codes of the service with their statuses.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes">Blob service error codes</a>
 */
public enum StorageError {
    APPEND_POSITION("AppendPositionConditionNotMet", 412, "The append position condition was not met."),
    AUTHENTICATION_FAILED("AuthenticationFailed", 403, "The request could not be authenticated; check the signature, the date and the expiry."),
    AUTHORIZATION_FAILURE("AuthorizationFailure", 403, "These credentials do not allow this operation."),
    AUTHORIZATION_PERMISSION_MISMATCH("AuthorizationPermissionMismatch", 403, "The signature does not grant the permission that this operation needs."),
    AUTHORIZATION_PROTOCOL_MISMATCH("AuthorizationProtocolMismatch", 403, "The signature is for https only."),
    AUTHORIZATION_RESOURCE_TYPE_MISMATCH("AuthorizationResourceTypeMismatch", 403, "The signature is not for this type of resource."),
    AUTHORIZATION_SERVICE_MISMATCH("AuthorizationServiceMismatch", 403, "The signature is not for the blob service."),
    AUTHORIZATION_SOURCE_IP_MISMATCH("AuthorizationSourceIPMismatch", 403, "The signature is not for this address."),
    BLOB_TIER_INADEQUATE("BlobTierInadequateForContentLength", 409, "The blob is larger than the tier allows."),
    BLOB_TIER_NOT_SUPPORTED("BlobAccessTierNotSupportedForAccountType", 400, "The account has no tiers of page blobs."),
    BLOB_ALREADY_EXISTS("BlobAlreadyExists", 409, "There is a blob of this name."),
    BLOB_NOT_FOUND("BlobNotFound", 404, "There is no such blob."),
    BLOB_OVERWRITTEN("BlobOverwritten", 409, "The blob was overwritten since that snapshot."),
    CANNOT_CHANGE_TO_LOWER_TIER("CannotChangeToLowerTier", 409, "The tier of a page blob can not be lowered."),
    CANNOT_READ_COPY_SOURCE("CannotVerifyCopySource", 403, "The credentials do not allow to read the source of the copy."),
    CANNOT_VERIFY_COPY_SOURCE("CannotVerifyCopySource", 404, "The source of the copy can not be read."),
    CONDITION_NOT_MET("ConditionNotMet", 412, "A condition of a request header was not met."),
    CONTAINER_ALREADY_EXISTS("ContainerAlreadyExists", 409, "There is a container of this name."),
    CONTAINER_NOT_FOUND("ContainerNotFound", 404, "There is no such container."),
    COPY_ID_MISMATCH("CopyIdMismatch", 409, "This is not the id of the copy under way."),
    CRC64_MISMATCH("Crc64Mismatch", 400, "The CRC-64 does not fit the body."),
    INFINITE_LEASE_REQUIRED("InfiniteLeaseDurationRequired", 412, "The destination of a copy must be leased for ever or not at all."),
    INTERNAL_ERROR("InternalError", 500, "The server failed."),
    INVALID_AUTHENTICATION_INFO("InvalidAuthenticationInfo", 400, "The Authorization header can not be understood."),
    INVALID_BLOB_TYPE("InvalidBlobType", 409, "The blob is of another type than the operation is for."),
    INVALID_BLOB_TIER("InvalidBlobTier", 400, "There is no such tier for a page blob."),
    INVALID_HEADER_VALUE("InvalidHeaderValue", 400, "A header has a value that it can not have."),
    INVALID_INPUT("InvalidInput", 400, "An input is not valid."),
    INVALID_METADATA("InvalidMetadata", 400, "A metadata name is not an identifier."),
    INVALID_OPERATION("InvalidOperation", 400, "This can not be done to this resource."),
    INVALID_PAGE_RANGE("InvalidPageRange", 416, "The pages are not whole, not as long as the body, or not all in the blob."),
    INVALID_QUERY_PARAMETER("InvalidQueryParameterValue", 400, "A query parameter has a value that it can not have."),
    INVALID_RANGE("InvalidRange", 416, "The range is outside of the blob."),
    INVALID_RESOURCE_NAME("InvalidResourceName", 400, "The name has characters that it can not have."),
    INVALID_SOURCE_BLOB_TYPE("InvalidSourceBlobType", 409, "The source is not a page blob."),
    INVALID_TAG("InvalidTag", 400, "The tags are not valid."),
    INVALID_URI("InvalidUri", 400, "The path of the request names no resource."),
    INVALID_XML("InvalidXmlDocument", 400, "The body is not the XML document expected."),
    LEASE_ALREADY_BROKEN("LeaseAlreadyBroken", 409, "The lease is broken."),
    LEASE_ALREADY_PRESENT("LeaseAlreadyPresent", 409, "There is a lease already."),
    LEASE_ID_MISMATCH_WITH_BLOB("LeaseIdMismatchWithBlobOperation", 412, "The lease id is not that of the blob."),
    LEASE_ID_MISMATCH_WITH_CONTAINER("LeaseIdMismatchWithContainerOperation", 412, "The lease id is not that of the container."),
    LEASE_ID_MISMATCH_WITH_LEASE("LeaseIdMismatchWithLeaseOperation", 409, "The lease id is not that of the lease."),
    LEASE_ID_MISSING("LeaseIdMissing", 412, "The blob is leased and the request has no lease id."),
    LEASE_IS_BREAKING_ACQUIRE("LeaseIsBreakingAndCannotBeAcquired", 409, "The lease is breaking; it can be acquired when it is broken."),
    LEASE_IS_BREAKING_CHANGE("LeaseIsBreakingAndCannotBeChanged", 409, "The lease is breaking and can not be changed."),
    LEASE_IS_BROKEN_RENEW("LeaseIsBrokenAndCannotBeRenewed", 409, "The lease was broken and can not be renewed."),
    LEASE_LOST("LeaseLost", 412, "The lease has expired or was broken."),
    LEASE_NOT_PRESENT_WITH_BLOB("LeaseNotPresentWithBlobOperation", 412, "The blob is not leased."),
    LEASE_NOT_PRESENT_WITH_CONTAINER("LeaseNotPresentWithContainerOperation", 412, "The container is not leased."),
    LEASE_NOT_PRESENT_WITH_LEASE("LeaseNotPresentWithLeaseOperation", 409, "There is no lease."),
    MD5_MISMATCH("Md5Mismatch", 400, "The MD5 does not fit the body."),
    METADATA_TOO_LARGE("MetadataTooLarge", 400, "The metadata is longer than 8 KiB."),
    MISSING_CONTENT_LENGTH("MissingContentLengthHeader", 411, "The request needs a Content-Length."),
    MISSING_REQUIRED_HEADER("MissingRequiredHeader", 400, "A header that the operation needs is missing."),
    MISSING_REQUIRED_QUERY("MissingRequiredQueryParameter", 400, "A query parameter that the operation needs is missing."),
    NO_AUTHENTICATION("NoAuthenticationInformation", 401, "The request has no credentials."),
    NO_PENDING_COPY("NoPendingCopyOperation", 409, "No copy is under way."),
    NOT_IMPLEMENTED("NotImplemented", 501, "This operation is not offered here."),
    OPERATION_TIMED_OUT("OperationTimedOut", 500, "The operation took too long; it may have been done."),
    OUT_OF_RANGE_INPUT("OutOfRangeInput", 400, "A value is out of range."),
    OUT_OF_RANGE_QUERY("OutOfRangeQueryParameterValue", 400, "A query parameter is out of range."),
    PENDING_COPY("PendingCopyOperation", 409, "A copy to this blob is under way."),
    PREVIOUS_SNAPSHOT_NOT_FOUND("PreviousSnapshotNotFound", 409, "There is no such previous snapshot."),
    PREVIOUS_SNAPSHOT_NEWER("PreviousSnapshotCannotBeNewer", 400, "The previous snapshot must be older than the blob or snapshot compared with it."),
    REQUEST_BODY_TOO_LARGE("RequestBodyTooLarge", 413, "The body is longer than the operation takes."),
    RESOURCE_NOT_FOUND("ResourceNotFound", 404, "There is no such resource."),
    SEQUENCE_NUMBER_CONDITION("SequenceNumberConditionNotMet", 412, "The sequence number condition was not met."),
    SEQUENCE_NUMBER_TOO_LARGE("SequenceNumberIncrementTooLarge", 409, "The sequence number can not grow further."),
    SERVER_BUSY("ServerBusy", 503, "The server is busy; try later."),
    SNAPSHOT_COUNT_EXCEEDED("SnapshotCountExceeded", 409, "The blob has as many snapshots as it may have."),
    SNAPSHOTS_PRESENT("SnapshotsPresent", 409, "The blob has snapshots."),
    SOURCE_CONDITION_NOT_MET("SourceConditionNotMet", 412, "A condition on the source was not met."),
    UNSUPPORTED_HTTP_VERB("UnsupportedHttpVerb", 405, "The resource does not know this method.");

    private final String code;
    private final int status;
    private final String message;

    StorageError(String code, int status, String message) {
        this.code = code;
        this.status = status;
        this.message = message;
    }

    public String code() {
        return code;
    }

    public int status() {
        return status;
    }

    public String message() {
        return message;
    }
}
