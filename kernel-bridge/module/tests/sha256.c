// SPDX-License-Identifier: GPL-2.0
/*
 * HMAC-SHA256 (FIPS 180-4, FIPS 198-1) for the tests; the kernel side has the
 * kernel's own.
 */
#include "test.h"

struct sha256 {
	u32 state[8];
	u64 len;
	u8 block[64];
};

static const u32 round_constants[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
	0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
	0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
	0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
	0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
	0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
	0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
	0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
	0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2
};

static u32 rotate(u32 x, int n)
{
	return x >> n | x << (32 - n);
}

static void sha256_block(struct sha256 *sha)
{
	u32 w[64], v[8], t1, t2;
	int i;

	for (i = 0; i < 16; i++)
		w[i] = (u32)sha->block[4 * i] << 24 |
		       (u32)sha->block[4 * i + 1] << 16 |
		       (u32)sha->block[4 * i + 2] << 8 | sha->block[4 * i + 3];
	for (; i < 64; i++)
		w[i] = w[i - 16] + w[i - 7] +
		       (rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^
			w[i - 15] >> 3) +
		       (rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^
			w[i - 2] >> 10);
	memcpy(v, sha->state, sizeof(v));
	for (i = 0; i < 64; i++) {
		t1 = v[7] + (rotate(v[4], 6) ^ rotate(v[4], 11) ^
			     rotate(v[4], 25)) +
		     ((v[4] & v[5]) ^ (~v[4] & v[6])) + round_constants[i] +
		     w[i];
		t2 = (rotate(v[0], 2) ^ rotate(v[0], 13) ^ rotate(v[0], 22)) +
		     ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
		memmove(v + 1, v, 7 * sizeof(v[0]));
		v[4] += t1;
		v[0] = t1 + t2;
	}
	for (i = 0; i < 8; i++)
		sha->state[i] += v[i];
}

static void sha256_init(struct sha256 *sha)
{
	static const u32 initial[8] = {
		0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
		0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19
	};

	memcpy(sha->state, initial, sizeof(initial));
	sha->len = 0;
}

static void sha256_update(struct sha256 *sha, const u8 *data, size_t len)
{
	for (; len; len--) {
		sha->block[sha->len++ % 64] = *data++;
		if (sha->len % 64 == 0)
			sha256_block(sha);
	}
}

static void sha256_final(struct sha256 *sha, u8 out[32])
{
	static const u8 pad[64] = { 0x80 };
	u64 bits = sha->len * 8;
	u8 length[8];
	int i;

	for (i = 0; i < 8; i++)
		length[i] = (u8)(bits >> (56 - 8 * i));
	sha256_update(sha, pad, 1 + (119 - sha->len % 64) % 64);
	sha256_update(sha, length, 8);
	for (i = 0; i < 32; i++)
		out[i] = (u8)(sha->state[i / 4] >> (24 - 8 * (i % 4)));
}

void test_hmac_sha256(const u8 *key, size_t key_len,
		      const u8 *msg, size_t len, u8 out[32])
{
	struct sha256 sha;
	u8 pad[64], inner[32], block[64] = { 0 };
	int i;

	if (key_len > sizeof(block)) {
		sha256_init(&sha);
		sha256_update(&sha, key, key_len);
		sha256_final(&sha, block);
	} else {
		memcpy(block, key, key_len);
	}
	for (i = 0; i < 64; i++)
		pad[i] = block[i] ^ 0x36;
	sha256_init(&sha);
	sha256_update(&sha, pad, sizeof(pad));
	sha256_update(&sha, msg, len);
	sha256_final(&sha, inner);
	for (i = 0; i < 64; i++)
		pad[i] = block[i] ^ 0x5c;
	sha256_init(&sha);
	sha256_update(&sha, pad, sizeof(pad));
	sha256_update(&sha, inner, sizeof(inner));
	sha256_final(&sha, out);
}

/* RFC 4231, test cases 1, 2 and 6 */
TEST(hmac_of_the_tests_gives_the_published_answers)
{
	static const u8 answers[3][32] = {
		{ 0xb0, 0x34, 0x4c, 0x61, 0xd8, 0xdb, 0x38, 0x53,
		  0x5c, 0xa8, 0xaf, 0xce, 0xaf, 0x0b, 0xf1, 0x2b,
		  0x88, 0x1d, 0xc2, 0x00, 0xc9, 0x83, 0x3d, 0xa7,
		  0x26, 0xe9, 0x37, 0x6c, 0x2e, 0x32, 0xcf, 0xf7 },
		{ 0x5b, 0xdc, 0xc1, 0x46, 0xbf, 0x60, 0x75, 0x4e,
		  0x6a, 0x04, 0x24, 0x26, 0x08, 0x95, 0x75, 0xc7,
		  0x5a, 0x00, 0x3f, 0x08, 0x9d, 0x27, 0x39, 0x83,
		  0x9d, 0xec, 0x58, 0xb9, 0x64, 0xec, 0x38, 0x43 },
		{ 0x60, 0xe4, 0x31, 0x59, 0x1e, 0xe0, 0xb6, 0x7f,
		  0x0d, 0x8a, 0x26, 0xaa, 0xcb, 0xf5, 0xb7, 0x7f,
		  0x8e, 0x0b, 0xc6, 0x21, 0x37, 0x28, 0xc5, 0x14,
		  0x05, 0x46, 0x04, 0x0f, 0x0e, 0xe3, 0x7f, 0x54 },
	};
	static const char text[] = "what do ya want for nothing?";
	static const char long_key_text[] =
		"Test Using Larger Than Block-Size Key - Hash Key First";
	u8 key[131], out[32];

	memset(key, 0x0b, 20);
	test_hmac_sha256(key, 20, (const u8 *)"Hi There", 8, out);
	CHECK(!memcmp(out, answers[0], 32));
	test_hmac_sha256((const u8 *)"Jefe", 4, (const u8 *)text,
			 sizeof(text) - 1, out);
	CHECK(!memcmp(out, answers[1], 32));
	memset(key, 0xaa, sizeof(key));
	test_hmac_sha256(key, sizeof(key), (const u8 *)long_key_text,
			 sizeof(long_key_text) - 1, out);
	CHECK(!memcmp(out, answers[2], 32));
}
