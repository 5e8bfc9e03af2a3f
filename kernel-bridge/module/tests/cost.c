// SPDX-License-Identifier: GPL-2.0
/*
 * What the wire layer costs per request: run under callgrind, see "make cost".
 * The functions below are what is counted; each handles one head.
 */
#include "request_fixture.h"

#define ROUNDS	1000

static char buf[DYSK_WIRE_REQUEST_MAX], scratch[DYSK_WIRE_REQUEST_MAX];

/* HMAC itself is the kernel's. */
static int no_hmac(void *ctx, const char *msg, size_t len, u8 out[32])
{
	(void)ctx;
	(void)msg;
	memset(out, (int)len, 32);
	return 0;
}

/* As long as they are with a persistent volume and a user delegation SAS. */
static struct dysk_wire_target target = {
	.host = "k8svolumes0123456789.blob.core.windows.net",
	.account = "k8svolumes0123456789",
	.path = "/volumes/pvc-3f2504e0-4f89-41d3-9a0c-0305e82c3301",
	.snapshot = "",
	.lease_id = "3f2504e0-4f89-51d3-9a0c-0305e82c3301",
};

#define LONG_SAS \
	"sv=2023-11-03&st=2026-11-21T12%3A00%3A00Z&se=2026-11-28T12%3A00%3A00Z" \
	"&skoid=3f2504e0-4f89-41d3-9a0c-0305e82c3301" \
	"&sktid=3f2504e0-4f89-41d3-9a0c-0305e82c3301" \
	"&skt=2026-11-21T12%3A00%3A00Z&ske=2026-11-28T12%3A00%3A00Z&sks=b" \
	"&skv=2023-11-03&sr=b&sp=rw" \
	"&sig=c2lnbmF0dXJlc2lnbmF0dXJlc2lnbmF0dXJlc2k%3D"

static const struct dysk_wire_auth with_sas = {
	.sas = LONG_SAS, .sas_len = sizeof(LONG_SAS) - 1,
};

static const struct dysk_wire_auth with_key = { .hmac = no_hmac };

static const struct dysk_wire_request write_request = {
	.id = ID, .echoed = true,
	.op = DYSK_WIRE_WRITE, .offset = 4398046511104, .length = 4096,
	.epoch = 5242881, .conditional = true, .now = NOW,
};

static const struct dysk_wire_request read_request = {
	.id = ID, .echoed = true,
	.op = DYSK_WIRE_READ, .offset = 4398046511104, .length = 4096,
	.now = NOW,
};

static const char write_answer[] =
	"HTTP/1.1 201 Created\r\n"
	"Content-Length: 0\r\n"
	"Content-MD5: sQqNsWTgdUEFt6mb5y4/5Q==\r\n"
	"Last-Modified: Sat, 21 Nov 2026 13:43:12 GMT\r\n"
	"ETag: \"0x8DBD1F4E2A7C3B9\"\r\n"
	"Server: Windows-Azure-Blob/1.0 Microsoft-HTTPAPI/2.0\r\n"
	"x-ms-request-id: 7c1e2d3f-401e-0029-4f5a-5bd0f1000000\r\n"
	ID_LINE
	"x-ms-version: 2023-11-03\r\n"
	"x-ms-content-crc64: 3xVJb2Ecy1s=\r\n"
	"x-ms-blob-sequence-number: 5242881\r\n"
	"x-ms-request-server-encrypted: true\r\n"
	"Date: Sat, 21 Nov 2026 13:43:13 GMT\r\n"
	"\r\n";

static const char read_answer[] =
	"HTTP/1.1 206 Partial Content\r\n"
	"Content-Length: 4096\r\n"
	"Content-Type: application/octet-stream\r\n"
	"Content-Range: bytes 4398046511104-4398046515199/8796093022208\r\n"
	"Last-Modified: Sat, 21 Nov 2026 13:43:12 GMT\r\n"
	"Accept-Ranges: bytes\r\n"
	"ETag: \"0x8DBD1F4E2A7C3B9\"\r\n"
	"Server: Windows-Azure-Blob/1.0 Microsoft-HTTPAPI/2.0\r\n"
	"x-ms-request-id: 7c1e2d3f-401e-0029-4f5a-5bd0f1000000\r\n"
	ID_LINE
	"x-ms-version: 2023-11-03\r\n"
	"x-ms-creation-time: Sat, 21 Nov 2026 10:00:00 GMT\r\n"
	"x-ms-blob-sequence-number: 5242881\r\n"
	"x-ms-lease-status: locked\r\n"
	"x-ms-lease-state: leased\r\n"
	"x-ms-blob-type: PageBlob\r\n"
	"Date: Sat, 21 Nov 2026 13:43:13 GMT\r\n"
	"\r\n";

static __attribute__((noinline)) void cost_write_head_sas(void)
{
	dysk_wire_request_write(buf, sizeof(buf), &target, &with_sas,
				&write_request, scratch, sizeof(scratch));
}

static __attribute__((noinline)) void cost_read_head_sas(void)
{
	dysk_wire_request_write(buf, sizeof(buf), &target, &with_sas,
				&read_request, scratch, sizeof(scratch));
}

static __attribute__((noinline)) void cost_write_head_key(void)
{
	dysk_wire_request_write(buf, sizeof(buf), &target, &with_key,
				&write_request, scratch, sizeof(scratch));
}

static void answer(const struct dysk_wire_request *req, const char *text,
		   size_t len)
{
	struct dysk_wire_response rsp;
	enum dysk_verdict verdict;
	size_t head;

	dysk_wire_response_init(&rsp, req->op);
	if (dysk_wire_receive_head(req, &rsp, text, len, true, &head,
				   &verdict) <= DYSK_TURN_BODY ||
	    verdict != DYSK_VERDICT_DONE || !dysk_wire_may_follow(req, &rsp))
		fprintf(stderr, "not done\n");
}

static __attribute__((noinline)) void cost_write_answer(void)
{
	answer(&write_request, write_answer, sizeof(write_answer) - 1);
}

static __attribute__((noinline)) void cost_read_answer(void)
{
	answer(&read_request, read_answer, sizeof(read_answer) - 1);
}

int main(void)
{
	int i;

	if (dysk_wire_target_prepare(&target))
		return 1;
	for (i = 0; i < ROUNDS; i++) {
		cost_write_head_sas();
		cost_read_head_sas();
		cost_write_head_key();
		cost_write_answer();
		cost_read_answer();
	}
	return 0;
}
