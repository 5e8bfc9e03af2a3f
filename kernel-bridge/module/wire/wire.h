/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The page-blob protocol as text: requests are written, answers parsed and
 * judged here, and nothing else is done: no allocation, no sleeping, no I/O,
 * no time of its own.  The same files build in user space, where they are
 * unit-tested and fuzzed (tests/).
 *
 * Everything that comes from the network is untrusted: lengths are checked
 * against the buffer, numbers against overflow, and an answer that is not
 * understood is DYSK_VERDICT_UNKNOWN, never a guess.
 */
#ifndef DYSK_WIRE_H
#define DYSK_WIRE_H

#ifdef __KERNEL__
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/string.h>
#include <linux/types.h>
#else
#include "user.h"	/* the few kernel names used here, for user space */
#endif

/*
 * Room for any request head with a path of up to 9.3 KiB (the longest there
 * is) and a SAS of up to 4 KiB: all the rest takes under 1 KiB.
 */
#define DYSK_WIRE_REQUEST_MAX	16384
/* Longest answer head taken: 8 KiB of it may be the blob's metadata. */
#define DYSK_WIRE_HEAD_MAX	12288
#define DYSK_WIRE_API_VERSION	"2023-11-03"

/* ---- dates, base64, percent encoding (text.c) ------------------------- */

#define DYSK_HTTP_DATE_LEN	29	/* "Sun, 06 Nov 1994 08:49:37 GMT" */

/* Writes DYSK_HTTP_DATE_LEN bytes and a NUL. @unix_s: 0..253402300799. */
void dysk_http_date_format(char *buf, s64 unix_s);

/* IMF-fixdate only. 0 or -EINVAL. */
int dysk_http_date_parse(const char *buf, size_t len, s64 *unix_s);

/* Bytes that base64 of @len bytes takes, without a NUL. */
#define DYSK_BASE64_LEN(len)	(((len) + 2) / 3 * 4)

/* Standard alphabet, padded; writes DYSK_BASE64_LEN(len) bytes and no NUL. */
size_t dysk_base64_encode(char *dst, const u8 *src, size_t len);

/*
 * Percent-encode all but RFC 3986 unreserved characters and '/'.
 * Returns the length (a NUL follows), or -ENOSPC.
 */
int dysk_percent_encode(char *dst, size_t cap, const char *src);

/* ---- requests (request.c, sign.c) ------------------------------------- */

enum dysk_wire_op {
	DYSK_WIRE_READ,		/* Get Blob with a range */
	DYSK_WIRE_WRITE,	/* Put Page, update; the body follows the head */
	DYSK_WIRE_CLEAR,	/* Put Page, clear */
	DYSK_WIRE_HEAD,		/* Get Blob Properties */
	DYSK_WIRE_RAISE,	/* Set Blob Properties: sequence number, max */
};

/**
 * struct dysk_wire_target - what all requests of one device have in common
 * @host: Host header
 * @account: storage account
 * @path: request path, percent encoded, with a leading '/', without a query
 * @snapshot: or empty
 * @lease_id: or empty: then no request names a lease
 *
 * All of them are visible ASCII. The rest is for dysk_wire_target_prepare(),
 * and zero before.
 */
struct dysk_wire_target {
	const char *host;
	const char *account;
	const char *path;
	const char *snapshot;
	const char *lease_id;
	/* private */
	bool prepared;
	u16 host_len, account_len, path_len, snapshot_len, lease_id_len;
};

/**
 * dysk_wire_target_prepare - check the strings of a target, once for all
 * @target: the target; its strings must not change any more
 *
 * Optional: a request to a target that is not prepared does the same each
 * time, which costs more than writing the request itself.
 *
 * Return: 0, or -EINVAL: a string is missing, too long, or has characters that
 * don't belong there (blanks, control characters, anything but ASCII).
 */
int dysk_wire_target_prepare(struct dysk_wire_target *target);

/**
 * struct dysk_wire_auth - how a request proves who it is
 * @sas: query string without '?', or NULL for SharedKey
 * @sas_len: its length
 * @hmac: SharedKey: HMAC-SHA256 of @msg with the account key; 0 or -errno
 * @ctx: first argument of @hmac
 */
struct dysk_wire_auth {
	const char *sas;
	size_t sas_len;
	int (*hmac)(void *ctx, const char *msg, size_t len, u8 out[32]);
	void *ctx;
};

/**
 * struct dysk_wire_request - one request
 * @op: what
 * @id: x-ms-client-request-id, not 0, and no other request's: the answer has to
 *	repeat it.  It is no secret
 * @echoed: the service is known to repeat ids in what it answers
 * @offset: READ, WRITE, CLEAR: first byte
 * @length: READ, WRITE, CLEAR: bytes, not 0
 * @epoch: WRITE, CLEAR: sequence number it is conditional on; RAISE: target
 * @conditional: WRITE, CLEAR: send x-ms-if-sequence-number-eq
 * @etag: RAISE: If-Match, or NULL
 * @now: our clock, UNIX seconds, for x-ms-date
 */
struct dysk_wire_request {
	enum dysk_wire_op op;
	bool echoed;
	u64 id;
	u64 offset;
	u64 length;
	u64 epoch;
	bool conditional;
	const char *etag;
	s64 now;
};

/**
 * dysk_wire_request_write - write the head of a request
 * @buf: where to
 * @cap: room there, see DYSK_WIRE_REQUEST_MAX
 * @target: the blob
 * @auth: credentials
 * @req: the request
 * @scratch: SharedKey: room for the string to sign, as large as @buf
 * @scratch_cap: that room
 *
 * x-ms-date is only sent with SharedKey.
 *
 * Return: the length of the head, -ENOSPC, or what @auth->hmac said, or
 * -EINVAL: a string with characters that could break out of its place, no id, a
 * range that is empty, overflows, or (writes) isn't made of whole pages, a
 * number beyond 63 bits, or a change of a snapshot.
 * @scratch holds no secret afterwards (it never held the key).
 */
int dysk_wire_request_write(char *buf, size_t cap,
			    const struct dysk_wire_target *target,
			    const struct dysk_wire_auth *auth,
			    const struct dysk_wire_request *req,
			    char *scratch, size_t scratch_cap);

/* ---- answers (response.c) --------------------------------------------- */

enum dysk_blob_type {
	DYSK_BLOB_TYPE_NONE,	/* not said */
	DYSK_BLOB_TYPE_PAGE,
	DYSK_BLOB_TYPE_OTHER,
};

/**
 * struct dysk_wire_response - an answer being received
 * @status: HTTP status, final (1xx are skipped)
 * @has_length: Content-Length was there
 * @chunked: Transfer-Encoding: chunked
 * @close: the connection ends with this answer
 * @has_range: Content-Range: bytes a-b/t was there
 * @has_sequence: x-ms-blob-sequence-number was there
 * @has_id: x-ms-client-request-id was there
 * @has_date: Date was there and could be read
 * @has_retry_after: Retry-After in seconds was there
 * @blob_type: x-ms-blob-type
 * @length: Content-Length
 * @range_first: a
 * @range_last: b
 * @range_total: t
 * @sequence: x-ms-blob-sequence-number
 * @id: x-ms-client-request-id, or 0 if it is none that we write
 * @date: Date, UNIX seconds
 * @retry_after: seconds
 * @error_code: x-ms-error-code; characters but [A-Za-z0-9._-] become '_',
 *	cut to fit
 * @etag: ETag, as it came; empty if it was absent, too long or had characters
 *	that can't stand in a header
 * @body_left: bytes of the body (or of the present chunk) still to come
 *
 * The rest belongs to the parser.
 */
struct dysk_wire_response {
	u16 status;
	bool has_length, chunked, close, has_range, has_sequence, has_date;
	bool has_retry_after, has_id;
	u8 blob_type;
	u64 length;
	u64 range_first, range_last, range_total;
	u64 sequence;
	u64 id;
	s64 date;
	u32 retry_after;
	char error_code[64];
	char etag[128];
	u64 body_left;
	/* private */
	u8 op;
	u8 body_state;
	u8 interim;
	u32 body_seen;
	u32 line_start;
	u32 line_scanned;
	u32 line_colon;
};

void dysk_wire_response_init(struct dysk_wire_response *rsp,
			     enum dysk_wire_op op);

/**
 * dysk_wire_response_head - parse the head of an answer
 * @rsp: from dysk_wire_response_init()
 * @buf: all bytes received so far
 * @len: how many
 *
 * Interim answers (1xx) before it are skipped, a bounded number of them.
 *
 * Return: the length of the head (the body starts there), 0 if it is not
 * whole yet (call again with more), -EPROTO if it can't be an answer that we
 * take, -EMSGSIZE if it is longer than DYSK_WIRE_HEAD_MAX.  A head that says
 * two things about its length (two different Content-Length, or Content-Length
 * with chunked) is -EPROTO, so is a transfer coding other than chunked.
 */
int dysk_wire_response_head(struct dysk_wire_response *rsp,
			    const char *buf, size_t len);

/**
 * dysk_wire_body_skip - go over a body nobody reads (errors, 201)
 * @rsp: whose head is parsed
 * @buf: bytes received
 * @len: how many
 * @used: out: how many of them belong to this answer
 *
 * Takes Content-Length, chunked (with trailers) and neither (then the body
 * ends with the connection: rsp->close is set and the answer never ends).
 * Bodies beyond 64 KiB are -EMSGSIZE.
 *
 * Return: 1 when the answer is complete, 0 when more must come, -EPROTO,
 * -EMSGSIZE.  With @len 0 it says whether a body is to come at all.
 */
int dysk_wire_body_skip(struct dysk_wire_response *rsp,
			const char *buf, size_t len, size_t *used);

/* ---- what an answer means (verdict.c) --------------------------------- */

enum dysk_verdict {
	DYSK_VERDICT_DONE,	/* 200, 201, 206 for exactly this request */
	DYSK_VERDICT_THROTTLED,	/* 503, 429: not applied, try later */
	DYSK_VERDICT_DENIED,	/* 401, 403: not applied */
	DYSK_VERDICT_SEQUENCE,	/* 412 sequence number: not applied */
	DYSK_VERDICT_CONDITION,	/* 412 other condition (etag): not applied */
	DYSK_VERDICT_LEASE,	/* 409, 412 lease: not applied */
	DYSK_VERDICT_GONE,	/* 404, 409 type, 416: not applied */
	DYSK_VERDICT_REJECTED,	/* other 1xx..4xx: not applied */
	DYSK_VERDICT_UNKNOWN,	/* 5xx, or an answer that doesn't fit */
};

/**
 * dysk_wire_judge - what an answer means for its request
 * @req: the request
 * @rsp: the answer, head parsed
 *
 * DONE needs: READ: 206 with Content-Length == length and Content-Range equal
 * to the range asked for (200 if that is the whole blob is not taken);
 * WRITE, CLEAR: 201, and a returned sequence number, if there, not below
 * req->epoch when conditional; HEAD: 200 with a length (the caller looks at the
 * type); RAISE: 200 with a sequence number not below req->epoch.
 *
 * Status decides first, then x-ms-error-code. Both 409 and 412 with a lease
 * code (LeaseIdMissing, LeaseIdMismatchWithBlobOperation, LeaseLost,
 * LeaseNotPresentWithBlobOperation, anything that starts with "Lease") are
 * LEASE; 412 SequenceNumberConditionNotMet is SEQUENCE; a 412 without a code
 * is SEQUENCE for a conditional write, CONDITION else; 404, 416 and 409
 * InvalidBlobType or ContainerBeingDeleted are GONE, and so is a 206 that is
 * cut short because the blob ends there, or is of another type of blob; a 400
 * AccountRequiresHttps is REJECTED (the caller looks at the code).
 *
 * An answer belongs to the request whose id it repeats.  With another id it is
 * that of another request, late or twice: UNKNOWN, whatever it says.  From a
 * service that repeats ids (req->echoed) an answer without one is UNKNOWN too
 * if it is a success, or has no x-ms-error-code either and so isn't the
 * service's at all, but for 503 and 429, which front ends send.  Refusals with
 * a code are believed without the id, as not every service repeats it in those
 * (Azurite); the caller closes the connection after any such answer, so that
 * none that it takes can be the repetition of an earlier one.
 *
 * 408 is UNKNOWN: middle boxes send it unasked when they close an idle
 * connection, and then it answers nothing. The same is true of any answer
 * that was there before its request: the caller drops such connections.
 */
enum dysk_verdict dysk_wire_judge(const struct dysk_wire_request *req,
				  const struct dysk_wire_response *rsp);

/* ---- a connection's turn (receive.c) ---------------------------------- */

/* What has been received, and so what comes next. */
enum dysk_turn {
	DYSK_TURN_HEAD,		/* not the whole head yet: append to it */
	DYSK_TURN_BODY,		/* not the whole of a body nobody reads */
	DYSK_TURN_PAYLOAD,	/* a read's: req->length bytes, the caller's */
	DYSK_TURN_ANSWERED,	/* all of it, and nothing else */
};

/**
 * dysk_wire_receive_head - bytes have come for a request
 * @req: the request
 * @rsp: from dysk_wire_response_init()
 * @buf: all that was received of its answer
 * @len: how many bytes
 * @all_sent: the whole request has been sent; if not, it can't be done
 * @head: out, but for DYSK_TURN_HEAD: length of the head, in @buf
 * @verdict: out, likewise: what the answer means
 *
 * Return: enum dysk_turn, or a negative error: the connection is of no more use
 * and whatever it said is no answer. With DYSK_TURN_PAYLOAD what follows the
 * head in @buf is the start of the payload.
 */
int dysk_wire_receive_head(const struct dysk_wire_request *req,
			   struct dysk_wire_response *rsp,
			   const char *buf, size_t len, bool all_sent,
			   size_t *head, enum dysk_verdict *verdict);

/* After DYSK_TURN_BODY: the next @len bytes. Returns the like. */
int dysk_wire_receive_body(struct dysk_wire_response *rsp,
			   const char *buf, size_t len);

/*
 * Answered: may another request follow on the connection?  Of a service that
 * repeats ids, an answer without one may be taken for its request's only if it
 * can't be what an earlier request was told: there is never a second such one.
 */
bool dysk_wire_may_follow(const struct dysk_wire_request *req,
			  const struct dysk_wire_response *rsp);

#endif /* DYSK_WIRE_H */
