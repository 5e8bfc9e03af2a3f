// SPDX-License-Identifier: GPL-2.0
/*
 * Credentials: they come in, are used, and are wiped.  Nothing here gives one
 * back.
 */
#include <crypto/hash.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "dysk.h"

struct dysk_credential {
	struct kref kref;
	u32 type;
	struct crypto_shash *hmac;	/* SHARED_KEY; it keeps the key */
	char *sas;			/* SAS */
	size_t sas_len;
};

static int dysk_credential_hmac(void *ctx, const char *msg, size_t len,
				u8 out[32])
{
	struct dysk_credential *cred = ctx;
	SHASH_DESC_ON_STACK(desc, cred->hmac);
	int err;

	desc->tfm = cred->hmac;
	err = crypto_shash_digest(desc, msg, len, out);
	shash_desc_zero(desc);
	return err;
}

static int dysk_credential_key(struct dysk_credential *cred, const char *key,
			       u32 len)
{
	cred->hmac = crypto_alloc_shash("hmac(sha256)", 0, 0);
	if (IS_ERR(cred->hmac)) {
		int err = PTR_ERR(cred->hmac);

		cred->hmac = NULL;
		return err;
	}
	return crypto_shash_setkey(cred->hmac, key, len);
}

/* A query string; whatever else is in it would end up in a request line. */
static bool dysk_sas_ok(const char *sas, u32 len)
{
	u32 i;

	for (i = 0; i < len; i++)
		if (sas[i] <= 0x20 || sas[i] >= 0x7f || sas[i] == '#')
			return false;
	return sas[0] != '?';
}

static void dysk_credential_free(struct kref *kref)
{
	struct dysk_credential *cred = container_of(kref,
						    struct dysk_credential,
						    kref);

	if (cred->hmac)
		crypto_free_shash(cred->hmac);
	kfree_sensitive(cred->sas);
	kfree_sensitive(cred);
}

struct dysk_credential *dysk_credential_from_user(u32 type, u64 ptr, u32 len)
{
	struct dysk_credential *cred;
	char *secret;
	int err;

	if (type != DYSK_CRED_SHARED_KEY && type != DYSK_CRED_SAS)
		return ERR_PTR(-EINVAL);
	if (!len)
		return ERR_PTR(-EINVAL);
	if (len > DYSK_CREDENTIAL_MAX)
		return ERR_PTR(-E2BIG);
	cred = kzalloc(sizeof(*cred), GFP_KERNEL);
	secret = kmalloc(len, GFP_KERNEL);
	if (!cred || !secret) {
		kfree(cred);
		kfree(secret);
		return ERR_PTR(-ENOMEM);
	}
	kref_init(&cred->kref);
	cred->type = type;
	err = -EFAULT;
	if (copy_from_user(secret, u64_to_user_ptr(ptr), len))
		goto fail;
	if (type == DYSK_CRED_SHARED_KEY) {
		err = dysk_credential_key(cred, secret, len);
		if (err)
			goto fail;
		kfree_sensitive(secret);
		return cred;
	}
	err = -EINVAL;
	if (!dysk_sas_ok(secret, len))
		goto fail;
	cred->sas = secret;
	cred->sas_len = len;
	return cred;

fail:
	kfree_sensitive(secret);
	dysk_credential_put(cred);
	return ERR_PTR(err);
}

struct dysk_credential *dysk_credential_get(struct dysk_credential *cred)
{
	kref_get(&cred->kref);
	return cred;
}

void dysk_credential_put(struct dysk_credential *cred)
{
	if (cred)
		kref_put(&cred->kref, dysk_credential_free);
}

u32 dysk_credential_type(const struct dysk_credential *cred)
{
	return cred->type;
}

size_t dysk_credential_text_len(const struct dysk_credential *cred)
{
	return cred->sas_len;
}

void dysk_credential_auth(struct dysk_credential *cred,
			  struct dysk_wire_auth *auth)
{
	auth->sas = cred->sas;
	auth->sas_len = cred->sas_len;
	auth->hmac = dysk_credential_hmac;
	auth->ctx = cred;
}
