// SPDX-License-Identifier: GPL-2.0
/*
 * What answers mean for requests: one table per kind of request, from the
 * status line and headers to the verdict.
 */
#include "response_fixture.h"

struct meaning {
	const char *status;	/* "201", and no more */
	const char *headers;
	enum dysk_verdict verdict;
};

#define CODE(code)	"x-ms-error-code: " code "\r\n"
#define EMPTY		"Content-Length: 0\r\n"

static const char *name_of(enum dysk_verdict verdict)
{
	static const char * const names[] = {
		"DONE", "THROTTLED", "DENIED", "SEQUENCE", "CONDITION", "LEASE",
		"GONE", "REJECTED", "UNKNOWN",
	};

	return (size_t)verdict < ARRAY_SIZE(names) ? names[verdict] : "?";
}

static void check_verdict(const struct dysk_wire_request *req,
			  const struct meaning *m)
{
	char text[1024];
	int len = snprintf(text, sizeof(text), "HTTP/1.1 %s Reason\r\n%s\r\n",
			   m->status, m->headers);
	struct answer a = answer_of(req->op, text, (size_t)len);
	enum dysk_verdict verdict;

	if (!CHECK(a.head > 0))
		return;
	verdict = dysk_wire_judge(req, &a.rsp);
	if (!CHECK(verdict == m->verdict))
		printf("        op %d: %s %s is %s, not %s\n", req->op,
		       m->status, m->headers, name_of(verdict),
		       name_of(m->verdict));
}

static void check_meanings(const struct dysk_wire_request *req,
			   const struct meaning *meanings, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		check_verdict(req, &meanings[i]);
}

#define CHECK_MEANINGS(req, meanings) \
	check_meanings(req, meanings, ARRAY_SIZE(meanings))

static const struct dysk_wire_request read = {
	.op = DYSK_WIRE_READ, .offset = 1024, .length = 512,
};
static const struct dysk_wire_request write = {
	.op = DYSK_WIRE_WRITE, .offset = 1024, .length = 512,
	.epoch = 1048577, .conditional = true,
};
static const struct dysk_wire_request clear = {
	.op = DYSK_WIRE_CLEAR, .offset = 1024, .length = 512,
	.epoch = 1048577, .conditional = true,
};
static const struct dysk_wire_request loose_write = {
	.op = DYSK_WIRE_WRITE, .offset = 1024, .length = 512, .epoch = 1048577,
};
static const struct dysk_wire_request head = { .op = DYSK_WIRE_HEAD };
static const struct dysk_wire_request raise = {
	.op = DYSK_WIRE_RAISE, .epoch = 1048578,
};

static const struct dysk_wire_request *const all[] = {
	&read, &write, &clear, &loose_write, &head, &raise,
};

/* ---- what is the same for all --------------------------------------------- */

TEST(refusals_mean_the_same_for_all_requests)
{
	static const struct meaning meanings[] = {
		{ "503", CODE("ServerBusy") EMPTY, DYSK_VERDICT_THROTTLED },
		{ "503", EMPTY, DYSK_VERDICT_THROTTLED },
		{ "503", "Retry-After: 3\r\n" EMPTY, DYSK_VERDICT_THROTTLED },
		{ "503", CODE("LeaseIdMissing") EMPTY, DYSK_VERDICT_THROTTLED },
		{ "429", EMPTY, DYSK_VERDICT_THROTTLED },
		{ "401", CODE("NoAuthenticationInformation") EMPTY,
		  DYSK_VERDICT_DENIED },
		{ "403", CODE("AuthenticationFailed") EMPTY,
		  DYSK_VERDICT_DENIED },
		{ "403", CODE("AuthorizationFailure") EMPTY,	/* Azurite */
		  DYSK_VERDICT_DENIED },
		{ "403", EMPTY, DYSK_VERDICT_DENIED },
		{ "404", CODE("BlobNotFound") EMPTY, DYSK_VERDICT_GONE },
		{ "404", CODE("ContainerNotFound") EMPTY, DYSK_VERDICT_GONE },
		{ "404", EMPTY, DYSK_VERDICT_GONE },
		{ "409", CODE("InvalidBlobType") EMPTY, DYSK_VERDICT_GONE },
		{ "409", CODE("ContainerBeingDeleted") EMPTY,
		  DYSK_VERDICT_GONE },
		{ "416", CODE("InvalidPageRange") EMPTY, DYSK_VERDICT_GONE },
		{ "416", CODE("InvalidRange") EMPTY, DYSK_VERDICT_GONE },
		{ "416", "Content-Range: bytes */512\r\n" EMPTY,
		  DYSK_VERDICT_GONE },
		/* Azurite's text instead of a code */
		{ "416", CODE("Requested Range Not Satisfiable") EMPTY,
		  DYSK_VERDICT_GONE },
		{ "400", EMPTY, DYSK_VERDICT_REJECTED },	/* Azurite */
		{ "400", CODE("AccountRequiresHttps") EMPTY,
		  DYSK_VERDICT_REJECTED },
		{ "400", CODE("LeaseIdMissing") EMPTY, DYSK_VERDICT_REJECTED },
		{ "405", EMPTY, DYSK_VERDICT_REJECTED },
		{ "409", EMPTY, DYSK_VERDICT_REJECTED },
		{ "409", CODE("PendingCopyOperation") EMPTY,
		  DYSK_VERDICT_REJECTED },
		{ "413", CODE("RequestBodyTooLarge") EMPTY,
		  DYSK_VERDICT_REJECTED },
		{ "499", EMPTY, DYSK_VERDICT_REJECTED },
		{ "304", "", DYSK_VERDICT_REJECTED },
		{ "307", "Location: http://b/\r\n" EMPTY,
		  DYSK_VERDICT_REJECTED },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(all); i++)
		CHECK_MEANINGS(all[i], meanings);
}

TEST(a_lease_that_is_not_ours_is_known_by_409_and_412)
{
	static const struct meaning meanings[] = {
		{ "412", CODE("LeaseIdMissing") EMPTY, DYSK_VERDICT_LEASE },
		{ "412", CODE("LeaseIdMismatchWithBlobOperation") EMPTY,
		  DYSK_VERDICT_LEASE },
		{ "412", CODE("LeaseNotPresentWithBlobOperation") EMPTY,
		  DYSK_VERDICT_LEASE },
		{ "412", CODE("LeaseLost") EMPTY, DYSK_VERDICT_LEASE },
		{ "412", CODE("LeaseOfTheFuture") EMPTY, DYSK_VERDICT_LEASE },
		{ "409", CODE("LeaseIdMismatchWithBlobOperation") EMPTY,
		  DYSK_VERDICT_LEASE },
		{ "409", CODE("LeaseIdMissing") EMPTY, DYSK_VERDICT_LEASE },
		{ "409", CODE("Leas") EMPTY, DYSK_VERDICT_REJECTED },
		{ "412", CODE("Leas") EMPTY, DYSK_VERDICT_CONDITION },
		{ "412", CODE("leaseLost") EMPTY, DYSK_VERDICT_CONDITION },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(all); i++)
		CHECK_MEANINGS(all[i], meanings);
}

TEST(what_may_have_been_applied_is_unknown)
{
	static const struct meaning meanings[] = {
		{ "500", CODE("InternalError") EMPTY, DYSK_VERDICT_UNKNOWN },
		{ "500", CODE("OperationTimedOut") EMPTY,
		  DYSK_VERDICT_UNKNOWN },
		{ "500", EMPTY, DYSK_VERDICT_UNKNOWN },
		{ "500", CODE("SequenceNumberConditionNotMet") EMPTY,
		  DYSK_VERDICT_UNKNOWN },
		{ "501", EMPTY, DYSK_VERDICT_UNKNOWN },
		{ "502", EMPTY, DYSK_VERDICT_UNKNOWN },
		{ "504", EMPTY, DYSK_VERDICT_UNKNOWN },
		{ "599", EMPTY, DYSK_VERDICT_UNKNOWN },
		{ "600", EMPTY, DYSK_VERDICT_UNKNOWN },
		{ "999", EMPTY, DYSK_VERDICT_UNKNOWN },
		/* a middle box that closes an idle connection sends it unasked */
		{ "408", EMPTY, DYSK_VERDICT_UNKNOWN },
		/* successes of something else */
		{ "202", EMPTY, DYSK_VERDICT_UNKNOWN },
		{ "204", "", DYSK_VERDICT_UNKNOWN },
		{ "226", EMPTY, DYSK_VERDICT_UNKNOWN },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(all); i++)
		CHECK_MEANINGS(all[i], meanings);
}

TEST(no_answer_at_all_is_unknown)
{
	struct dysk_wire_response rsp;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(all); i++) {
		dysk_wire_response_init(&rsp, all[i]->op);
		CHECK_INT(dysk_wire_judge(all[i], &rsp), DYSK_VERDICT_UNKNOWN);
	}
}

/* ---- whose answer it is --------------------------------------------------- */

#define OURS	"x-ms-client-request-id: 00000000000000ab\r\n"
#define OTHERS	"x-ms-client-request-id: 00000000000000aa\r\n"
#define NOBODYS	"x-ms-client-request-id: AB\r\n"
#define RANGE	"Content-Range: bytes 1024-1535/4096\r\nContent-Length: 512\r\n"
#define NUMBER	"x-ms-blob-sequence-number: 1048578\r\n" EMPTY

static struct dysk_wire_request with_id(const struct dysk_wire_request *req,
					bool echoed)
{
	struct dysk_wire_request with = *req;

	with.id = 0xab;
	with.echoed = echoed;
	return with;
}

TEST(what_another_request_was_told_is_no_answer_whatever_it_says)
{
	static const char * const statuses[] = {
		"200", "201", "206", "400", "401", "403", "404", "409", "412",
		"416", "429", "500", "503",
	};
	static const char * const ids[] = { OTHERS, NOBODYS, OURS OTHERS };
	struct dysk_wire_request req;
	struct meaning m = { .verdict = DYSK_VERDICT_UNKNOWN };
	char headers[512];
	size_t i, j, k;

	for (i = 0; i < ARRAY_SIZE(all); i++) {
		for (j = 0; j < ARRAY_SIZE(statuses) * 2; j++) {
			for (k = 0; k < ARRAY_SIZE(ids); k++) {
				req = with_id(all[i], j & 1);
				snprintf(headers, sizeof(headers), "%s%s",
					 ids[k], req.op == DYSK_WIRE_READ ?
					 RANGE : CODE("LeaseLost") NUMBER);
				m.headers = headers;
				m.status = statuses[j / 2];
				check_verdict(&req, &m);
			}
		}
	}
}

TEST(what_repeats_the_id_means_what_it_says)
{
	static const struct meaning meanings[] = {
		{ "404", OURS EMPTY, DYSK_VERDICT_GONE },
		{ "403", OURS EMPTY, DYSK_VERDICT_DENIED },
		{ "412", OURS CODE("LeaseLost") EMPTY, DYSK_VERDICT_LEASE },
		{ "412", OURS CODE("SequenceNumberConditionNotMet") EMPTY,
		  DYSK_VERDICT_SEQUENCE },
		{ "503", OURS EMPTY, DYSK_VERDICT_THROTTLED },
		{ "500", OURS EMPTY, DYSK_VERDICT_UNKNOWN },
	};
	const struct meaning written = { "201", OURS NUMBER, DYSK_VERDICT_DONE };
	const struct meaning got = { "206", OURS RANGE, DYSK_VERDICT_DONE };
	const struct meaning said = { "200", OURS NUMBER, DYSK_VERDICT_DONE };
	struct dysk_wire_request req;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(all) * 2; i++) {
		req = with_id(all[i / 2], i & 1);
		CHECK_MEANINGS(&req, meanings);
		if (req.op == DYSK_WIRE_READ)
			check_verdict(&req, &got);
		else if (req.op == DYSK_WIRE_WRITE || req.op == DYSK_WIRE_CLEAR)
			check_verdict(&req, &written);
		else
			check_verdict(&req, &said);
	}
}

TEST(without_the_id_of_a_service_that_repeats_them_nothing_is_done)
{
	const struct meaning written = { "201", NUMBER, DYSK_VERDICT_UNKNOWN };
	const struct meaning got = { "206", RANGE, DYSK_VERDICT_UNKNOWN };
	const struct meaning said = { "200", NUMBER, DYSK_VERDICT_UNKNOWN };
	struct dysk_wire_request req;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(all); i++) {
		req = with_id(all[i], true);
		check_verdict(&req, &written);
		check_verdict(&req, &got);
		check_verdict(&req, &said);
	}
}

/* Azurite repeats ids in successes only. */
TEST(a_refusal_without_the_id_counts_if_the_service_gives_it_a_code)
{
	static const struct meaning meanings[] = {
		{ "404", CODE("BlobNotFound") EMPTY, DYSK_VERDICT_GONE },
		{ "403", CODE("AuthorizationFailure") EMPTY,
		  DYSK_VERDICT_DENIED },
		{ "412", CODE("LeaseLost") EMPTY, DYSK_VERDICT_LEASE },
		{ "412", CODE("SequenceNumberConditionNotMet") EMPTY,
		  DYSK_VERDICT_SEQUENCE },
		{ "400", CODE("InvalidHeaderValue") EMPTY,
		  DYSK_VERDICT_REJECTED },
		/* front ends know neither */
		{ "503", EMPTY, DYSK_VERDICT_THROTTLED },
		{ "429", EMPTY, DYSK_VERDICT_THROTTLED },
		/* somebody in between, who knows nothing of the blob */
		{ "404", EMPTY, DYSK_VERDICT_UNKNOWN },
		{ "403", EMPTY, DYSK_VERDICT_UNKNOWN },
		{ "412", EMPTY, DYSK_VERDICT_UNKNOWN },
		{ "400", EMPTY, DYSK_VERDICT_UNKNOWN },
		{ "302", EMPTY, DYSK_VERDICT_UNKNOWN },
	};
	struct dysk_wire_request req;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(all); i++) {
		req = with_id(all[i], true);
		CHECK_MEANINGS(&req, meanings);
	}
}

/* ---- preconditions -------------------------------------------------------- */

TEST(a_sequence_refusal_is_known_by_its_code)
{
	static const struct meaning meaning = {
		"412", CODE("SequenceNumberConditionNotMet") EMPTY,
		DYSK_VERDICT_SEQUENCE
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(all); i++)
		check_verdict(all[i], &meaning);
}

TEST(any_other_condition_is_that_of_an_etag)
{
	static const struct meaning meaning = {
		"412", CODE("ConditionNotMet") EMPTY, DYSK_VERDICT_CONDITION
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(all); i++)
		check_verdict(all[i], &meaning);
}

TEST(without_a_code_it_is_the_condition_that_was_sent)
{
	const struct meaning sequence = { "412", EMPTY, DYSK_VERDICT_SEQUENCE };
	const struct meaning other = { "412", EMPTY, DYSK_VERDICT_CONDITION };

	check_verdict(&write, &sequence);
	check_verdict(&clear, &sequence);
	check_verdict(&loose_write, &other);
	check_verdict(&read, &other);
	check_verdict(&head, &other);
	check_verdict(&raise, &other);
}

/* ---- done: writes --------------------------------------------------------- */

TEST(a_write_is_done_by_201_only)
{
	static const struct meaning meanings[] = {
		{ "201", EMPTY, DYSK_VERDICT_DONE },
		{ "201", "Transfer-Encoding: chunked\r\n", DYSK_VERDICT_DONE },
		{ "201", "", DYSK_VERDICT_DONE },
		{ "200", EMPTY, DYSK_VERDICT_UNKNOWN },
		{ "206", "Content-Range: bytes 1024-1535/4096\r\n"
		  "Content-Length: 512\r\n", DYSK_VERDICT_UNKNOWN },
	};

	CHECK_MEANINGS(&write, meanings);
	CHECK_MEANINGS(&clear, meanings);
	CHECK_MEANINGS(&loose_write, meanings);
}

TEST(a_conditional_write_is_not_done_below_its_epoch)
{
	static const struct meaning meanings[] = {
		{ "201", "x-ms-blob-sequence-number: 1048577\r\n" EMPTY,
		  DYSK_VERDICT_DONE },
		{ "201", "x-ms-blob-sequence-number: 1048578\r\n" EMPTY,
		  DYSK_VERDICT_DONE },
		{ "201", "x-ms-blob-sequence-number: 1048576\r\n" EMPTY,
		  DYSK_VERDICT_UNKNOWN },
		{ "201", "x-ms-blob-sequence-number: 0\r\n" EMPTY,
		  DYSK_VERDICT_UNKNOWN },
	};
	const struct meaning loose = {
		"201", "x-ms-blob-sequence-number: 0\r\n" EMPTY,
		DYSK_VERDICT_DONE
	};

	CHECK_MEANINGS(&write, meanings);
	CHECK_MEANINGS(&clear, meanings);
	check_verdict(&loose_write, &loose);
}

/* ---- done: reads ---------------------------------------------------------- */

TEST(a_read_is_done_by_exactly_the_range_asked_for)
{
	static const struct meaning meanings[] = {
		{ "206", "Content-Range: bytes 1024-1535/4096\r\n"
		  "Content-Length: 512\r\n", DYSK_VERDICT_DONE },
		{ "206", "Content-Range: bytes 1024-1535/1536\r\n"
		  "Content-Length: 512\r\nx-ms-blob-type: PageBlob\r\n",
		  DYSK_VERDICT_DONE },
		/* the whole blob, and no way to see that */
		{ "200", "Content-Length: 512\r\n", DYSK_VERDICT_UNKNOWN },
		{ "200", "Content-Range: bytes 1024-1535/4096\r\n"
		  "Content-Length: 512\r\n", DYSK_VERDICT_UNKNOWN },
		{ "201", EMPTY, DYSK_VERDICT_UNKNOWN },
		/* no range, no length */
		{ "206", "Content-Length: 512\r\n", DYSK_VERDICT_UNKNOWN },
		{ "206", "Content-Range: bytes 1024-1535/4096\r\n",
		  DYSK_VERDICT_UNKNOWN },
		{ "206", "Content-Range: bytes 1024-1535/4096\r\n"
		  "Transfer-Encoding: chunked\r\n", DYSK_VERDICT_UNKNOWN },
		{ "206", "Content-Range: bytes */4096\r\n"
		  "Content-Length: 512\r\n", DYSK_VERDICT_UNKNOWN },
		{ "206", "Content-Range: bytes 1024-1535/*\r\n"
		  "Content-Length: 512\r\n", DYSK_VERDICT_UNKNOWN },
		/* another range, another length */
		{ "206", "Content-Range: bytes 1023-1535/4096\r\n"
		  "Content-Length: 512\r\n", DYSK_VERDICT_UNKNOWN },
		{ "206", "Content-Range: bytes 512-1535/4096\r\n"
		  "Content-Length: 1024\r\n", DYSK_VERDICT_UNKNOWN },
		{ "206", "Content-Range: bytes 1024-1534/4096\r\n"
		  "Content-Length: 511\r\n", DYSK_VERDICT_UNKNOWN },
		{ "206", "Content-Range: bytes 1024-1536/4096\r\n"
		  "Content-Length: 513\r\n", DYSK_VERDICT_UNKNOWN },
		{ "206", "Content-Range: bytes 1024-1536/4096\r\n"
		  "Content-Length: 512\r\n", DYSK_VERDICT_UNKNOWN },
		{ "206", "Content-Range: bytes 1024-1535/4096\r\n"
		  "Content-Length: 511\r\n", DYSK_VERDICT_UNKNOWN },
		{ "206", "Content-Range: bytes 1024-1535/4096\r\n"
		  "Content-Length: 513\r\n", DYSK_VERDICT_UNKNOWN },
		{ "206", "Content-Range: bytes 0-511/4096\r\n"
		  "Content-Length: 512\r\n", DYSK_VERDICT_UNKNOWN },
	};

	CHECK_MEANINGS(&read, meanings);
}

/* A range beyond the end is cut short by the service: the blob has shrunk. */
TEST(a_range_cut_short_by_the_end_of_the_blob_means_it_shrank)
{
	static const struct meaning meanings[] = {
		{ "206", "Content-Range: bytes 1024-1534/1535\r\n"
		  "Content-Length: 511\r\n", DYSK_VERDICT_GONE },
		{ "206", "Content-Range: bytes 1024-1024/1025\r\n"
		  "Content-Length: 1\r\n", DYSK_VERDICT_GONE },
		/* Azurite, where others say 416 */
		{ "206", "Content-Range: bytes 1024-1023/1024\r\n" EMPTY,
		  DYSK_VERDICT_GONE },
	};

	CHECK_MEANINGS(&read, meanings);
}

TEST(data_of_another_type_of_blob_are_not_ours)
{
	static const struct meaning meanings[] = {
		{ "206", "Content-Range: bytes 1024-1535/4096\r\n"
		  "Content-Length: 512\r\nx-ms-blob-type: BlockBlob\r\n",
		  DYSK_VERDICT_GONE },
	};

	CHECK_MEANINGS(&read, meanings);
}

/* ---- done: properties ----------------------------------------------------- */

TEST(properties_need_a_length)
{
	static const struct meaning meanings[] = {
		{ "200", "Content-Length: 1073741824\r\n", DYSK_VERDICT_DONE },
		/* the caller looks at the type, and says so */
		{ "200", "Content-Length: 0\r\nx-ms-blob-type: BlockBlob\r\n",
		  DYSK_VERDICT_DONE },
		{ "200", "", DYSK_VERDICT_UNKNOWN },
		{ "200", "Transfer-Encoding: chunked\r\n",
		  DYSK_VERDICT_UNKNOWN },
		{ "206", "Content-Length: 5\r\n", DYSK_VERDICT_UNKNOWN },
		{ "201", EMPTY, DYSK_VERDICT_UNKNOWN },
	};

	CHECK_MEANINGS(&head, meanings);
}

TEST(a_raise_needs_the_number_that_is_in_force)
{
	static const struct meaning meanings[] = {
		{ "200", "x-ms-blob-sequence-number: 1048578\r\n" EMPTY,
		  DYSK_VERDICT_DONE },
		/* another's; the fence decides */
		{ "200", "x-ms-blob-sequence-number: 2097152\r\n" EMPTY,
		  DYSK_VERDICT_DONE },
		{ "200", EMPTY, DYSK_VERDICT_UNKNOWN },
		/* not what "max" does */
		{ "200", "x-ms-blob-sequence-number: 1048577\r\n" EMPTY,
		  DYSK_VERDICT_UNKNOWN },
		{ "201", "x-ms-blob-sequence-number: 1048578\r\n" EMPTY,
		  DYSK_VERDICT_UNKNOWN },
	};

	CHECK_MEANINGS(&raise, meanings);
}
