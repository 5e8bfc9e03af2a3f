// SPDX-License-Identifier: GPL-2.0
/*
 * Request heads.
 *
 * The headers whose names begin with x-ms- are written in alphabetical order,
 * which is the order in which SharedKey signs them.
 */
#include "bytes.h"
#include "head.h"

#define PAGE_BYTES	512

/* ---- what requests are made of ----------------------------------------- */

/* The length of a visible string, which may be empty; -EINVAL if it isn't. */
static int text_len(const char *s, u16 *len)
{
	size_t n;

	if (!s)
		return -EINVAL;
	n = strlen(s);
	if (n > U16_MAX || !dysk_visible(s, n))
		return -EINVAL;
	*len = (u16)n;
	return 0;
}

int dysk_wire_target_prepare(struct dysk_wire_target *target)
{
	target->prepared = false;
	if (text_len(target->host, &target->host_len) ||
	    text_len(target->account, &target->account_len) ||
	    text_len(target->path, &target->path_len) ||
	    text_len(target->snapshot, &target->snapshot_len) ||
	    text_len(target->lease_id, &target->lease_id_len))
		return -EINVAL;
	if (!target->host_len || target->path[0] != '/' ||
	    memchr(target->path, '?', target->path_len) ||
	    memchr(target->path, '#', target->path_len))
		return -EINVAL;
	target->prepared = true;
	return 0;
}

/* Can such a request be meant? The answer protects the blob, not the peer. */
static bool request_fits(const struct dysk_wire_target *target,
			 const struct dysk_wire_request *req)
{
	if (!req->id)
		return false;
	switch (req->op) {
	case DYSK_WIRE_READ:
		break;
	case DYSK_WIRE_WRITE:
	case DYSK_WIRE_CLEAR:
		if ((req->offset | req->length) % PAGE_BYTES)
			return false;
		if (req->conditional && req->epoch > (u64)S64_MAX)
			return false;
		/* some services write the base blob then */
		if (target->snapshot_len)
			return false;
		break;
	case DYSK_WIRE_HEAD:
		return true;
	case DYSK_WIRE_RAISE:
		return !target->snapshot_len && req->epoch <= (u64)S64_MAX;
	default:
		return false;
	}
	return req->length && req->length <= (u64)S64_MAX &&
	       req->offset <= (u64)S64_MAX - req->length;
}

/* ---- lines ------------------------------------------------------------- */

/* @name and fixed values are literals, so that strlen() costs nothing. */
static __always_inline void open_header(struct dysk_head *head,
					struct dysk_header *header,
					const char *name)
{
	header->name = head->out.at;
	header->name_len = (u16)(strlen(name) - strlen(": "));
	dysk_out_bytes(&head->out, name, strlen(name));
	header->value = head->out.at;
}

static void close_header(struct dysk_head *head, struct dysk_header *header)
{
	header->value_len = (u16)(head->out.at - header->value);
	dysk_out_literal(&head->out, "\r\n");
}

static __always_inline void open_ms_header(struct dysk_head *head,
					   const char *name)
{
	open_header(head, &head->ms[head->ms_count], name);
}

static void close_ms_header(struct dysk_head *head)
{
	close_header(head, &head->ms[head->ms_count++]);
}

static __always_inline void put_ms_header(struct dysk_head *head,
					  const char *name, const char *value)
{
	open_ms_header(head, name);
	dysk_out_bytes(&head->out, value, strlen(value));
	close_ms_header(head);
}

static void put_ms_number(struct dysk_head *head, u64 number)
{
	dysk_out_number(&head->out, number);
	close_ms_header(head);
}

static void put_content_length(struct dysk_head *head, u64 length)
{
	open_header(head, &head->content_length, "Content-Length: ");
	dysk_out_number(&head->out, length);
	close_header(head, &head->content_length);
	if (!length)
		head->content_length.value_len = 0;
}

static void put_if_match(struct dysk_head *head, const char *etag)
{
	u16 len;

	if (text_len(etag, &len) || !len) {
		head->out.err = -EINVAL;
		return;
	}
	open_header(head, &head->if_match, "If-Match: ");
	dysk_out_bytes(&head->out, etag, len);
	close_header(head, &head->if_match);
}

static void put_id(struct dysk_head *head, u64 id)
{
	char text[16];

	dysk_word_store(text, dysk_word_hex((u32)(id >> 32)));
	dysk_word_store(text + 8, dysk_word_hex((u32)id));
	open_ms_header(head, "x-ms-client-request-id: ");
	dysk_out_bytes(&head->out, text, sizeof(text));
	close_ms_header(head);
}

static void put_date(struct dysk_head *head, s64 now)
{
	char date[DYSK_HTTP_DATE_LEN + 1];

	dysk_http_date_format(date, now);
	open_ms_header(head, "x-ms-date: ");
	dysk_out_bytes(&head->out, date, DYSK_HTTP_DATE_LEN);
	close_ms_header(head);
}

static void put_range(struct dysk_head *head,
		      const struct dysk_wire_request *req)
{
	open_ms_header(head, "x-ms-range: ");
	dysk_out_literal(&head->out, "bytes=");
	dysk_out_number(&head->out, req->offset);
	dysk_out_literal(&head->out, "-");
	dysk_out_number(&head->out, req->offset + req->length - 1);
	close_ms_header(head);
}

/* ---- the first line ---------------------------------------------------- */

static void put_snapshot(struct dysk_head *head, const char *snapshot)
{
	int len;

	head->param = "snapshot";
	head->param_value = snapshot;
	dysk_out_literal(&head->out, "snapshot=");
	len = dysk_percent_encode(head->out.at,
				  (size_t)(head->out.end - head->out.at),
				  snapshot);
	if (len < 0)
		head->out.err = len;
	else
		head->out.at += len;
}

static void put_comp(struct dysk_head *head, const char *value)
{
	head->param = "comp";
	head->param_value = value;
	dysk_out_literal(&head->out, "comp=");
	dysk_out_bytes(&head->out, value, strlen(value));
}

static void put_request_line(struct dysk_head *head,
			     const struct dysk_wire_target *target,
			     const struct dysk_wire_auth *auth,
			     enum dysk_wire_op op)
{
	struct dysk_out *out = &head->out;

	switch (op) {
	case DYSK_WIRE_READ:
		head->method = "GET";
		dysk_out_literal(out, "GET ");
		break;
	case DYSK_WIRE_HEAD:
		head->method = "HEAD";
		dysk_out_literal(out, "HEAD ");
		break;
	default:
		head->method = "PUT";
		dysk_out_literal(out, "PUT ");
		break;
	}
	dysk_out_bytes(out, target->path, target->path_len);

	if (op == DYSK_WIRE_WRITE || op == DYSK_WIRE_CLEAR) {
		dysk_out_literal(out, "?");
		put_comp(head, "page");
	} else if (op == DYSK_WIRE_RAISE) {
		dysk_out_literal(out, "?");
		put_comp(head, "properties");
	} else if (target->snapshot_len) {
		dysk_out_literal(out, "?");
		put_snapshot(head, target->snapshot);
	}

	if (auth->sas && auth->sas_len) {
		if (!dysk_visible(auth->sas, auth->sas_len))
			out->err = -EINVAL;
		dysk_out_bytes(out, head->param ? "&" : "?", 1);
		dysk_out_bytes(out, auth->sas, auth->sas_len);
	}
	dysk_out_literal(out, " HTTP/1.1\r\nHost: ");
	dysk_out_bytes(out, target->host, target->host_len);
	dysk_out_literal(out, "\r\n");
}

/* ---- the request ------------------------------------------------------- */

static void put_headers(struct dysk_head *head,
			const struct dysk_wire_target *target,
			const struct dysk_wire_request *req, bool dated)
{
	enum dysk_wire_op op = req->op;
	bool put_page = op == DYSK_WIRE_WRITE || op == DYSK_WIRE_CLEAR;

	if (op == DYSK_WIRE_WRITE)
		put_content_length(head, req->length);
	else if (op == DYSK_WIRE_CLEAR || op == DYSK_WIRE_RAISE)
		put_content_length(head, 0);
	if (op == DYSK_WIRE_RAISE && req->etag)
		put_if_match(head, req->etag);

	if (op == DYSK_WIRE_RAISE) {
		open_ms_header(head, "x-ms-blob-sequence-number: ");
		put_ms_number(head, req->epoch);
	}
	put_id(head, req->id);
	if (dated)
		put_date(head, req->now);
	if (put_page && req->conditional) {
		open_ms_header(head, "x-ms-if-sequence-number-eq: ");
		put_ms_number(head, req->epoch);
	}
	if (target->lease_id_len) {
		open_ms_header(head, "x-ms-lease-id: ");
		dysk_out_bytes(&head->out, target->lease_id,
			       target->lease_id_len);
		close_ms_header(head);
	}
	if (op == DYSK_WIRE_WRITE)
		put_ms_header(head, "x-ms-page-write: ", "update");
	else if (op == DYSK_WIRE_CLEAR)
		put_ms_header(head, "x-ms-page-write: ", "clear");
	if (put_page || op == DYSK_WIRE_READ)
		put_range(head, req);
	if (op == DYSK_WIRE_RAISE)
		put_ms_header(head, "x-ms-sequence-number-action: ", "max");
	put_ms_header(head, "x-ms-version: ", DYSK_WIRE_API_VERSION);
}

int dysk_wire_request_write(char *buf, size_t cap,
			    const struct dysk_wire_target *target,
			    const struct dysk_wire_auth *auth,
			    const struct dysk_wire_request *req,
			    char *scratch, size_t scratch_cap)
{
	static const struct dysk_header absent = { .value = "" };
	struct dysk_wire_target checked;
	struct dysk_head head;
	bool shared_key = !auth->sas;
	int err;

	if (!target->prepared) {
		checked = *target;
		err = dysk_wire_target_prepare(&checked);
		if (err)
			return err;
		target = &checked;
	}
	if (!request_fits(target, req))
		return -EINVAL;

	head.out.at = buf;
	head.out.end = buf + cap;
	head.out.err = 0;
	head.param = NULL;
	head.content_length = absent;
	head.if_match = absent;
	head.ms_count = 0;

	put_request_line(&head, target, auth, req->op);
	put_headers(&head, target, req, shared_key);
	if (head.out.err)
		return head.out.err;
	if (shared_key) {
		err = dysk_head_sign(&head, target, auth, scratch, scratch_cap);
		if (err)
			return err;
	}
	dysk_out_literal(&head.out, "\r\n");
	return head.out.err ? head.out.err : (int)(head.out.at - buf);
}
