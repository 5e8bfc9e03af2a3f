// SPDX-License-Identifier: GPL-2.0
/*
 * Request heads, signed and unsigned.
 */
#include "request_fixture.h"

/* ---- unsigned: the whole text of each kind -------------------------------- */

TEST(a_write_is_a_conditional_put_page_update)
{
	const struct dysk_wire_request req = {
		.id = ID, .op = DYSK_WIRE_WRITE, .offset = 512, .length = 4096,
		.epoch = 1048577, .conditional = true,
	};

	check_head(&leased, &sas, &req,
		   "PUT /vols/a%20b/disk0.vhd?comp=page&" SAS " HTTP/1.1\r\n"
		   "Host: acct.blob.core.windows.net\r\n"
		   "Content-Length: 4096\r\n"
		   ID_LINE
		   "x-ms-if-sequence-number-eq: 1048577\r\n"
		   "x-ms-lease-id: " LEASE "\r\n"
		   "x-ms-page-write: update\r\n"
		   "x-ms-range: bytes=512-4607\r\n"
		   "x-ms-version: 2023-11-03\r\n"
		   "\r\n");
}

TEST(a_clear_has_no_body_and_may_span_the_largest_blob)
{
	const struct dysk_wire_request req = {
		.id = ID, .op = DYSK_WIRE_CLEAR, .offset = 0, .length = 8ULL << 40,
		.epoch = 1048577, .conditional = true,
	};

	check_head(&leased, &sas, &req,
		   "PUT /vols/a%20b/disk0.vhd?comp=page&" SAS " HTTP/1.1\r\n"
		   "Host: acct.blob.core.windows.net\r\n"
		   "Content-Length: 0\r\n"
		   ID_LINE
		   "x-ms-if-sequence-number-eq: 1048577\r\n"
		   "x-ms-lease-id: " LEASE "\r\n"
		   "x-ms-page-write: clear\r\n"
		   "x-ms-range: bytes=0-8796093022207\r\n"
		   "x-ms-version: 2023-11-03\r\n"
		   "\r\n");
}

TEST(an_unconditional_write_names_no_sequence_number)
{
	const struct dysk_wire_request req = {
		.id = ID, .op = DYSK_WIRE_WRITE, .offset = 0, .length = 512, .epoch = 7,
	};

	check_head(&leased, &sas, &req,
		   "PUT /vols/a%20b/disk0.vhd?comp=page&" SAS " HTTP/1.1\r\n"
		   "Host: acct.blob.core.windows.net\r\n"
		   "Content-Length: 512\r\n"
		   ID_LINE
		   "x-ms-lease-id: " LEASE "\r\n"
		   "x-ms-page-write: update\r\n"
		   "x-ms-range: bytes=0-511\r\n"
		   "x-ms-version: 2023-11-03\r\n"
		   "\r\n");
}

TEST(a_read_names_the_lease_so_that_a_fenced_node_stops_reading)
{
	const struct dysk_wire_request req = {
		.id = ID, .op = DYSK_WIRE_READ, .offset = 512, .length = 4096,
	};

	check_head(&leased, &sas, &req,
		   "GET /vols/a%20b/disk0.vhd?" SAS " HTTP/1.1\r\n"
		   "Host: acct.blob.core.windows.net\r\n"
		   ID_LINE
		   "x-ms-lease-id: " LEASE "\r\n"
		   "x-ms-range: bytes=512-4607\r\n"
		   "x-ms-version: 2023-11-03\r\n"
		   "\r\n");
}

TEST(a_read_of_a_snapshot_encodes_its_time)
{
	const struct dysk_wire_request req = {
		.id = ID, .op = DYSK_WIRE_READ, .offset = 0, .length = 512,
	};

	check_head(&snapshot, &sas, &req,
		   "GET /devstoreaccount1/c/b"
		   "?snapshot=2026-11-21T13%3A43%3A13.1234567Z&" SAS
		   " HTTP/1.1\r\n"
		   "Host: 127.0.0.1:10000\r\n"
		   ID_LINE
		   "x-ms-range: bytes=0-511\r\n"
		   "x-ms-version: 2023-11-03\r\n"
		   "\r\n");
}

TEST(a_read_of_anything_public_has_no_query)
{
	const struct dysk_wire_auth none = { .sas = "" };
	const struct dysk_wire_request req = {
		.id = ID, .op = DYSK_WIRE_READ, .offset = 1, .length = 1,
	};

	check_head(&plain, &none, &req,
		   "GET /vols/a%20b/disk0.vhd HTTP/1.1\r\n"
		   "Host: acct.blob.core.windows.net\r\n"
		   ID_LINE
		   "x-ms-range: bytes=1-1\r\n"
		   "x-ms-version: 2023-11-03\r\n"
		   "\r\n");
}

TEST(properties_are_asked_for_with_head)
{
	const struct dysk_wire_request req = { .id = ID, .op = DYSK_WIRE_HEAD };

	check_head(&leased, &sas, &req,
		   "HEAD /vols/a%20b/disk0.vhd?" SAS " HTTP/1.1\r\n"
		   "Host: acct.blob.core.windows.net\r\n"
		   ID_LINE
		   "x-ms-lease-id: " LEASE "\r\n"
		   "x-ms-version: 2023-11-03\r\n"
		   "\r\n");
}

TEST(a_raise_sets_the_sequence_number_to_the_larger_one)
{
	const struct dysk_wire_request req = {
		.id = ID, .op = DYSK_WIRE_RAISE, .epoch = 1048578,
	};

	check_head(&leased, &sas, &req,
		   "PUT /vols/a%20b/disk0.vhd?comp=properties&" SAS
		   " HTTP/1.1\r\n"
		   "Host: acct.blob.core.windows.net\r\n"
		   "Content-Length: 0\r\n"
		   "x-ms-blob-sequence-number: 1048578\r\n"
		   ID_LINE
		   "x-ms-lease-id: " LEASE "\r\n"
		   "x-ms-sequence-number-action: max\r\n"
		   "x-ms-version: 2023-11-03\r\n"
		   "\r\n");
}

TEST(a_raise_may_be_conditional_on_an_etag)
{
	const struct dysk_wire_request req = {
		.id = ID, .op = DYSK_WIRE_RAISE, .epoch = S64_MAX,
		.etag = "\"0x8DBD1F4E2A7C3B9\"",
	};

	check_head(&plain, &sas, &req,
		   "PUT /vols/a%20b/disk0.vhd?comp=properties&" SAS
		   " HTTP/1.1\r\n"
		   "Host: acct.blob.core.windows.net\r\n"
		   "Content-Length: 0\r\n"
		   "If-Match: \"0x8DBD1F4E2A7C3B9\"\r\n"
		   "x-ms-blob-sequence-number: 9223372036854775807\r\n"
		   ID_LINE
		   "x-ms-sequence-number-action: max\r\n"
		   "x-ms-version: 2023-11-03\r\n"
		   "\r\n");
}

/*
 * ---- SharedKey ------------------------------------------------------------
 * The signatures were computed by a program of its own, in another language,
 * from the heads below and the rules of "Authorize with Shared Key".
 */

TEST(the_string_to_sign_is_the_documented_one)
{
	const struct dysk_wire_request req = {
		.id = ID, .op = DYSK_WIRE_WRITE, .offset = 512, .length = 4096,
		.epoch = 1048577, .conditional = true, .now = NOW,
	};

	sign_head(&leased, &req);
	CHECK_STR(signed_text,
		  "PUT\n"
		  "\n"		/* Content-Encoding */
		  "\n"		/* Content-Language */
		  "4096\n"	/* Content-Length */
		  "\n"		/* Content-MD5 */
		  "\n"		/* Content-Type */
		  "\n"		/* Date */
		  "\n"		/* If-Modified-Since */
		  "\n"		/* If-Match */
		  "\n"		/* If-None-Match */
		  "\n"		/* If-Unmodified-Since */
		  "\n"		/* Range */
		  "x-ms-client-request-id:0123456789abcdef\n"
		  "x-ms-date:Sat, 21 Nov 2026 13:43:13 GMT\n"
		  "x-ms-if-sequence-number-eq:1048577\n"
		  "x-ms-lease-id:" LEASE "\n"
		  "x-ms-page-write:update\n"
		  "x-ms-range:bytes=512-4607\n"
		  "x-ms-version:2023-11-03\n"
		  "/acct/vols/a%20b/disk0.vhd\n"
		  "comp:page");
}

TEST(a_signed_write_carries_date_and_signature)
{
	const struct dysk_wire_request req = {
		.id = ID, .op = DYSK_WIRE_WRITE, .offset = 512, .length = 4096,
		.epoch = 1048577, .conditional = true, .now = NOW,
	};

	check_head(&leased, &shared_key, &req,
		   "PUT /vols/a%20b/disk0.vhd?comp=page HTTP/1.1\r\n"
		   "Host: acct.blob.core.windows.net\r\n"
		   "Content-Length: 4096\r\n"
		   ID_LINE
		   "x-ms-date: Sat, 21 Nov 2026 13:43:13 GMT\r\n"
		   "x-ms-if-sequence-number-eq: 1048577\r\n"
		   "x-ms-lease-id: " LEASE "\r\n"
		   "x-ms-page-write: update\r\n"
		   "x-ms-range: bytes=512-4607\r\n"
		   "x-ms-version: 2023-11-03\r\n"
		   "Authorization: SharedKey acct:"
		   "Z2G1WkpJR0muvPGt2K9+UWAaNswbY9UkQyIECKqc+Kw=\r\n"
		   "\r\n");
}

TEST(a_content_length_of_0_is_signed_as_an_empty_line)
{
	const struct dysk_wire_request req = {
		.id = ID, .op = DYSK_WIRE_CLEAR, .offset = 0, .length = 8ULL << 40,
		.epoch = 1048577, .conditional = true, .now = NOW,
	};

	check_head(&leased, &shared_key, &req,
		   "PUT /vols/a%20b/disk0.vhd?comp=page HTTP/1.1\r\n"
		   "Host: acct.blob.core.windows.net\r\n"
		   "Content-Length: 0\r\n"
		   ID_LINE
		   "x-ms-date: Sat, 21 Nov 2026 13:43:13 GMT\r\n"
		   "x-ms-if-sequence-number-eq: 1048577\r\n"
		   "x-ms-lease-id: " LEASE "\r\n"
		   "x-ms-page-write: clear\r\n"
		   "x-ms-range: bytes=0-8796093022207\r\n"
		   "x-ms-version: 2023-11-03\r\n"
		   "Authorization: SharedKey acct:"
		   "02sdzitINJh4GgNTV9BkGXiy+ujE7lrEtIG3FPpnhvw=\r\n"
		   "\r\n");
	CHECK(!strncmp(signed_text, "PUT\n\n\n\n\n\n\n\n\n\n\n\nx-ms-", 20));
}

TEST(a_signed_read)
{
	const struct dysk_wire_request req = {
		.id = ID, .op = DYSK_WIRE_READ, .offset = 512, .length = 4096, .now = NOW,
	};

	check_head(&leased, &shared_key, &req,
		   "GET /vols/a%20b/disk0.vhd HTTP/1.1\r\n"
		   "Host: acct.blob.core.windows.net\r\n"
		   ID_LINE
		   "x-ms-date: Sat, 21 Nov 2026 13:43:13 GMT\r\n"
		   "x-ms-lease-id: " LEASE "\r\n"
		   "x-ms-range: bytes=512-4607\r\n"
		   "x-ms-version: 2023-11-03\r\n"
		   "Authorization: SharedKey acct:"
		   "6/IGU2uORiPEKnDTPA4AyV7V7DoKuucnz95syZbJ82k=\r\n"
		   "\r\n");
}

TEST(a_snapshot_is_signed_decoded_and_path_style_names_the_account_twice)
{
	const struct dysk_wire_request req = {
		.id = ID, .op = DYSK_WIRE_READ, .offset = 0, .length = 512, .now = NOW,
	};

	check_head(&snapshot, &shared_key, &req,
		   "GET /devstoreaccount1/c/b"
		   "?snapshot=2026-11-21T13%3A43%3A13.1234567Z HTTP/1.1\r\n"
		   "Host: 127.0.0.1:10000\r\n"
		   ID_LINE
		   "x-ms-date: Sat, 21 Nov 2026 13:43:13 GMT\r\n"
		   "x-ms-range: bytes=0-511\r\n"
		   "x-ms-version: 2023-11-03\r\n"
		   "Authorization: SharedKey devstoreaccount1:"
		   "EUTKaRj9oZK/1smzSHgfTGjXhOP8mb88Vtdntr1D1GE=\r\n"
		   "\r\n");
	CHECK(strstr(signed_text, "\n/devstoreaccount1/devstoreaccount1/c/b\n"
		     "snapshot:2026-11-21T13:43:13.1234567Z"));
}

TEST(a_signed_head)
{
	const struct dysk_wire_request req = {
		.id = ID, .op = DYSK_WIRE_HEAD, .now = NOW,
	};

	check_head(&leased, &shared_key, &req,
		   "HEAD /vols/a%20b/disk0.vhd HTTP/1.1\r\n"
		   "Host: acct.blob.core.windows.net\r\n"
		   ID_LINE
		   "x-ms-date: Sat, 21 Nov 2026 13:43:13 GMT\r\n"
		   "x-ms-lease-id: " LEASE "\r\n"
		   "x-ms-version: 2023-11-03\r\n"
		   "Authorization: SharedKey acct:"
		   "gTA/snIFG0YECnL8OGDD9EtX7olJ1tMWiaHOm9ROAs0=\r\n"
		   "\r\n");
}

TEST(if_match_has_a_line_of_its_own_in_the_string_to_sign)
{
	const struct dysk_wire_request req = {
		.id = ID, .op = DYSK_WIRE_RAISE, .epoch = 2097152, .now = NOW,
		.etag = "\"0x8DBD1F4E2A7C3B9\"",
	};

	check_head(&leased, &shared_key, &req,
		   "PUT /vols/a%20b/disk0.vhd?comp=properties HTTP/1.1\r\n"
		   "Host: acct.blob.core.windows.net\r\n"
		   "Content-Length: 0\r\n"
		   "If-Match: \"0x8DBD1F4E2A7C3B9\"\r\n"
		   "x-ms-blob-sequence-number: 2097152\r\n"
		   ID_LINE
		   "x-ms-date: Sat, 21 Nov 2026 13:43:13 GMT\r\n"
		   "x-ms-lease-id: " LEASE "\r\n"
		   "x-ms-sequence-number-action: max\r\n"
		   "x-ms-version: 2023-11-03\r\n"
		   "Authorization: SharedKey acct:"
		   "YXT7rnuDmCfTzRiSvHcA3vOGsD8zZm6VhDkAd8VXE8g=\r\n"
		   "\r\n");
	CHECK(!strncmp(signed_text,
		       "PUT\n\n\n\n\n\n\n\n\"0x8DBD1F4E2A7C3B9\"\n\n\n\nx-ms-",
		       35));
}

TEST(what_the_hmac_says_when_it_fails_is_passed_on)
{
	const struct dysk_wire_auth broken = { .hmac = failing_hmac };
	const struct dysk_wire_request req = { .id = ID, .op = DYSK_WIRE_HEAD };

	CHECK_INT(write_head(&leased, &broken, &req), -ENOMEM);
}

TEST(a_signature_needs_an_account_and_a_key)
{
	const struct dysk_wire_auth none = { .sas = NULL };
	const struct dysk_wire_request req = { .id = ID, .op = DYSK_WIRE_HEAD };
	struct dysk_wire_target nobody = leased;

	CHECK_INT(write_head(&leased, &none, &req), -EINVAL);
	nobody.account = "";
	CHECK_INT(write_head(&nobody, &shared_key, &req), -EINVAL);
	CHECK(write_head(&nobody, &sas, &req) > 0);
}

/* ---- ids ------------------------------------------------------------------ */

TEST(an_id_is_sixteen_digits)
{
	static const struct {
		u64 id;
		const char *text;
	} ids[] = {
		{ 1, "0000000000000001" },
		{ 0x9aULL << 32, "0000009a00000000" },
		{ 0x0f1e2d3c4b5a6978, "0f1e2d3c4b5a6978" },
		{ U64_MAX, "ffffffffffffffff" },
	};
	struct dysk_wire_request req = { .op = DYSK_WIRE_HEAD };
	const char *at;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ids); i++) {
		req.id = ids[i].id;
		CHECK(write_head(&leased, &sas, &req) > 0);
		at = strstr(head_text, "\r\nx-ms-client-request-id: ");
		if (CHECK(at))
			CHECK_TEXT(at + 26, 16, ids[i].text);
	}
}

TEST(a_request_without_an_id_is_refused)
{
	const struct dysk_wire_request req = { .op = DYSK_WIRE_HEAD };

	CHECK_INT(write_head(&leased, &sas, &req), -EINVAL);
}

/* ---- nothing can be smuggled into a head ---------------------------------- */

static const char * const poisons[] = {
	"\r\nX: y", "\n", "\r", "\t", " ", "\x01", "\x1f", "\x7f", "\x80",
	"\xc3\xa9", "\xff",
};

/* "aaaa" with poison in it, at each distance from its ends. */
static const char *poisoned(size_t kind, size_t place, const char *first)
{
	static char text[64];
	size_t len = strlen(first);

	memset(text, 'a', sizeof(text));
	memcpy(text, first, len);
	len += place;
	memcpy(text + len, poisons[kind], strlen(poisons[kind]));
	len += strlen(poisons[kind]) + 17 - place;
	text[len] = '\0';
	return text;
}

#define EACH_POISON(kind, place)					\
	for (kind = 0; kind < ARRAY_SIZE(poisons); kind++)		\
		for (place = 0; place < 18; place++)

TEST(control_characters_blanks_and_non_ascii_are_refused_in_every_string)
{
	const struct dysk_wire_request req = { .id = ID, .op = DYSK_WIRE_HEAD };
	const struct dysk_wire_request raise = {
		.id = ID, .op = DYSK_WIRE_RAISE, .epoch = 1, .etag = "x",
	};
	struct dysk_wire_request bad_etag = raise;
	struct dysk_wire_auth bad_sas = sas;
	struct dysk_wire_target t;
	size_t kind, place;

	EACH_POISON(kind, place) {
		t = leased;
		t.host = poisoned(kind, place, "");
		CHECK_INT(write_head(&t, &sas, &req), -EINVAL);
		t = leased;
		t.account = poisoned(kind, place, "");
		CHECK_INT(write_head(&t, &sas, &req), -EINVAL);
		t = leased;
		t.path = poisoned(kind, place, "/");
		CHECK_INT(write_head(&t, &sas, &req), -EINVAL);
		t = leased;
		t.snapshot = poisoned(kind, place, "");
		CHECK_INT(write_head(&t, &sas, &req), -EINVAL);
		t = leased;
		t.lease_id = poisoned(kind, place, "");
		CHECK_INT(write_head(&t, &sas, &req), -EINVAL);
		CHECK_INT(dysk_wire_target_prepare(&t), -EINVAL);
		bad_sas.sas = poisoned(kind, place, "");
		bad_sas.sas_len = strlen(bad_sas.sas);
		CHECK_INT(write_head(&leased, &bad_sas, &req), -EINVAL);
		bad_etag.etag = poisoned(kind, place, "");
		CHECK_INT(write_head(&leased, &sas, &bad_etag), -EINVAL);
	}
	CHECK(write_head(&leased, &sas, &req) > 0);
	CHECK(write_head(&leased, &sas, &raise) > 0);
}

TEST(a_nul_in_a_sas_is_refused)
{
	static const char text[] = "sv=2023\0-11-03&sig=abc";
	const struct dysk_wire_auth auth = {
		.sas = text, .sas_len = sizeof(text) - 1,
	};
	const struct dysk_wire_request req = { .id = ID, .op = DYSK_WIRE_HEAD };

	CHECK_INT(write_head(&leased, &auth, &req), -EINVAL);
}

TEST(a_path_begins_with_a_slash_and_has_no_query_of_its_own)
{
	static const char * const paths[] = {
		"", "a", "*", "http://a/b", "/a?comp=page", "/a?", "/a#b",
	};
	const struct dysk_wire_request req = { .id = ID, .op = DYSK_WIRE_HEAD };
	struct dysk_wire_target t = leased;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(paths); i++) {
		t.path = paths[i];
		CHECK_INT(write_head(&t, &sas, &req), -EINVAL);
	}
}

TEST(missing_strings_are_refused)
{
	const struct dysk_wire_request req = { .id = ID, .op = DYSK_WIRE_HEAD };
	const struct dysk_wire_request no_etag = {
		.id = ID, .op = DYSK_WIRE_RAISE, .epoch = 1, .etag = "",
	};
	struct dysk_wire_target t = leased;

	t.host = "";
	CHECK_INT(write_head(&t, &sas, &req), -EINVAL);
	t = leased;
	t.lease_id = NULL;
	CHECK_INT(write_head(&t, &sas, &req), -EINVAL);
	CHECK_INT(write_head(&leased, &sas, &no_etag), -EINVAL);
}

/* ---- requests that can't be meant ----------------------------------------- */

TEST(ranges_that_are_empty_or_overflow_are_refused)
{
	static const struct dysk_wire_request bad[] = {
		{ .id = ID, .op = DYSK_WIRE_READ, .offset = 512, .length = 0 },
		{ .id = ID, .op = DYSK_WIRE_READ, .offset = U64_MAX, .length = 1 },
		{ .id = ID, .op = DYSK_WIRE_READ, .offset = U64_MAX, .length = 512 },
		{ .id = ID, .op = DYSK_WIRE_READ, .offset = 512, .length = U64_MAX },
		{ .id = ID, .op = DYSK_WIRE_READ, .offset = 1, .length = S64_MAX },
		{ .id = ID, .op = DYSK_WIRE_WRITE, .offset = 0, .length = 0 },
		{ .id = ID, .op = DYSK_WIRE_CLEAR, .offset = 0, .length = 0 },
		{ .id = ID, .op = DYSK_WIRE_CLEAR, .offset = 1ULL << 63, .length = 512 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		CHECK_INT(write_head(&leased, &sas, &bad[i]), -EINVAL);
}

TEST(writes_that_are_not_whole_pages_are_refused)
{
	struct dysk_wire_request req = {
		.id = ID, .op = DYSK_WIRE_WRITE, .offset = 512, .length = 512,
	};

	CHECK(write_head(&leased, &sas, &req) > 0);
	req.offset = 511;
	CHECK_INT(write_head(&leased, &sas, &req), -EINVAL);
	req.offset = 512;
	req.length = 513;
	CHECK_INT(write_head(&leased, &sas, &req), -EINVAL);
	req.op = DYSK_WIRE_CLEAR;
	CHECK_INT(write_head(&leased, &sas, &req), -EINVAL);
}

/* Azurite answers 201 to Put Page on a snapshot, and writes the base blob. */
TEST(a_snapshot_is_never_written)
{
	struct dysk_wire_request req = {
		.id = ID, .op = DYSK_WIRE_WRITE, .offset = 512, .length = 512,
	};

	CHECK_INT(write_head(&snapshot, &sas, &req), -EINVAL);
	req.op = DYSK_WIRE_CLEAR;
	CHECK_INT(write_head(&snapshot, &sas, &req), -EINVAL);
	req.op = DYSK_WIRE_RAISE;
	CHECK_INT(write_head(&snapshot, &sas, &req), -EINVAL);
}

TEST(sequence_numbers_have_63_bits)
{
	struct dysk_wire_request req = {
		.id = ID, .op = DYSK_WIRE_RAISE, .epoch = 1ULL << 63,
	};

	CHECK_INT(write_head(&leased, &sas, &req), -EINVAL);
	req.op = DYSK_WIRE_WRITE;
	req.length = 512;
	CHECK(write_head(&leased, &sas, &req) > 0);
	req.conditional = true;
	CHECK_INT(write_head(&leased, &sas, &req), -EINVAL);
	req.epoch--;
	CHECK(write_head(&leased, &sas, &req) > 0);
}

TEST(an_unknown_operation_is_refused)
{
	const struct dysk_wire_request req = {
		.id = ID, .op = (enum dysk_wire_op)(DYSK_WIRE_RAISE + 1), .length = 512,
	};

	CHECK_INT(write_head(&leased, &sas, &req), -EINVAL);
}

/* ---- room ----------------------------------------------------------------- */

TEST(a_head_never_goes_beyond_its_room)
{
	const struct dysk_wire_request reqs[] = {
		{ .id = ID, .op = DYSK_WIRE_WRITE, .offset = 512, .length = 4096,
		  .epoch = 1048577, .conditional = true, .now = NOW },
		{ .id = ID, .op = DYSK_WIRE_RAISE, .epoch = 5, .etag = "e", .now = NOW },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(reqs); i++) {
		check_every_room(&leased, &shared_key, &reqs[i]);
		check_every_room(&leased, &sas, &reqs[i]);
	}
	check_every_room(&snapshot, &shared_key, &(struct dysk_wire_request) {
		.id = ID, .op = DYSK_WIRE_READ, .offset = 0, .length = 1 });
}

TEST(a_string_to_sign_never_goes_beyond_its_room)
{
	const struct dysk_wire_request req = {
		.id = ID, .op = DYSK_WIRE_RAISE, .epoch = 5, .etag = "e", .now = NOW,
	};

	check_every_scratch(&leased, &req);
}

TEST(the_longest_path_with_an_ordinary_sas_fits)
{
	static char path[9300 + 1], long_sas[8192];
	const struct dysk_wire_request req = {
		.id = ID, .op = DYSK_WIRE_WRITE, .offset = 7ULL << 40, .length = 512,
		.epoch = S64_MAX, .conditional = true,
	};
	struct dysk_wire_auth auth = { .sas = long_sas, .sas_len = 4096 };
	struct dysk_wire_target t = leased;

	memset(path, 'p', sizeof(path) - 1);
	memset(long_sas, 's', sizeof(long_sas));
	path[0] = '/';
	t.path = path;
	CHECK(write_head(&t, &auth, &req) > 9300 + 4096);
	auth.sas_len = sizeof(long_sas);
	CHECK_INT(write_head(&t, &auth, &req), -ENOSPC);
}

/* ---- preparing ------------------------------------------------------------ */

TEST(a_prepared_target_gives_the_same_heads)
{
	const struct dysk_wire_target *targets[] = { &leased, &plain,
						     &snapshot };
	const struct dysk_wire_request req = {
		.id = ID, .op = DYSK_WIRE_READ, .offset = 512, .length = 4096, .now = NOW,
	};
	struct dysk_wire_target t;
	char first[sizeof(head_text)];
	size_t i;
	int len;

	for (i = 0; i < ARRAY_SIZE(targets); i++) {
		t = *targets[i];
		len = write_head(&t, &shared_key, &req);
		memcpy(first, head_text, sizeof(first));
		CHECK_INT(dysk_wire_target_prepare(&t), 0);
		CHECK(t.prepared);
		CHECK_INT(write_head(&t, &shared_key, &req), len);
		CHECK(!memcmp(first, head_text, (size_t)len));
	}
}

TEST(a_target_that_is_refused_is_not_prepared)
{
	struct dysk_wire_target t = leased;

	CHECK_INT(dysk_wire_target_prepare(&t), 0);
	t.host = "a b";
	CHECK_INT(dysk_wire_target_prepare(&t), -EINVAL);
	CHECK(!t.prepared);
}
