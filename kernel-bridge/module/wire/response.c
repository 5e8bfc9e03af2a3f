// SPDX-License-Identifier: GPL-2.0
/*
 * Answers: the head, line by line, then bodies that nobody reads.
 *
 * Each byte of a head is looked at once, eight at a time, however the answer
 * is cut into pieces.  Lines end with CR LF and contain no other control
 * characters but tabs; a line that does is not HTTP, or meant to be
 * understood in two ways.
 */
#include "bytes.h"

#define INTERIM_MAX	8	/* 1xx answers before the final one */
#define BODY_MAX	65536	/* bytes of a body that nobody reads */

enum body_state {
	BODY_DONE,
	BODY_SIZED,		/* body_left bytes to come */
	BODY_UNTIL_CLOSE,
	CHUNK_SIZE_FIRST,	/* at least one digit must come */
	CHUNK_SIZE,
	CHUNK_EXTENSION,
	CHUNK_SIZE_LF,
	CHUNK_DATA,		/* body_left bytes to come */
	CHUNK_DATA_CR,
	CHUNK_DATA_LF,
	TRAILER_START,
	TRAILER,
	TRAILER_LF,
	TRAILERS_END_LF,
};

void dysk_wire_response_init(struct dysk_wire_response *rsp,
			     enum dysk_wire_op op)
{
	memset(rsp, 0, sizeof(*rsp));
	rsp->op = (u8)op;
}

/* ---- words ------------------------------------------------------------- */

/* All bytes in lower case, if they are letters or '-'; others are mixed up. */
#define FOLD(word)	((word) | DYSK_BYTES(0x20))

/*
 * Is the visible text at @s the lower-case @word, whatever the case?  Both
 * have @len bytes; @word is of letters and '-', which no other visible
 * character folds to.  With literals this is a few instructions.
 */
static inline bool same_word(const char *s, const char *word, size_t len)
{
	size_t i;
	u32 a, b;

	if (len < sizeof(u64)) {
		if (len < sizeof(u32))
			return false;
		memcpy(&a, s, sizeof(a));
		memcpy(&b, word, sizeof(b));
		if ((a | 0x20202020) != b)
			return false;
		memcpy(&a, s + len - sizeof(a), sizeof(a));
		memcpy(&b, word + len - sizeof(b), sizeof(b));
		return (a | 0x20202020) == b;
	}
	for (i = 0; i + sizeof(u64) <= len; i += sizeof(u64))
		if (FOLD(dysk_word_load(s + i)) != dysk_word_load(word + i))
			return false;
	i = len - sizeof(u64);
	return FOLD(dysk_word_load(s + i)) == dysk_word_load(word + i);
}

/* For literals of at least four characters. */
#define is_word(s, len, literal) \
	((len) == sizeof(literal) - 1 && \
	 same_word(s, literal, sizeof(literal) - 1))

/*
 * Digits at the start of [s, end) as a number.
 * Return: how many digits; 0 if there is none or the number is too large.
 */
static size_t get_number(const char *s, const char *end, u64 *number)
{
	const char *at = s;
	const char *safe = end - s > 19 ? s + 19 : end;
	u64 n = 0;
	u8 digit;

	/* nineteen digits can't overflow */
	if (end - at >= 8 && dysk_word_digits(dysk_word_load(at), &n))
		at += 8;
	for (; at < safe; at++) {
		digit = (u8)(*at - '0');
		if (digit > 9)
			break;
		n = n * 10 + digit;
	}
	for (; at < end; at++) {
		digit = (u8)(*at - '0');
		if (digit > 9)
			break;
		if (n > U64_MAX / 10 || n * 10 > U64_MAX - digit)
			return 0;
		n = n * 10 + digit;
	}
	*number = n;
	return (size_t)(at - s);
}

/* Is [s, s + len) a number and nothing else? */
static bool is_number(const char *s, size_t len, u64 *number)
{
	return len && get_number(s, s + len, number) == len;
}

/* ---- headers ----------------------------------------------------------- */

/* A number that may be said twice, but not in two ways. */
static int take_once(bool *has, u64 *field, const char *s, size_t len)
{
	u64 n;

	if (!is_number(s, len, &n) || (*has && *field != n))
		return -EPROTO;
	*has = true;
	*field = n;
	return 0;
}

/* "bytes a-b/t", or with no range in it: "bytes a-b/" "*", "bytes *" "/t". */
static int take_content_range(struct dysk_wire_response *rsp,
			      const char *s, size_t len)
{
	const char *end = s + len;
	u64 first, last, total;
	size_t n;

	if (len < 7 || !is_word(s, 5, "bytes") || s[5] != ' ')
		return -EPROTO;
	s += 6;
	if (*s == '*')
		return s[1] == '/' ? 0 : -EPROTO;

	n = get_number(s, end, &first);
	s += n;
	if (!n || s == end || *s++ != '-')
		return -EPROTO;
	n = get_number(s, end, &last);
	s += n;
	if (!n || s == end || *s++ != '/')
		return -EPROTO;
	if (end - s == 1 && *s == '*')
		return 0;
	if (!is_number(s, (size_t)(end - s), &total))
		return -EPROTO;

	if (rsp->has_range && (rsp->range_first != first ||
			       rsp->range_last != last ||
			       rsp->range_total != total))
		return -EPROTO;
	rsp->has_range = true;
	rsp->range_first = first;
	rsp->range_last = last;
	rsp->range_total = total;
	return 0;
}

static int take_transfer_encoding(struct dysk_wire_response *rsp,
				  const char *s, size_t len)
{
	if (rsp->chunked || !is_word(s, len, "chunked"))
		return -EPROTO;
	rsp->chunked = true;
	return 0;
}

static void take_connection(struct dysk_wire_response *rsp,
			    const char *s, size_t len)
{
	const char *end = s + len;
	const char *word;

	while (s < end) {
		while (s < end && (*s == ' ' || *s == '\t' || *s == ','))
			s++;
		word = s;
		while (s < end && *s != ' ' && *s != '\t' && *s != ',')
			s++;
		if (is_word(word, (size_t)(s - word), "close"))
			rsp->close = true;
	}
}

/* Only seconds; the other form, a date, is as good as none. */
static void take_retry_after(struct dysk_wire_response *rsp,
			     const char *s, size_t len)
{
	u64 seconds;

	if (!is_number(s, len, &seconds))
		return;
	rsp->has_retry_after = true;
	rsp->retry_after = seconds > U32_MAX ? U32_MAX : (u32)seconds;
}

static void take_blob_type(struct dysk_wire_response *rsp,
			   const char *s, size_t len)
{
	if (!is_word(s, len, "pageblob"))
		rsp->blob_type = DYSK_BLOB_TYPE_OTHER;
	else if (rsp->blob_type == DYSK_BLOB_TYPE_NONE)
		rsp->blob_type = DYSK_BLOB_TYPE_PAGE;
}

/* One that isn't written as ours are, or two of them, are nobody's. */
static void take_id(struct dysk_wire_response *rsp, const char *s, size_t len)
{
	u32 high, low;
	u64 id = 0;

	if (len == 16 && dysk_word_unhex(dysk_word_load(s), &high) &&
	    dysk_word_unhex(dysk_word_load(s + 8), &low))
		id = (u64)high << 32 | low;
	if (rsp->has_id && rsp->id != id)
		id = 0;
	rsp->has_id = true;
	rsp->id = id;
}

static bool is_code_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

/* The first one said; it ends up in logs and must not be able to harm them. */
static void take_error_code(struct dysk_wire_response *rsp,
			    const char *s, size_t len)
{
	size_t i;

	if (rsp->error_code[0])
		return;
	if (len > sizeof(rsp->error_code) - 1)
		len = sizeof(rsp->error_code) - 1;
	for (i = 0; i < len; i++)
		rsp->error_code[i] = is_code_char(s[i]) ? s[i] : '_';
	rsp->error_code[len] = '\0';
}

static void take_etag(struct dysk_wire_response *rsp, const char *s, size_t len)
{
	if (len > sizeof(rsp->etag) - 1 || !dysk_visible(s, len))
		len = 0;
	memcpy(rsp->etag, s, len);
	rsp->etag[len] = '\0';
}

/*
 * Take what a header says, if it is one we know: only then its name is
 * compared, and only with names of its length.
 */
static int take_header(struct dysk_wire_response *rsp,
		       const char *name, size_t name_len,
		       const char *value, size_t len)
{
	switch (name_len) {
	case 4:
		if (is_word(name, 4, "etag"))
			take_etag(rsp, value, len);
		else if (is_word(name, 4, "date"))
			rsp->has_date =
				!dysk_http_date_parse(value, len, &rsp->date);
		break;
	case 10:
		if (is_word(name, 10, "connection"))
			take_connection(rsp, value, len);
		break;
	case 11:
		if (is_word(name, 11, "retry-after"))
			take_retry_after(rsp, value, len);
		break;
	case 13:
		if (is_word(name, 13, "content-range"))
			return take_content_range(rsp, value, len);
		break;
	case 14:
		if (is_word(name, 14, "content-length"))
			return take_once(&rsp->has_length, &rsp->length,
					 value, len);
		if (is_word(name, 14, "x-ms-blob-type"))
			take_blob_type(rsp, value, len);
		break;
	case 15:
		if (is_word(name, 15, "x-ms-error-code"))
			take_error_code(rsp, value, len);
		break;
	case 17:
		if (is_word(name, 17, "transfer-encoding"))
			return take_transfer_encoding(rsp, value, len);
		break;
	case 22:
		if (is_word(name, 22, "x-ms-client-request-id"))
			take_id(rsp, value, len);
		break;
	case 25:
		if (is_word(name, 25, "x-ms-blob-sequence-number"))
			return take_once(&rsp->has_sequence, &rsp->sequence,
					 value, len);
		break;
	}
	return 0;
}

/* ---- lines ------------------------------------------------------------- */

/* The first control character in [s, end), or end. */
static const char *find_control(const char *s, const char *end)
{
	size_t words = (size_t)(end - s) / sizeof(u64);
	u64 found;

	for (; words; words--, s += sizeof(u64)) {
		found = dysk_word_below(dysk_word_load(s), 0x20);
		if (found)
			return s + dysk_word_first(found);
	}
	while (s < end && (u8)*s >= 0x20)
		s++;
	return s;
}

/* The first character in [s, end) that can't stand in a header name, or end. */
static const char *find_name_end(const char *s, const char *end)
{
	size_t words = (size_t)(end - s) / sizeof(u64);
	u64 word, found;

	for (; words; words--, s += sizeof(u64)) {
		word = dysk_word_load(s);
		found = (dysk_word_invisible(word) & DYSK_TOP_BITS) |
			dysk_word_equal(word, ':');
		if (found)
			return s + dysk_word_first(found);
	}
	while (s < end && dysk_byte_visible(*s) && *s != ':')
		s++;
	return s;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* The header line [line, end), whose name ends at @colon. */
static int header_line(struct dysk_wire_response *rsp, const char *line,
		       const char *colon, const char *end)
{
	const char *value = colon + 1;

	while (value < end && is_blank(*value))
		value++;
	while (value < end && is_blank(end[-1]))
		end--;
	return take_header(rsp, line, (size_t)(colon - line),
			   value, (size_t)(end - value));
}

static int status_line(struct dysk_wire_response *rsp,
		       const char *line, const char *end)
{
	u64 status;

	/* "HTTP/1.1 200", then a blank and any text */
	if (end - line < 12 || memcmp(line, "HTTP/1.", 7) ||
	    (line[7] != '0' && line[7] != '1') || line[8] != ' ' ||
	    !is_number(line + 9, 3, &status) || status < 100 ||
	    (end - line > 12 && line[12] != ' '))
		return -EPROTO;
	rsp->status = (u16)status;
	rsp->close = line[7] == '0';
	return 0;
}

/* All header lines are there: what kind of body follows? */
static int head_end(struct dysk_wire_response *rsp)
{
	if (rsp->chunked && rsp->has_length)
		return -EPROTO;

	if (rsp->op == DYSK_WIRE_HEAD || rsp->status == 204 ||
	    rsp->status == 304) {
		rsp->body_state = BODY_DONE;
	} else if (rsp->chunked) {
		rsp->body_state = CHUNK_SIZE_FIRST;
	} else if (rsp->has_length) {
		rsp->body_state = rsp->length ? BODY_SIZED : BODY_DONE;
		rsp->body_left = rsp->length;
	} else {
		rsp->body_state = BODY_UNTIL_CLOSE;
		rsp->close = true;
	}
	return 0;
}

/* An interim answer is over: forget all it said. */
static int interim_end(struct dysk_wire_response *rsp)
{
	u8 op = rsp->op;
	u8 interim = rsp->interim;

	/* 101 would be another protocol from here on; we never ask for one */
	if (rsp->status == 101 || interim == INTERIM_MAX)
		return -EPROTO;
	memset(rsp, 0, sizeof(*rsp));
	rsp->op = op;
	rsp->interim = interim + 1;
	return 0;
}

/*
 * Take the line [line, end), without its CR LF.
 * Return: 0, 1 when it ends the head of the final answer, -EPROTO.
 */
static int take_line(struct dysk_wire_response *rsp, const char *line,
		     const char *colon, const char *end)
{
	int err;

	if (!rsp->status)
		return status_line(rsp, line, end);
	if (line != end)
		return header_line(rsp, line, colon, end);
	if (rsp->status < 200)
		return interim_end(rsp);
	err = head_end(rsp);
	return err ? err : 1;
}

/* Can the bytes of a line still to be finished begin a status line? */
static bool may_be_status(const char *line, size_t len)
{
	return !memcmp(line, "HTTP/1.", len < 7 ? len : 7);
}

/*
 * Where the name of the header at @line ends, searched for from @at on.
 * Return: 0 if it is found, or not there yet (*colon stays NULL), or if the
 * line is empty; -EPROTO for a line that is folded, has no colon, no name, or
 * a blank before the colon.
 */
static int find_colon(const char *line, const char **at, const char *end,
		      const char **colon)
{
	*at = find_name_end(*at, end);
	if (*at == end)
		return 0;
	if (**at == ':' && *at > line)
		*colon = (*at)++;
	else if (**at != '\r' || *at > line)
		return -EPROTO;
	return 0;
}

int dysk_wire_response_head(struct dysk_wire_response *rsp,
			    const char *buf, size_t len)
{
	const char *end = buf + (len < DYSK_WIRE_HEAD_MAX ?
				 len : DYSK_WIRE_HEAD_MAX);
	const char *line = buf + rsp->line_start;
	const char *at = buf + rsp->line_scanned;
	const char *colon = rsp->line_colon ? buf + rsp->line_colon : NULL;
	int ret;

	for (;;) {
		if (rsp->status && !colon) {
			ret = find_colon(line, &at, end, &colon);
			if (ret)
				return ret;
		}
		at = find_control(at, end);
		if (at < end && *at == '\t') {
			at++;
			continue;
		}
		if (at < end && *at != '\r')
			return -EPROTO;
		if (end - at < 2)
			break;
		if (at[1] != '\n')
			return -EPROTO;
		ret = take_line(rsp, line, colon, at);
		if (ret < 0)
			return ret;
		at += 2;
		if (ret)
			return (int)(at - buf);
		line = at;
		colon = NULL;
	}
	if (!rsp->status && !may_be_status(line, (size_t)(end - line)))
		return -EPROTO;
	if (len >= DYSK_WIRE_HEAD_MAX)
		return -EMSGSIZE;
	rsp->line_start = (u32)(line - buf);
	rsp->line_scanned = (u32)(at - buf);
	rsp->line_colon = colon ? (u32)(colon - buf) : 0;
	return 0;
}

/* ---- bodies ------------------------------------------------------------ */

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* One byte of a chunk's size. 0, -EPROTO, -EMSGSIZE. */
static int chunk_size_byte(struct dysk_wire_response *rsp, char c)
{
	int digit = hex_digit(c);

	if (digit >= 0) {
		rsp->body_left = rsp->body_left * 16 + (u64)digit;
		rsp->body_state = CHUNK_SIZE;
		return rsp->body_left > BODY_MAX ? -EMSGSIZE : 0;
	}
	if (rsp->body_state == CHUNK_SIZE_FIRST)
		return -EPROTO;
	if (c == '\r')
		rsp->body_state = CHUNK_SIZE_LF;
	else if (c == ';' || c == ' ' || c == '\t')
		rsp->body_state = CHUNK_EXTENSION;
	else
		return -EPROTO;
	return 0;
}

/* A byte of a line whose contents don't matter; @lf: what CR leads to. */
static int ignored_byte(struct dysk_wire_response *rsp, char c, u8 lf)
{
	if (c == '\r')
		rsp->body_state = lf;
	else if ((u8)c < 0x20 && c != '\t')
		return -EPROTO;
	return 0;
}

/* A byte that must be @want, and leads to @next. */
static int expected_byte(struct dysk_wire_response *rsp, char c, char want,
			 u8 next)
{
	if (c != want)
		return -EPROTO;
	rsp->body_state = next;
	return 0;
}

/* One byte of the framing of a chunked body. 0, -EPROTO, -EMSGSIZE. */
static int frame_byte(struct dysk_wire_response *rsp, char c)
{
	switch (rsp->body_state) {
	case CHUNK_SIZE_FIRST:
	case CHUNK_SIZE:
		return chunk_size_byte(rsp, c);
	case CHUNK_EXTENSION:
		return ignored_byte(rsp, c, CHUNK_SIZE_LF);
	case CHUNK_SIZE_LF:
		return expected_byte(rsp, c, '\n', rsp->body_left ?
				     CHUNK_DATA : TRAILER_START);
	case CHUNK_DATA_CR:
		return expected_byte(rsp, c, '\r', CHUNK_DATA_LF);
	case CHUNK_DATA_LF:
		return expected_byte(rsp, c, '\n', CHUNK_SIZE_FIRST);
	case TRAILER_START:
		rsp->body_state = TRAILER;
		return ignored_byte(rsp, c, TRAILERS_END_LF);
	case TRAILER:
		return ignored_byte(rsp, c, TRAILER_LF);
	case TRAILER_LF:
		return expected_byte(rsp, c, '\n', TRAILER_START);
	case TRAILERS_END_LF:
		return expected_byte(rsp, c, '\n', BODY_DONE);
	}
	return -EPROTO;
}

/* Go over up to @room bytes that are data, and say how many. */
static size_t skip_data(struct dysk_wire_response *rsp, size_t room)
{
	if (rsp->body_state == BODY_UNTIL_CLOSE)
		return room;
	if (room > rsp->body_left)
		room = (size_t)rsp->body_left;
	rsp->body_left -= room;
	if (!rsp->body_left)
		rsp->body_state = rsp->body_state == BODY_SIZED ?
				  BODY_DONE : CHUNK_DATA_CR;
	return room;
}

int dysk_wire_body_skip(struct dysk_wire_response *rsp,
			const char *buf, size_t len, size_t *used)
{
	size_t at = 0;
	size_t room = BODY_MAX - rsp->body_seen;
	size_t end = len < room ? len : room;
	int err = 0;

	if (rsp->body_state == BODY_SIZED && !rsp->body_left)
		rsp->body_state = BODY_DONE;	/* the caller took it all */
	if (rsp->body_state == BODY_SIZED && rsp->body_left > room)
		err = -EMSGSIZE;

	while (!err && at < end && rsp->body_state != BODY_DONE) {
		switch (rsp->body_state) {
		case BODY_SIZED:
		case BODY_UNTIL_CLOSE:
		case CHUNK_DATA:
			at += skip_data(rsp, end - at);
			break;
		default:
			err = frame_byte(rsp, buf[at]);
			if (!err)
				at++;
		}
	}
	rsp->body_seen += (u32)at;
	*used = at;
	if (err)
		return err;
	if (rsp->body_state == BODY_DONE)
		return 1;
	return at < len ? -EMSGSIZE : 0;
}
