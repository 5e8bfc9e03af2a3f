/* SPDX-License-Identifier: GPL-2.0 */
/* Blobs, credentials and checks for tests of requests. */
#ifndef DYSK_REQUEST_FIXTURE_H
#define DYSK_REQUEST_FIXTURE_H

#include "test.h"

#define LEASE	"3f2504e0-4f89-51d3-9a0c-0305e82c3301"
#define SAS	"sv=2023-11-03&sr=b&sp=rw&se=2030-01-01T00%3A00%3A00Z&sig=c2ln%2B%3D"
#define ID	0x0123456789abcdefULL
#define ID_LINE	"x-ms-client-request-id: 0123456789abcdef\r\n"
#define NOW	1795268593	/* Sat, 21 Nov 2026 13:43:13 GMT */

extern const struct dysk_wire_target leased, plain, snapshot;
extern const struct dysk_wire_auth sas, shared_key;

/* What write_head() wrote last, and what the last signature is of. */
extern char head_text[DYSK_WIRE_REQUEST_MAX];
extern char signed_text[DYSK_WIRE_REQUEST_MAX];

int failing_hmac(void *ctx, const char *msg, size_t len, u8 out[32]);

int write_head(const struct dysk_wire_target *target,
	       const struct dysk_wire_auth *auth,
	       const struct dysk_wire_request *req);

void sign_head(const struct dysk_wire_target *target,
	       const struct dysk_wire_request *req);

void check_head(const struct dysk_wire_target *target,
		const struct dysk_wire_auth *auth,
		const struct dysk_wire_request *req, const char *expected);

/* With less room than it takes: -ENOSPC, and nothing beyond is touched. */
void check_every_room(const struct dysk_wire_target *target,
		      const struct dysk_wire_auth *auth,
		      const struct dysk_wire_request *req);
void check_every_scratch(const struct dysk_wire_target *target,
			 const struct dysk_wire_request *req);

#endif /* DYSK_REQUEST_FIXTURE_H */
