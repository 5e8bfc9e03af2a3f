/* SPDX-License-Identifier: GPL-2.0 */
/*
 * dysk: page blobs as block devices. Objects and the calls between files.
 *
 *   control.c   ioctls on /dev/dysk: check, copy, hand on
 *   attach.c    one blob becomes a device, and stops being one
 *   device.c    the device: registry, health (state, reason, events)
 *   disk.c      gendisk and blk-mq: requests come in here
 *   dispatch.c  which request goes out when, and on which connection
 *   settle.c    what an answer, or the loss of it, does to its request
 *   tick.c      waiting, giving up
 *   conn.c      one connection: its states, from connect to the last body byte
 *   sock.c      the socket under it and its callbacks
 *   reserve.c   how little of the kernel's last memory is used to send
 *   auth.c      credentials
 *   fence.c     what may follow a write of unknown outcome (pure)
 *   pace.c      how fast a service that refuses what is too much takes it (pure)
 *   wire/       HTTP text (pure)
 *   stats.c, sysfs.c, trace.h   what can be seen from outside
 *
 * One request is in flight per connection.  A connection is run by one context
 * at a time (dysk_conn.run_lock): its work item, or the submitter of the
 * request for the first send.  Nothing in the I/O path waits for an allocation
 * from the file systems above it (GFP_NOIO and PF_MEMALLOC throughout).
 *
 * Lock order: dysk_device.resize_lock > dysk_device.control_lock >
 * registry_lock, dysk_conn.run_lock > dysk_device.lock.
 * Socket callbacks (softirq) only queue work.
 */
#ifndef DYSK_H
#define DYSK_H

#include <linux/blk-mq.h>
#include <linux/completion.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/net.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "compat.h"
#include "fence.h"
#include "pace.h"
#include "window.h"
#include "uapi/dysk.h"
#include "wire/wire.h"

#define DYSK_NAME		"dysk"
#define DYSK_VERSION_TEXT	"0.1.0"

#define DYSK_QUEUE_DEPTH	128
#define DYSK_SECTORS_MAX	8192		/* 4 MiB: one Put Page */
#define DYSK_SEGMENTS_MAX	1024

#define DYSK_DEFAULT_CONNECTIONS	8
#define DYSK_DEFAULT_REQUEST_MS		30000
#define DYSK_DEFAULT_NO_PATH_S		180
#define DYSK_DEFAULT_IDLE_MS		4000
#define DYSK_DEFAULT_ATTACH_MS		30000
#define DYSK_NO_PATH_FOREVER		U32_MAX

#define DYSK_CONNECT_MS		5000	/* for one address */
#define DYSK_SLOWEST_KIB	32	/* in a second: slower is as good as not */
#define DYSK_BACKOFF_FIRST_MS	10
#define DYSK_BACKOFF_MAX_MS	2000
#define DYSK_MOVED_GRACE_MS	1000	/* for requests to addresses that are over */
#define DYSK_DETACH_GRACE_MS	1000	/* udev looks at a device just closed */
#define DYSK_PROBE_MS		200	/* between tries of a held device */
#define DYSK_TICK_MS		1000	/* how exact long time limits are */
#define DYSK_ANNOUNCE_MS	1000	/* between two events of a device */

/* One more than configured, for raises: stuck requests must not stop them. */
#define DYSK_CONNS		(DYSK_CONNECTIONS_MAX + 1)

#define DYSK_RX_SIZE		DYSK_WIRE_HEAD_MAX
#define DYSK_BVECS		64	/* payload segments per socket call */

struct dysk_device;
struct dysk_conn;
struct dysk_op;

/* ---- auth.c ----------------------------------------------------------- */

struct dysk_credential;

/* Copies from user space; ERR_PTR(-EINVAL, -E2BIG, -EFAULT, -ENOMEM, ...). */
struct dysk_credential *dysk_credential_from_user(u32 type, u64 ptr, u32 len);
struct dysk_credential *dysk_credential_get(struct dysk_credential *cred);
void dysk_credential_put(struct dysk_credential *cred);	/* the last wipes it */
u32 dysk_credential_type(const struct dysk_credential *cred);
size_t dysk_credential_text_len(const struct dysk_credential *cred);
/* @auth is good while the caller holds @cred. */
void dysk_credential_auth(struct dysk_credential *cred,
			  struct dysk_wire_auth *auth);

/* ---- one request to the service --------------------------------------- */

/**
 * struct dysk_outcome - how one try of an op ended
 * @verdict: what the answer means; UNKNOWN when there was none
 * @reason: enum dysk_reason for whatever isn't DONE
 * @http_status: of the answer, or 0
 * @handed_over: the last byte was given to TCP, or the server answered
 * @never_sent: not a byte was sent; no fault of the request
 * @rsp: the answer, or NULL
 */
struct dysk_outcome {
	enum dysk_verdict verdict;
	u32 reason;
	u16 http_status;
	bool handed_over;
	bool never_sent;
	const struct dysk_wire_response *rsp;
};

/**
 * struct dysk_op - something to be asked of the service
 * @node: on one of the device's lists while no connection has it
 * @wire: the request
 * @admin: who waits for it, if it is a request of our own; a block request and
 *	the raise of the fence have none
 * @stat: DYSK_STAT_*
 * @tries: tries that failed
 * @first_failure: jiffies, when @tries > 0
 * @not_before: jiffies, on the delayed list
 * @doomed: fail it as soon as its outcome is certain
 * @arrived: when it came
 * @sent: when its last try began
 */
struct dysk_op {
	struct list_head node;
	struct dysk_wire_request wire;
	struct dysk_admin *admin;
	u8 stat;
	bool doomed;
	u32 tries;
	unsigned long first_failure;
	unsigned long not_before;
	ktime_t arrived;
	ktime_t sent;
	ktime_t ended;			/* the last try, however it did */
};

/**
 * struct dysk_admin - a caller (attach, resize) that waits for one request
 * @op: the request; it is tried once, faults are reported
 * @done: completed under the device's lock
 * @outcome: how it ended; @outcome.rsp points to @rsp or is NULL
 * @rsp: the answer
 */
struct dysk_admin {
	struct dysk_op op;
	struct completion done;
	struct dysk_outcome outcome;
	struct dysk_wire_response rsp;
};

/* What the service counts as its data. */
static inline u32 dysk_op_bytes(const struct dysk_op *op)
{
	return op->wire.op == DYSK_WIRE_CLEAR ? 0 : op->wire.length;
}

static inline bool dysk_op_is_write(const struct dysk_op *op)
{
	return op->wire.op == DYSK_WIRE_WRITE || op->wire.op == DYSK_WIRE_CLEAR;
}

/* ---- connections ------------------------------------------------------ */

/*
 *  CLOSED -> CONNECTING -> IDLE -> SENDING -> RECV_HEAD -> RECV_BODY -> IDLE
 *  any of them -> CLOSED on error, end of stream, time limit, bytes that
 *  nobody asked for, "Connection: close", and when idle for too long
 */
enum dysk_conn_state {
	DYSK_CONN_CLOSED,
	DYSK_CONN_CONNECTING,
	DYSK_CONN_IDLE,
	DYSK_CONN_SENDING,
	DYSK_CONN_RECV_HEAD,
	DYSK_CONN_RECV_BODY,	/* payload of a read, into the bio's pages */
	DYSK_CONN_RECV_SKIP,	/* a body nobody reads */
};

/* A place in a request's data. */
struct dysk_cursor {
	struct bio *bio;
	struct bvec_iter iter;
};

enum dysk_conn_flag {
	DYSK_CONN_EXPIRED,	/* its time limit is over */
	DYSK_CONN_RETIRE,	/* close it when its request is done */
	DYSK_CONN_READABLE,	/* the socket said so since we last read */
	DYSK_CONN_STARVED,	/* it waits for memory to send */
};

/**
 * struct dysk_conn - one connection
 *
 * run_lock: everything but what follows.
 * dysk_device.lock: @node to @addr, and @op while it isn't busy.
 */
struct dysk_conn {
	struct dysk_device *dev;
	u32 index;
	struct work_struct work;
	struct mutex run_lock;
	unsigned long flags;

	/* device lock */
	struct list_head node;		/* idle or closed connections */
	unsigned long deadline;		/* jiffies; of the op, or of being idle */
	unsigned long since;		/* jiffies; when it was given its op */
	bool busy;			/* has an op */
	bool hurry;			/* which must end by the deadline */
	bool open;			/* connecting or connected */
	bool connected;
	bool on_reserve;		/* may use the kernel's last memory */
	u32 addr_index;
	u32 addr_generation;
	struct dysk_addr addr;

	/* run lock */
	enum dysk_conn_state state;
	struct socket *sock;
	void (*sk_state_change)(struct sock *sk);
	void (*sk_data_ready)(struct sock *sk);
	void (*sk_write_space)(struct sock *sk);
	struct dysk_op *op;

	char *tx;			/* head of the request */
	char *scratch;			/* its string to sign */
	size_t tx_cap;
	size_t tx_len;
	size_t tx_pos;
	struct dysk_cursor cursor;
	size_t payload_left;

	char *rx;
	size_t rx_len;
	struct dysk_wire_response rsp;
	struct dysk_outcome outcome;	/* judged; the body is still to be skipped */
	bool served;			/* it has had a whole answer */
	u64 moved;			/* bytes so far, when last looked at */

	struct bio_vec bvecs[DYSK_BVECS + 1];
};

/* ---- the device ------------------------------------------------------- */

struct dysk_limits {
	u32 max_connections;
	u32 request_timeout_ms;
	u32 no_path_timeout_s;
	u32 idle_timeout_ms;
};

/* Why a device holds its requests back, and until when. */
struct dysk_hold {
	u32 reason;		/* 0: it doesn't */
	unsigned long until;	/* jiffies; then one request tries its luck,
				 * and another one every DYSK_PROBE_MS
				 */
	ktime_t since;
};

/* A kind of request (DYSK_STAT_*) of which none gets through. */
struct dysk_vain {
	bool set;
	unsigned long since;	/* jiffies of the first try that failed */
	unsigned long last;	/* and of the latest */
};

/* What events say of a device. */
struct dysk_news {
	u32 state;
	u32 reason;
};

struct dysk_health {
	u32 state;
	u32 reason;
	u16 http_status;
	char error_code[DYSK_ERROR_CODE_MAX];
};

struct dysk_device {
	struct kref kref;
	u32 index;
	u64 attach_id;
	u32 flags;			/* DYSK_ATTACH_* */
	u64 tail_bytes;			/* of the blob, not of the disk */

	/* who we are; set at attach, never changed */
	char *host;
	char *account;
	char *container;
	char *blob;
	char *path;
	char snapshot[DYSK_SNAPSHOT_MAX];
	char lease_id[DYSK_LEASE_MAX];
	char label[DYSK_LABEL_MAX];
	char by_id[NAME_MAX + 1];
	struct dysk_wire_target target;
	time64_t attached_at;

	struct mutex resize_lock;	/* held while the service is asked */
	struct mutex control_lock;	/* update, detach: one at a time */

	struct gendisk *disk;
	struct blk_mq_tag_set tag_set;
	u64 capacity;
	bool disk_added;
	dev_t devt;			/* the disk's, which may be gone */

	spinlock_t lock;		/* all that follows */
	struct dysk_limits limits;
	struct dysk_addr addrs[DYSK_ADDRS_MAX];
	u32 addr_count;
	u32 addr_current;
	u32 addr_generation;
	u32 addr_failures;		/* since a connection was made */
	struct dysk_credential *cred;

	u32 open_count;
	wait_queue_head_t closed_wait;
	bool adding;			/* the disk, until add_deadline */
	unsigned long add_deadline;	/* jiffies */
	bool removing;
	u32 dead;			/* enum dysk_reason, 0: alive */
	struct dysk_hold hold;
	struct dysk_pace pace;
	struct dysk_window window;
	unsigned long trouble_since;	/* jiffies of the first fault, if trouble */
	bool trouble;			/* no request has gone well since */
	struct dysk_vain vain[DYSK_STAT_OPS];
	u16 http_status;
	char error_code[DYSK_ERROR_CODE_MAX];
	s64 clock_skew;
	bool has_clock_skew;
	ktime_t state_since;
	u32 seen_state;			/* by dysk_device_changed */
	u32 seen_reason;
	struct dysk_news announced;	/* what the last event said */
	unsigned long announce_after;	/* jiffies */

	struct dysk_fence fence;
	struct dysk_op raise;		/* under way while fence.raising */
	unsigned long raising_since;

	struct list_head admins;
	struct list_head reads;
	struct list_head writes;
	struct list_head parked;	/* writes of unknown outcome */
	struct list_head delayed;	/* any op, until its not_before */
	u32 waiting;			/* on reads, writes, parked, delayed */
	u32 busy;			/* connections with an op */

	struct dysk_conn *conns[DYSK_CONNS];
	struct list_head idle;		/* most recently used first */
	struct list_head closed;
	u32 conn_count;			/* allocated */
	u32 on_reserve;			/* connections that are */
	bool starved;			/* some are DYSK_CONN_STARVED */
	u32 open;			/* connecting or connected */
	u32 connecting;
	unsigned long connect_after;	/* jiffies */
	u32 read_head_hint;		/* length of the last answer head of a read */
	u64 request_id;			/* of the last request sent */
	bool echoes;			/* the service repeats ids; set at attach */
	size_t tx_size;

	struct dysk_stats stats;

	struct delayed_work tick;
	unsigned long tick_at;
	bool ticking;
	bool stopping;
	struct delayed_work event_work;
};

extern struct workqueue_struct *dysk_wq;

/* ---- device.c --------------------------------------------------------- */

struct dysk_device *dysk_device_alloc(void);
void dysk_device_get(struct dysk_device *dev);
void dysk_device_put(struct dysk_device *dev);

/* Registry. publish: ERR -EEXIST when the same blob is attached already. */
int dysk_device_publish(struct dysk_device *dev);
void dysk_device_unpublish(struct dysk_device *dev);
struct dysk_device *dysk_device_find(u32 index, u64 attach_id, int *err);
struct dysk_device *dysk_device_next(u32 first);
/* With a reference; also one that is being attached or removed, or NULL. */
struct dysk_device *dysk_device_of_disk(const struct gendisk *disk);
void dysk_devices_kill_all(u32 reason);

void dysk_device_health(struct dysk_device *dev, struct dysk_health *health);
void dysk_device_info(struct dysk_device *dev, struct dysk_info *info);

/*
 * The one way into DEAD: under the lock, so that nothing is sent or
 * acknowledged from that moment on; true if it wasn't dead before: then
 * bury it without the lock, which ends all that waits.  die() does both.
 */
bool dysk_device_dead(struct dysk_device *dev, u32 reason);
void dysk_device_bury(struct dysk_device *dev);
void dysk_device_die(struct dysk_device *dev, u32 reason);
/* Under the lock: something went wrong, or well (a request of @sent). */
void dysk_device_trouble(struct dysk_device *dev,
			 const struct dysk_outcome *outcome);
void dysk_device_well(struct dysk_device *dev, ktime_t sent);
/* Under the lock: tell user space if health has changed. */
void dysk_device_changed(struct dysk_device *dev);
void dysk_device_event_work(struct work_struct *work);

/* ---- attach.c --------------------------------------------------------- */

int dysk_attach(struct dysk_attach *arg, struct dysk_credential *cred);
int dysk_detach(struct dysk_device *dev, bool force, u32 *reason);
int dysk_resize(struct dysk_device *dev, struct dysk_resize *arg);
/* Room for a request head with these credentials. */
size_t dysk_device_tx_size(const struct dysk_device *dev,
			   const struct dysk_credential *cred);
int dysk_check_addrs(const struct dysk_addr *addrs, u32 count);

/* ---- disk.c ----------------------------------------------------------- */

int dysk_disk_create(struct dysk_device *dev);
int dysk_disk_add(struct dysk_device *dev);
void dysk_disk_remove(struct dysk_device *dev, bool dead);
void dysk_disk_free(struct dysk_device *dev);
void dysk_disk_set_capacity(struct dysk_device *dev, u64 bytes);

static inline struct dysk_op *dysk_op_of(struct request *rq)
{
	return blk_mq_rq_to_pdu(rq);
}

/* ---- dispatch.c ------------------------------------------------------- */

/* A block request has come. -EIO: the device is dead. */
int dysk_submit(struct dysk_device *dev, struct dysk_op *op);
/* One request of our own, before all others; waits until @deadline (jiffies). */
void dysk_admin_run(struct dysk_device *dev, struct dysk_admin *admin,
		    unsigned long deadline);
/*
 * The connection is about to send its op: false if it may not after all (then
 * the op is back in its queue, and conn->op is the next one or NULL).
 */
bool dysk_op_may_start(struct dysk_conn *conn, struct dysk_credential **cred);
void dysk_conn_connected(struct dysk_conn *conn);
void dysk_conn_connect_failed(struct dysk_conn *conn, u32 reason);
/* It had no op. */
void dysk_conn_closed(struct dysk_conn *conn);
/* These under the lock: */
/* Hand out what can go out, open connections if needed. */
void dysk_dispatch(struct dysk_device *dev);
/* The next op for a connection that has none, off its queue; or NULL. */
struct dysk_op *dysk_next_op(struct dysk_device *dev);
void dysk_queue_front(struct dysk_device *dev, struct dysk_op *op);
void dysk_assign(struct dysk_conn *conn, struct dysk_op *op);
void dysk_unassign(struct dysk_conn *conn);
void dysk_conn_idle(struct dysk_conn *conn);
void dysk_conn_not_open(struct dysk_conn *conn);
void dysk_admin_end(struct dysk_admin *admin,
		    const struct dysk_outcome *outcome);
/* Addresses or limits are others now: close what is over. */
void dysk_connections_changed(struct dysk_device *dev);

/* ---- settle.c --------------------------------------------------------- */

/*
 * The connection's try of its op is over; @keep: the connection can go on.
 * Afterwards conn->op is the next one, if there is one and it can.
 */
void dysk_op_finished(struct dysk_conn *conn, const struct dysk_outcome *outcome,
		      bool keep);
/* Of a device that is dead: end all that waits. */
void dysk_fail_waiting(struct dysk_device *dev);

/* ---- tick.c ----------------------------------------------------------- */

unsigned int dysk_backoff_ms(u32 tries);
void dysk_tick_work(struct work_struct *work);
/* These under the lock: */
bool dysk_patience_over(const struct dysk_device *dev, unsigned long since);
unsigned long dysk_tick_interval(const struct dysk_device *dev);
/* Look again no later than in @delay jiffies. */
void dysk_tick_arm(struct dysk_device *dev, unsigned long delay);
/* Send nothing for @ms, then try with one request. */
void dysk_hold(struct dysk_device *dev, u32 reason, unsigned int ms);

/* ---- conn.c ----------------------------------------------------------- */

struct dysk_conn *dysk_conn_alloc(struct dysk_device *dev, u32 index, gfp_t gfp);
void dysk_conn_free(struct dysk_conn *conn);
void dysk_conn_stop(struct dysk_conn *conn);
int dysk_conn_grow(struct dysk_conn *conn, size_t size);
void dysk_conn_kick(struct dysk_conn *conn);	/* any context */
/* Start the op that the connection was given, in this very context. */
void dysk_conn_start(struct dysk_conn *conn);

/* ---- sock.c ----------------------------------------------------------- */

int dysk_sock_init(void);
void dysk_sock_exit(void);
int dysk_sock_connect(struct dysk_conn *conn, const struct dysk_addr *addr);
void dysk_sock_close(struct dysk_conn *conn, bool reset);
/* > 0: bytes; 0: end of stream (recv); -EAGAIN; another error. */
ssize_t dysk_sock_send(struct dysk_conn *conn, struct bio_vec *bvecs,
		       unsigned int count, size_t len, bool more);
ssize_t dysk_sock_recv_head(struct dysk_conn *conn, char *buf, size_t len);
ssize_t dysk_sock_recv(struct dysk_conn *conn, struct bio_vec *bvecs,
		       unsigned int count, size_t len);
/* 1: connected; 0: not yet; an error. */
int dysk_sock_status(struct dysk_conn *conn);
/* Nothing to read and not closed by the peer? */
bool dysk_sock_quiet(struct dysk_conn *conn);
u64 dysk_sock_moved(const struct dysk_conn *conn);

/* ---- reserve.c -------------------------------------------------------- */

/* Is memory so short that the next page is one of the reserve? */
bool dysk_reserve_is_next(void);
/* May the connection use it, for the op that it has? Else it is kicked later. */
bool dysk_reserve_take(struct dysk_conn *conn);
/* It found nothing there: kick it later. */
void dysk_reserve_empty(struct dysk_conn *conn);
/* These under the lock: kick those that wait; an op is over. */
void dysk_reserve_look(struct dysk_device *dev);
void dysk_reserve_return(struct dysk_conn *conn);

/* ---- stats.c, sysfs.c ------------------------------------------------- */

/* Under the lock. */
void dysk_stats_op(struct dysk_device *dev, const struct dysk_op *op, bool ok);
void dysk_stats_read(struct dysk_device *dev, struct dysk_stats *stats);
extern const struct attribute_group *dysk_disk_groups[];
const char *dysk_state_name(u32 state);
const char *dysk_reason_name(u32 reason);

/* ---- control.c -------------------------------------------------------- */

int dysk_control_register(void);
void dysk_control_unregister(void);

#endif /* DYSK_H */
