// SPDX-License-Identifier: GPL-2.0
/*
 * SharedKey, the string to sign of service versions 2015-02-21 and later:
 * what is signed are the lines as they stand in the head that is sent.
 */
#include "head.h"

/*
 * The standard headers that take part, one line each, in a fixed order.  Only
 * Content-Length and If-Match are ever sent; a zero length counts as absent.
 */
static void put_standard(struct dysk_out *out, const struct dysk_head *head)
{
	/* after: Content-Encoding, Content-Language */
	dysk_out_bytes(out, head->method, strlen(head->method));
	dysk_out_literal(out, "\n\n\n");
	dysk_out_bytes(out, head->content_length.value,
		       head->content_length.value_len);
	/* Content-MD5, Content-Type, Date, If-Modified-Since */
	dysk_out_literal(out, "\n\n\n\n\n");
	dysk_out_bytes(out, head->if_match.value, head->if_match.value_len);
	/* If-None-Match, If-Unmodified-Since, Range */
	dysk_out_literal(out, "\n\n\n\n");
}

static void put_ms_headers(struct dysk_out *out, const struct dysk_head *head)
{
	const struct dysk_header *header = head->ms;
	unsigned int i;

	for (i = 0; i < head->ms_count; i++, header++) {
		dysk_out_bytes(out, header->name, header->name_len);
		dysk_out_literal(out, ":");
		dysk_out_bytes(out, header->value, header->value_len);
		dysk_out_literal(out, "\n");
	}
}

/* With path-style addresses the path names the account a second time. */
static void put_resource(struct dysk_out *out, const struct dysk_head *head,
			 const struct dysk_wire_target *target)
{
	dysk_out_literal(out, "/");
	dysk_out_bytes(out, target->account, target->account_len);
	dysk_out_bytes(out, target->path, target->path_len);
	if (head->param) {
		dysk_out_literal(out, "\n");
		dysk_out_bytes(out, head->param, strlen(head->param));
		dysk_out_literal(out, ":");
		dysk_out_bytes(out, head->param_value,
			       strlen(head->param_value));
	}
}

int dysk_head_sign(struct dysk_head *head,
		   const struct dysk_wire_target *target,
		   const struct dysk_wire_auth *auth,
		   char *scratch, size_t scratch_cap)
{
	char signature[DYSK_BASE64_LEN(32)];
	struct dysk_out out = { .at = scratch, .end = scratch + scratch_cap };
	u8 mac[32];
	int err;

	if (!auth->hmac || !target->account_len)
		return -EINVAL;

	put_standard(&out, head);
	put_ms_headers(&out, head);
	put_resource(&out, head, target);
	if (out.err)
		return out.err;

	err = auth->hmac(auth->ctx, scratch, (size_t)(out.at - scratch), mac);
	if (err)
		return err;
	dysk_base64_encode(signature, mac, sizeof(mac));

	dysk_out_literal(&head->out, "Authorization: SharedKey ");
	dysk_out_bytes(&head->out, target->account, target->account_len);
	dysk_out_literal(&head->out, ":");
	dysk_out_bytes(&head->out, signature, sizeof(signature));
	dysk_out_literal(&head->out, "\r\n");
	return head->out.err;
}
