// SPDX-License-Identifier: GPL-2.0
/*
 * One connection: a state machine that never waits.
 *
 *                    connected            op                all sent
 *  CLOSED -> CONNECTING ------> IDLE ---------> SENDING ------------> RECV_HEAD
 *    ^                           ^                 |  early answer       |
 *    |                           |                 +-------------------> |
 *    |       answer complete     |      read, 206                        |
 *    |                           +---- RECV_BODY <-----------------------+
 *    |                           +---- RECV_SKIP <-- anything else ------+
 *    +-- from any state: error, end of stream, time limit, dead device
 *
 * It is run by dysk_conn_run() under run_lock, from its work item when the
 * socket has called, and from the submitter's context to send a request.
 * Between an op's first byte and its last body byte nothing else uses the
 * connection; after anything unexpected it is closed, and an answer has to repeat
 * the id of its request, so that it can't be taken for that of another one.
 */
#include <linux/highmem.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "dysk.h"
#include "trace.h"

#define DYSK_RUN_BUDGET	64	/* steps before others get their turn */

enum dysk_step {
	DYSK_STEP_WAIT,		/* the socket, or somebody else, will call */
	DYSK_STEP_ON,		/* there is more to do */
};

/* ---- a request's data -------------------------------------------------- */

static void dysk_cursor_init(struct dysk_cursor *cur, struct dysk_op *op)
{
	struct request *rq = blk_mq_rq_from_pdu(op);

	cur->bio = rq->bio;
	cur->iter = rq->bio->bi_iter;
}

static unsigned int dysk_cursor_bvecs(const struct dysk_cursor *cur,
				      struct bio_vec *bvecs, unsigned int max,
				      size_t *bytes)
{
	struct bio *bio = cur->bio;
	struct bvec_iter iter = cur->iter;
	unsigned int n = 0;

	*bytes = 0;
	while (n < max) {
		if (!iter.bi_size) {
			bio = bio->bi_next;
			if (!bio)
				break;
			iter = bio->bi_iter;
			continue;
		}
		bvecs[n] = mp_bvec_iter_bvec(bio->bi_io_vec, iter);
		*bytes += bvecs[n].bv_len;
		bio_advance_iter(bio, &iter, bvecs[n].bv_len);
		n++;
	}
	return n;
}

static void dysk_cursor_advance(struct dysk_cursor *cur, size_t bytes)
{
	while (bytes) {
		size_t step;

		if (!cur->iter.bi_size) {
			cur->bio = cur->bio->bi_next;
			cur->iter = cur->bio->bi_iter;
		}
		step = min_t(size_t, bytes, cur->iter.bi_size);
		bio_advance_iter(cur->bio, &cur->iter, step);
		bytes -= step;
	}
}

static void dysk_cursor_copy(struct dysk_cursor *cur, const char *src,
			     size_t len)
{
	while (len) {
		struct bio_vec bv;
		size_t bytes, step;

		if (!dysk_cursor_bvecs(cur, &bv, 1, &bytes))
			return;
		/* One page at a time: that is all that can be mapped. */
		bv.bv_page += bv.bv_offset / PAGE_SIZE;
		bv.bv_offset %= PAGE_SIZE;
		step = min3(len, (size_t)bv.bv_len,
			    (size_t)PAGE_SIZE - bv.bv_offset);
		memcpy_to_page(bv.bv_page, bv.bv_offset, src, step);
		dysk_cursor_advance(cur, step);
		src += step;
		len -= step;
	}
}

/* ---- ends -------------------------------------------------------------- */

static void dysk_conn_set_state(struct dysk_conn *conn,
				enum dysk_conn_state state)
{
	trace_dysk_conn_state(conn, conn->state, state);
	WRITE_ONCE(conn->state, state);
}

static void dysk_conn_shut(struct dysk_conn *conn)
{
	/* What an unanswered request still has to send must not be sent. */
	dysk_sock_close(conn, conn->state != DYSK_CONN_IDLE);
	clear_bit(DYSK_CONN_EXPIRED, &conn->flags);
	clear_bit(DYSK_CONN_RETIRE, &conn->flags);
	conn->served = false;
	dysk_conn_set_state(conn, DYSK_CONN_CLOSED);
}

static u32 dysk_reason_of_errno(int err)
{
	switch (err) {
	case -ECONNREFUSED:
		return DYSK_REASON_REFUSED;
	case -ETIMEDOUT:
		return DYSK_REASON_TIMEOUT;
	case -EPROTO:
	case -EMSGSIZE:
		return DYSK_REASON_BAD_ANSWER;
	case -ECONNRESET:
	case -EPIPE:
		return DYSK_REASON_RESET;
	case -ENOMEM:
	case -ENOBUFS:
		return DYSK_REASON_NO_MEMORY;
	default:
		return DYSK_REASON_NO_ROUTE;
	}
}

static bool dysk_conn_all_sent(const struct dysk_conn *conn)
{
	return conn->tx_pos == conn->tx_len &&
	       (conn->op->wire.op != DYSK_WIRE_WRITE || !conn->payload_left);
}

/* May the server have the whole request, or has it said anything about it? */
static bool dysk_conn_handed_over(const struct dysk_conn *conn,
				  enum dysk_conn_state state)
{
	if (state < DYSK_CONN_SENDING)
		return false;
	return state > DYSK_CONN_RECV_HEAD || conn->rx_len ||
	       dysk_conn_all_sent(conn);
}

/* The connection breaks, and with it the try of its op, if it has one. */
static enum dysk_step dysk_conn_break(struct dysk_conn *conn, int err)
{
	enum dysk_conn_state state = conn->state;
	struct dysk_outcome outcome = {
		.verdict = DYSK_VERDICT_UNKNOWN,
		.reason = dysk_reason_of_errno(err),
	};
	/* The server, or we, had closed an idle connection as we took it. */
	bool nobodys_fault = state == DYSK_CONN_IDLE &&
			     (conn->served ||
			      test_bit(DYSK_CONN_RETIRE, &conn->flags));

	trace_dysk_conn_break(conn, err);
	dysk_conn_shut(conn);
	if (state == DYSK_CONN_CONNECTING) {
		dysk_conn_connect_failed(conn, outcome.reason);
		return DYSK_STEP_ON;
	}
	if (!conn->op) {
		dysk_conn_closed(conn);
		return DYSK_STEP_ON;
	}
	if (outcome.reason == DYSK_REASON_NO_ROUTE)
		outcome.reason = DYSK_REASON_RESET;
	outcome.handed_over = dysk_conn_handed_over(conn, state);
	outcome.never_sent = nobodys_fault;
	dysk_op_finished(conn, &outcome, false);
	return DYSK_STEP_ON;
}

static enum dysk_step dysk_conn_answered(struct dysk_conn *conn, bool keep)
{
	struct dysk_outcome outcome = conn->outcome;

	keep = keep && dysk_wire_may_follow(&conn->op->wire, &conn->rsp) &&
	       !test_bit(DYSK_CONN_RETIRE, &conn->flags);
	conn->served = true;
	if (keep)
		dysk_conn_set_state(conn, DYSK_CONN_IDLE);
	else
		dysk_conn_shut(conn);
	dysk_op_finished(conn, &outcome, keep);
	return DYSK_STEP_ON;
}

/* ---- time -------------------------------------------------------------- */

static u32 dysk_ms_of_slowest(u64 bytes)
{
	return (bytes >> 10) * MSEC_PER_SEC / DYSK_SLOWEST_KIB;
}

/*
 * The time of its op is over, or half of it.  One whose data are moving goes
 * on: that a link is slow for all that is asked for is no fault, and to send
 * it once more would only make it slower.  But they have to move on, and not
 * for ever.
 */
static bool dysk_conn_goes_on(struct dysk_conn *conn)
{
	struct dysk_device *dev = conn->dev;
	u32 limit = dev->limits.request_timeout_ms, bytes, ms;
	bool goes_on = false;
	u64 moved;

	if (!conn->op)
		return false;
	bytes = dysk_op_bytes(conn->op);
	moved = dysk_sock_moved(conn);
	spin_lock(&dev->lock);
	ms = jiffies_to_msecs(jiffies - conn->since);
	if (bytes && !conn->hurry &&
	    (ms < limit ||
	     (dysk_ms_of_slowest(moved - conn->moved) >= limit / 2 &&
	      ms - limit < dysk_ms_of_slowest(bytes)))) {
		goes_on = true;
		conn->deadline = jiffies + msecs_to_jiffies(limit / 2);
		clear_bit(DYSK_CONN_EXPIRED, &conn->flags);
	}
	spin_unlock(&dev->lock);
	conn->moved = moved;
	return goes_on;
}

/* ---- connect ----------------------------------------------------------- */

static enum dysk_step dysk_conn_open(struct dysk_conn *conn)
{
	struct dysk_device *dev = conn->dev;
	bool wanted;
	int err;

	spin_lock(&dev->lock);
	wanted = conn->open;
	conn->addr = dev->addrs[dev->addr_current];
	conn->addr_index = dev->addr_current;
	conn->addr_generation = dev->addr_generation;
	conn->deadline = jiffies + msecs_to_jiffies(DYSK_CONNECT_MS);
	/* What was said of the one before, while it was being closed. */
	clear_bit(DYSK_CONN_EXPIRED, &conn->flags);
	clear_bit(DYSK_CONN_RETIRE, &conn->flags);
	spin_unlock(&dev->lock);
	if (!wanted)
		return DYSK_STEP_WAIT;

	dysk_conn_set_state(conn, DYSK_CONN_CONNECTING);
	/* Nobody else changes it, so it can be read without the lock. */
	err = dysk_sock_connect(conn, &conn->addr);
	if (err)
		return dysk_conn_break(conn, err);
	return DYSK_STEP_ON;
}

static enum dysk_step dysk_conn_connecting(struct dysk_conn *conn)
{
	int status = dysk_sock_status(conn);

	/* To an address that isn't the device's any more. */
	if (conn->addr_generation != READ_ONCE(conn->dev->addr_generation))
		return dysk_conn_break(conn, -ECONNRESET);
	if (!status)
		return DYSK_STEP_WAIT;
	if (status < 0)
		return dysk_conn_break(conn, status);
	dysk_conn_set_state(conn, DYSK_CONN_IDLE);
	dysk_conn_connected(conn);
	return DYSK_STEP_ON;
}

/* ---- send -------------------------------------------------------------- */

static enum dysk_step dysk_conn_begin(struct dysk_conn *conn)
{
	struct dysk_device *dev = conn->dev;
	struct dysk_credential *cred;
	struct dysk_wire_auth auth;
	int len;

	if (!dysk_op_may_start(conn, &cred))
		return DYSK_STEP_ON;

	dysk_credential_auth(cred, &auth);
	len = dysk_wire_request_write(conn->tx, conn->tx_cap, &dev->target,
				      &auth, &conn->op->wire,
				      conn->scratch, conn->tx_cap);
	dysk_credential_put(cred);
	if (len < 0) {
		pr_err_ratelimited("%s%u: can't write a request: error %d\n",
				   DYSK_NAME, dev->index, len);
		conn->outcome = (struct dysk_outcome) {
			.verdict = DYSK_VERDICT_REJECTED,
			.reason = DYSK_REASON_INTERNAL,
		};
		memset(&conn->rsp, 0, sizeof(conn->rsp));
		return dysk_conn_answered(conn, false);
	}

	conn->tx_len = len;
	conn->tx_pos = 0;
	conn->rx_len = 0;
	conn->payload_left = 0;
	if (conn->op->wire.op == DYSK_WIRE_WRITE) {
		conn->payload_left = conn->op->wire.length;
		dysk_cursor_init(&conn->cursor, conn->op);
	}
	dysk_wire_response_init(&conn->rsp, conn->op->wire.op);
	conn->moved = dysk_sock_moved(conn);
	clear_bit(DYSK_CONN_READABLE, &conn->flags);
	trace_dysk_send(conn, conn->op);
	dysk_conn_set_state(conn, DYSK_CONN_SENDING);
	return DYSK_STEP_ON;
}

/* Head and payload leave in as few calls as the socket allows. */
static enum dysk_step dysk_conn_send(struct dysk_conn *conn)
{
	unsigned int n = 0;
	size_t head = conn->tx_len - conn->tx_pos, bytes = 0;
	ssize_t sent;

	if (head) {
		dysk_compat_bvec_virt(&conn->bvecs[0],
				      conn->tx + conn->tx_pos, head);
		n = 1;
	}
	if (conn->payload_left)
		n += dysk_cursor_bvecs(&conn->cursor, conn->bvecs + n,
				       DYSK_BVECS, &bytes);
	sent = dysk_sock_send(conn, conn->bvecs, n, head + bytes,
			      bytes < conn->payload_left);
	/* Refused before it was all sent? Then the answer is there. */
	if (sent <= 0 && test_and_clear_bit(DYSK_CONN_READABLE, &conn->flags)) {
		dysk_conn_set_state(conn, DYSK_CONN_RECV_HEAD);
		return DYSK_STEP_ON;
	}
	if (sent == -EAGAIN)
		return DYSK_STEP_WAIT;
	if (sent <= 0)
		return dysk_conn_break(conn, sent ? sent : -EPIPE);

	head = min_t(size_t, head, sent);
	conn->tx_pos += head;
	sent -= head;
	conn->payload_left -= sent;
	dysk_cursor_advance(&conn->cursor, sent);
	if (conn->tx_pos == conn->tx_len && !conn->payload_left) {
		dysk_conn_set_state(conn, DYSK_CONN_RECV_HEAD);
		/* Nothing can be there yet; the socket will call. */
		return test_bit(DYSK_CONN_READABLE, &conn->flags) ?
		       DYSK_STEP_ON : DYSK_STEP_WAIT;
	}
	return DYSK_STEP_ON;
}

/* ---- receive ----------------------------------------------------------- */

static u32 dysk_reason_of_answer(enum dysk_verdict verdict,
				 const struct dysk_wire_response *rsp, s64 now)
{
	switch (verdict) {
	case DYSK_VERDICT_DONE:
		return DYSK_REASON_NONE;
	case DYSK_VERDICT_THROTTLED:
		return DYSK_REASON_THROTTLED;
	case DYSK_VERDICT_DENIED:
		if (rsp->has_date && abs(rsp->date - now) > 15 * 60)
			return DYSK_REASON_CLOCK_SKEW;
		return DYSK_REASON_DENIED;
	case DYSK_VERDICT_SEQUENCE:
		return DYSK_REASON_FENCED;
	case DYSK_VERDICT_LEASE:
		return DYSK_REASON_LEASED;
	case DYSK_VERDICT_GONE:
		if (rsp->blob_type == DYSK_BLOB_TYPE_OTHER ||
		    !strcmp(rsp->error_code, "InvalidBlobType"))
			return DYSK_REASON_NOT_PAGE_BLOB;
		/* 206: cut short, as the blob ends before the device does. */
		if (rsp->status == 416 || rsp->status == 206)
			return DYSK_REASON_SHRUNK;
		return DYSK_REASON_NOT_FOUND;
	case DYSK_VERDICT_CONDITION:
	case DYSK_VERDICT_REJECTED:
		if (!strcmp(rsp->error_code, "AccountRequiresHttps"))
			return DYSK_REASON_NEEDS_HTTPS;
		return DYSK_REASON_REJECTED;
	case DYSK_VERDICT_UNKNOWN:
		break;
	}
	return rsp->status >= 500 ? DYSK_REASON_SERVER :
				    DYSK_REASON_BAD_ANSWER;
}

static void dysk_conn_judged(struct dysk_conn *conn, enum dysk_verdict verdict)
{
	conn->outcome = (struct dysk_outcome) {
		.verdict = verdict,
		.reason = dysk_reason_of_answer(verdict, &conn->rsp,
						ktime_get_real_seconds()),
		.http_status = conn->rsp.status,
		.handed_over = true,
		.rsp = &conn->rsp,
	};
	trace_dysk_answer(conn, conn->op, conn->rsp.status, verdict);
}

/* The payload begins, with the @len bytes of it that came with the head. */
static enum dysk_step dysk_conn_payload(struct dysk_conn *conn, const char *buf,
					size_t len)
{
	conn->payload_left = conn->op->wire.length - len;
	dysk_cursor_init(&conn->cursor, conn->op);
	dysk_cursor_copy(&conn->cursor, buf, len);
	if (!conn->payload_left)
		return dysk_conn_answered(conn, true);
	dysk_conn_set_state(conn, DYSK_CONN_RECV_BODY);
	return DYSK_STEP_ON;
}

/* Of a read take no more than the head, the rest has a better place. */
static size_t dysk_conn_head_room(const struct dysk_conn *conn)
{
	size_t room = DYSK_RX_SIZE - conn->rx_len;
	u32 hint = READ_ONCE(conn->dev->read_head_hint);

	if (conn->op->wire.op != DYSK_WIRE_READ)
		return room;
	return min_t(size_t, room, hint > conn->rx_len ? hint - conn->rx_len :
							 64);
}

static enum dysk_step dysk_conn_recv_head(struct dysk_conn *conn)
{
	size_t room = dysk_conn_head_room(conn), head;
	enum dysk_verdict verdict;
	ssize_t got;
	int turn;

	if (!room)
		return dysk_conn_break(conn, -EMSGSIZE);
	got = dysk_sock_recv_head(conn, conn->rx + conn->rx_len, room);
	if (got == -EAGAIN) {
		if (dysk_conn_all_sent(conn))
			return DYSK_STEP_WAIT;
		/* It may have become writable while we looked here. */
		dysk_conn_set_state(conn, DYSK_CONN_SENDING);
		return DYSK_STEP_ON;
	}
	if (got <= 0)
		return dysk_conn_break(conn, got ? got : -ECONNRESET);
	conn->rx_len += got;

	turn = dysk_wire_receive_head(&conn->op->wire, &conn->rsp, conn->rx,
				      conn->rx_len, dysk_conn_all_sent(conn),
				      &head, &verdict);
	if (turn < 0)
		return dysk_conn_break(conn, turn);
	if (turn == DYSK_TURN_HEAD)
		return DYSK_STEP_ON;
	dysk_conn_judged(conn, verdict);
	if (turn == DYSK_TURN_ANSWERED)
		return dysk_conn_answered(conn, dysk_conn_all_sent(conn));
	if (turn == DYSK_TURN_PAYLOAD) {
		if (conn->dev->read_head_hint != head)
			WRITE_ONCE(conn->dev->read_head_hint, head);
		return dysk_conn_payload(conn, conn->rx + head,
					 conn->rx_len - head);
	}
	conn->rx_len = 0;
	dysk_conn_set_state(conn, DYSK_CONN_RECV_SKIP);
	return DYSK_STEP_ON;
}

static enum dysk_step dysk_conn_recv_body(struct dysk_conn *conn)
{
	size_t bytes;
	ssize_t got;
	unsigned int n = dysk_cursor_bvecs(&conn->cursor, conn->bvecs,
					   DYSK_BVECS, &bytes);

	got = dysk_sock_recv(conn, conn->bvecs, n, bytes);
	if (got == -EAGAIN)
		return DYSK_STEP_WAIT;
	if (got <= 0)
		return dysk_conn_break(conn, got ? got : -ECONNRESET);
	dysk_cursor_advance(&conn->cursor, got);
	conn->payload_left -= got;
	return conn->payload_left ? DYSK_STEP_ON : dysk_conn_answered(conn, true);
}

static enum dysk_step dysk_conn_recv_skip(struct dysk_conn *conn)
{
	ssize_t got = dysk_sock_recv_head(conn, conn->rx, DYSK_RX_SIZE);
	int turn;

	if (got == -EAGAIN)
		return DYSK_STEP_WAIT;
	if (got <= 0)
		return dysk_conn_break(conn, got ? got : -ECONNRESET);
	turn = dysk_wire_receive_body(&conn->rsp, conn->rx, got);
	if (turn < 0)
		return dysk_conn_break(conn, turn);
	return turn == DYSK_TURN_BODY ? DYSK_STEP_ON :
	       dysk_conn_answered(conn, dysk_conn_all_sent(conn));
}

/* ---- run --------------------------------------------------------------- */

static enum dysk_step dysk_conn_step(struct dysk_conn *conn)
{
	if (conn->state != DYSK_CONN_CLOSED) {
		if (READ_ONCE(conn->dev->dead) || READ_ONCE(conn->dev->stopping))
			return dysk_conn_break(conn, -ESHUTDOWN);
		if (test_bit(DYSK_CONN_EXPIRED, &conn->flags) &&
		    !dysk_conn_goes_on(conn))
			return dysk_conn_break(conn, -ETIMEDOUT);
	}
	switch (conn->state) {
	case DYSK_CONN_CLOSED:
		return dysk_conn_open(conn);
	case DYSK_CONN_CONNECTING:
		return dysk_conn_connecting(conn);
	case DYSK_CONN_IDLE:
		/*
		 * An answer that is there before its request is no answer to
		 * it, and a closed connection is better found before anything
		 * is sent.
		 */
		if (test_bit(DYSK_CONN_RETIRE, &conn->flags) ||
		    !dysk_sock_quiet(conn))
			return dysk_conn_break(conn, -ECONNRESET);
		return conn->op ? dysk_conn_begin(conn) : DYSK_STEP_WAIT;
	case DYSK_CONN_SENDING:
		return dysk_conn_send(conn);
	case DYSK_CONN_RECV_HEAD:
		return dysk_conn_recv_head(conn);
	case DYSK_CONN_RECV_BODY:
		return dysk_conn_recv_body(conn);
	case DYSK_CONN_RECV_SKIP:
		return dysk_conn_recv_skip(conn);
	}
	WARN_ON_ONCE(1);
	return DYSK_STEP_WAIT;
}

static void dysk_conn_run(struct dysk_conn *conn)
{
	unsigned int budget = DYSK_RUN_BUDGET;
	unsigned int reclaim;

	lockdep_assert_held(&conn->run_lock);
	reclaim = memalloc_noreclaim_save();
	while (budget && dysk_conn_step(conn) == DYSK_STEP_ON)
		budget--;
	memalloc_noreclaim_restore(reclaim);
	if (!budget)
		dysk_conn_kick(conn);
}

static void dysk_conn_work(struct work_struct *work)
{
	struct dysk_conn *conn = container_of(work, struct dysk_conn, work);

	mutex_lock(&conn->run_lock);
	dysk_conn_run(conn);
	mutex_unlock(&conn->run_lock);
}

void dysk_conn_kick(struct dysk_conn *conn)
{
	queue_work(dysk_wq, &conn->work);
}

void dysk_conn_start(struct dysk_conn *conn)
{
	if (!mutex_trylock(&conn->run_lock)) {
		dysk_conn_kick(conn);
		return;
	}
	dysk_conn_run(conn);
	mutex_unlock(&conn->run_lock);
}

/* ---- life -------------------------------------------------------------- */

struct dysk_conn *dysk_conn_alloc(struct dysk_device *dev, u32 index, gfp_t gfp)
{
	struct dysk_conn *conn = kzalloc(sizeof(*conn), gfp);

	if (!conn)
		return NULL;
	conn->dev = dev;
	conn->index = index;
	conn->tx_cap = dev->tx_size;
	INIT_WORK(&conn->work, dysk_conn_work);
	INIT_LIST_HEAD(&conn->node);
	mutex_init(&conn->run_lock);
	conn->tx = kmalloc(conn->tx_cap, gfp);
	conn->scratch = kmalloc(conn->tx_cap, gfp);
	conn->rx = kmalloc(DYSK_RX_SIZE, gfp);
	if (!conn->tx || !conn->scratch || !conn->rx) {
		dysk_conn_free(conn);
		return NULL;
	}
	return conn;
}

void dysk_conn_free(struct dysk_conn *conn)
{
	if (!conn)
		return;
	/* Request heads hold signatures, or a SAS. */
	kfree_sensitive(conn->tx);
	kfree_sensitive(conn->scratch);
	kfree(conn->rx);
	kfree(conn);
}

/* A longer SAS needs larger buffers; between two requests they can change. */
int dysk_conn_grow(struct dysk_conn *conn, size_t size)
{
	char *tx, *scratch;

	tx = kmalloc(size, GFP_KERNEL);
	scratch = kmalloc(size, GFP_KERNEL);
	if (!tx || !scratch) {
		kfree(tx);
		kfree(scratch);
		return -ENOMEM;
	}
	mutex_lock(&conn->run_lock);
	/* Part of it may still have to be sent. */
	memcpy(tx, conn->tx, conn->tx_len);
	swap(tx, conn->tx);
	swap(scratch, conn->scratch);
	conn->tx_cap = size;
	mutex_unlock(&conn->run_lock);
	kfree_sensitive(tx);
	kfree_sensitive(scratch);
	return 0;
}

/* The device is stopping: nobody gives it anything to do any more. */
void dysk_conn_stop(struct dysk_conn *conn)
{
	mutex_lock(&conn->run_lock);
	if (conn->state != DYSK_CONN_CLOSED)
		dysk_conn_break(conn, -ESHUTDOWN);
	mutex_unlock(&conn->run_lock);
	cancel_work_sync(&conn->work);
}
