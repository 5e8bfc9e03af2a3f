// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "request_fixture.h"

char head_text[DYSK_WIRE_REQUEST_MAX];
char signed_text[DYSK_WIRE_REQUEST_MAX];

/* The key is the bytes 0, 1, ... 63. */
static int hmac(void *ctx, const char *msg, size_t len, u8 out[32])
{
	u8 key[64];
	u8 i;

	(void)ctx;
	for (i = 0; i < sizeof(key); i++)
		key[i] = i;
	memcpy(signed_text, msg, len);
	signed_text[len] = '\0';
	test_hmac_sha256(key, sizeof(key), (const u8 *)msg, len, out);
	return 0;
}

int failing_hmac(void *ctx, const char *msg, size_t len, u8 out[32])
{
	(void)ctx;
	(void)msg;
	(void)len;
	(void)out;
	return -ENOMEM;
}

const struct dysk_wire_target leased = {
	.host = "acct.blob.core.windows.net", .account = "acct",
	.path = "/vols/a%20b/disk0.vhd", .snapshot = "", .lease_id = LEASE,
};

const struct dysk_wire_target plain = {
	.host = "acct.blob.core.windows.net", .account = "acct",
	.path = "/vols/a%20b/disk0.vhd", .snapshot = "", .lease_id = "",
};

const struct dysk_wire_target snapshot = {
	.host = "127.0.0.1:10000", .account = "devstoreaccount1",
	.path = "/devstoreaccount1/c/b",
	.snapshot = "2026-11-21T13:43:13.1234567Z", .lease_id = "",
};

const struct dysk_wire_auth sas = { .sas = SAS, .sas_len = sizeof(SAS) - 1 };
const struct dysk_wire_auth shared_key = { .hmac = hmac };

int write_head(const struct dysk_wire_target *target,
	       const struct dysk_wire_auth *auth,
	       const struct dysk_wire_request *req)
{
	static char scratch[DYSK_WIRE_REQUEST_MAX];

	return dysk_wire_request_write(head_text, sizeof(head_text), target,
				       auth, req, scratch, sizeof(scratch));
}

void sign_head(const struct dysk_wire_target *target,
	       const struct dysk_wire_request *req)
{
	signed_text[0] = '\0';
	CHECK(write_head(target, &shared_key, req) > 0);
}

void check_head(const struct dysk_wire_target *target,
		const struct dysk_wire_auth *auth,
		const struct dysk_wire_request *req, const char *expected)
{
	int len = write_head(target, auth, req);

	if (CHECK(len >= 0))
		CHECK_TEXT(head_text, (size_t)len, expected);
}

/* Buffers come from malloc, so that the sanitizer sees one byte too many. */
static int write_into(size_t cap, const struct dysk_wire_target *target,
		      const struct dysk_wire_auth *auth,
		      const struct dysk_wire_request *req, size_t scratch_cap)
{
	char *buf = malloc(cap);
	char *scratch = malloc(scratch_cap);
	int ret = dysk_wire_request_write(buf, cap, target, auth, req, scratch,
					  scratch_cap);

	free(scratch);
	free(buf);
	return ret;
}

void check_every_room(const struct dysk_wire_target *target,
		      const struct dysk_wire_auth *auth,
		      const struct dysk_wire_request *req)
{
	int len = write_head(target, auth, req);
	int cap;

	for (cap = 0; cap < len; cap++)
		CHECK_INT(write_into((size_t)cap, target, auth, req, 16384),
			  -ENOSPC);
	CHECK_INT(write_into((size_t)len, target, auth, req, 16384), len);
}

void check_every_scratch(const struct dysk_wire_target *target,
			 const struct dysk_wire_request *req)
{
	int len = write_head(target, &shared_key, req);
	size_t need = strlen(signed_text);
	size_t cap;

	for (cap = 0; cap < need; cap++)
		CHECK_INT(write_into(16384, target, &shared_key, req, cap),
			  -ENOSPC);
	CHECK_INT(write_into(16384, target, &shared_key, req, need), len);
}
