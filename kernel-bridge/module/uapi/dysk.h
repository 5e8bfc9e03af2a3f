/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * dysk: the control interface of the module, on /dev/dysk.
 *
 * This header is the one truth of the ABI; every other description of it is
 * tested against it.  Rules that hold for each structure:
 *
 *  - It starts with @size (what the caller's structure takes) and @flags.
 *    A shorter one than the module knows is filled up with zeros; of a longer
 *    one the module accepts the part it doesn't know only if that is zero
 *    (else E2BIG), so old and new callers and modules mix.  The size bits in
 *    the ioctl number are not looked at.
 *  - No unions, no implicit padding, every field at its natural alignment.
 *  - Strings are NUL terminated UTF-8 in fixed arrays.
 *  - Unknown flags and non-zero reserved fields are refused (EINVAL).
 *  - All calls need CAP_SYS_ADMIN (EPERM).
 *  - Credentials go in and never come out.
 *
 * A call that fails still fills in the fields marked "out", so that @reason
 * can say why.  An attach that can't write them (EFAULT) leaves no device; a
 * detach that can't may have detached it.
 */
#ifndef _UAPI_DYSK_H
#define _UAPI_DYSK_H

#include <linux/types.h>
#include <linux/ioctl.h>

#define DYSK_ABI_MAJOR		1	/* changes break callers */
#define DYSK_ABI_MINOR		0	/* changes only add */

#define DYSK_HOST_MAX		264	/* Host header: name[:port] */
#define DYSK_ACCOUNT_MAX	64
#define DYSK_CONTAINER_MAX	64
#define DYSK_BLOB_MAX		3080	/* 1024 characters of UTF-8 */
#define DYSK_SNAPSHOT_MAX	40
#define DYSK_LEASE_MAX		40	/* a GUID in lower case */
#define DYSK_LABEL_MAX		136	/* a CSI volume id */
#define DYSK_ERROR_CODE_MAX	64	/* x-ms-error-code */
#define DYSK_ADDRS_MAX		8
#define DYSK_CREDENTIAL_MAX	8192	/* bytes of key or SAS */
#define DYSK_CONNECTIONS_MAX	64

/* Kinds of credentials. */
enum dysk_credential_type {
	DYSK_CRED_KEEP		= 0,	/* update: leave as it is */
	DYSK_CRED_SHARED_KEY	= 1,	/* the account key, decoded (raw bytes) */
	DYSK_CRED_SAS		= 2,	/* query string, without '?' */
};

/* What a device is doing. */
enum dysk_state {
	DYSK_STATE_ATTACHING	= 0,	/* no disk yet */
	DYSK_STATE_LIVE		= 1,
	DYSK_STATE_FENCING	= 2,	/* a write has no known outcome; reads go on */
	DYSK_STATE_HELD		= 3,	/* throttled, or waiting: see reason */
	DYSK_STATE_DEAD		= 4,	/* every request fails: see reason */
	DYSK_STATE_REMOVING	= 5,
};

/* Why: of a failed call, a HELD or a DEAD device. Values never change. */
enum dysk_reason {
	DYSK_REASON_NONE	= 0,
	DYSK_REASON_NO_ROUTE	= 1,	/* no address could be reached */
	DYSK_REASON_REFUSED	= 2,	/* connection refused */
	DYSK_REASON_TIMEOUT	= 3,	/* no answer in time */
	DYSK_REASON_RESET	= 4,	/* connection closed by the peer */
	DYSK_REASON_BAD_ANSWER	= 5,	/* not HTTP, or not what was asked for */
	DYSK_REASON_DENIED	= 6,	/* 401 or 403: credentials */
	DYSK_REASON_CLOCK_SKEW	= 7,	/* 401 or 403 and clocks 15 minutes apart */
	DYSK_REASON_NEEDS_HTTPS	= 8,	/* account refuses plain HTTP */
	DYSK_REASON_NOT_FOUND	= 9,	/* no such account, container or blob */
	DYSK_REASON_NOT_PAGE_BLOB = 10,
	DYSK_REASON_LEASED	= 11,	/* lease is missing, or somebody else's */
	DYSK_REASON_FENCED	= 12,	/* a later attachment raised the epoch */
	DYSK_REASON_SHRUNK	= 13,	/* blob is smaller than the device */
	DYSK_REASON_NO_PATH	= 14,	/* no answer for no_path_timeout */
	DYSK_REASON_THROTTLED	= 15,	/* 503 or 429 */
	DYSK_REASON_SERVER	= 16,	/* other 5xx */
	DYSK_REASON_REJECTED	= 17,	/* other 4xx: see http_status, error_code */
	DYSK_REASON_FORCED	= 18,	/* detach with force */
	DYSK_REASON_BAD_SIZE	= 19,	/* blob is empty or not whole sectors */
	DYSK_REASON_EXISTS	= 20,	/* this blob is attached here already */
	DYSK_REASON_BUSY	= 21,	/* open, or another call is under way */
	DYSK_REASON_BAD_ARGUMENT = 22,	/* see the kernel log for which */
	DYSK_REASON_NO_MEMORY	= 23,
	DYSK_REASON_EPOCH	= 24,	/* sequence number can't be raised further */
	DYSK_REASON_INTERNAL	= 25,
};

/**
 * struct dysk_version - DYSK_IOC_VERSION
 * @abi_major: out: DYSK_ABI_MAJOR of the module
 * @abi_minor: out: DYSK_ABI_MINOR of the module
 * @features: out: DYSK_FEATURE_*
 * @module: out: version of the module, as text
 */
struct dysk_version {
	__u32 size;
	__u32 flags;
	__u32 abi_major;
	__u32 abi_minor;
	__u64 features;
	char module[32];
};

#define DYSK_FEATURE_IPV6	(1ULL << 0)

/**
 * struct dysk_addr - where an endpoint can be reached
 * @family: 4 or 6; 0: unused entry
 * @port: in host byte order
 * @scope_id: for IPv6 link-local addresses
 * @addr: in network byte order; IPv4 takes the first four bytes
 */
struct dysk_addr {
	__u16 family;
	__u16 port;
	__u32 scope_id;
	__u8 addr[16];
};

#define DYSK_ATTACH_READ_ONLY	(1U << 0)	/* no lease, no epoch, no writes */
#define DYSK_ATTACH_PATH_STYLE	(1U << 1)	/* /account/container/blob */
#define DYSK_ATTACH_PARTITIONS	(1U << 2)	/* scan for partitions */
#define DYSK_ATTACH_FLAGS	(DYSK_ATTACH_READ_ONLY | \
				 DYSK_ATTACH_PATH_STYLE | \
				 DYSK_ATTACH_PARTITIONS)

/**
 * struct dysk_attach - DYSK_IOC_ATTACH: make a block device of a page blob
 * @flags: DYSK_ATTACH_*
 * @addr_count: entries used in @addrs, at least one
 * @max_connections: 1..64, 0: the default (8)
 * @cred_type: enum dysk_credential_type, not KEEP
 * @cred_len: bytes at @cred_ptr
 * @cred_ptr: user address of the key or SAS
 * @request_timeout_ms: for one try of one request; 0: the default (30 s).  One
 *	whose data come or go at 32 KiB/s at least may take longer
 * @no_path_timeout_s: how long I/O waits for an endpoint that can't be
 *	reached, throttles or denies access; 0: the default (180 s),
 *	0xffffffff: for ever
 * @idle_timeout_ms: when an unused connection is closed; 0: the default (4 s)
 * @attach_timeout_ms: limit for this call; 0: the default (30 s)
 * @tail_bytes: bytes at the end of the blob that are not part of the disk and
 *	stay out of its reach, whole sectors; 512 for the footer of a VHD
 * @addrs: where the endpoint is
 * @host: Host header
 * @account: storage account
 * @container: container
 * @blob: blob name, not URL encoded
 * @snapshot: snapshot to read (then READ_ONLY is needed), or empty
 * @lease_id: the lease that every write carries; empty only with READ_ONLY
 * @label: the caller's own name for the attachment, given back by get and list
 * @index: out: N of /dev/dyskN
 * @major: out: of the block device
 * @minor: out: of the block device
 * @reason: out: enum dysk_reason
 * @http_status: out: of the answer that made it fail, or 0
 * @reserved: zero
 * @attach_id: out: names this attachment; never used twice while loaded
 * @capacity_bytes: out
 * @epoch: out: fence epoch, the blob's sequence number
 * @clock_skew_s: out: server's clock minus ours
 * @error_code: out: x-ms-error-code of that answer, or empty
 */
struct dysk_attach {
	__u32 size;
	__u32 flags;
	__u32 addr_count;
	__u32 max_connections;
	__u32 cred_type;
	__u32 cred_len;
	__u64 cred_ptr;
	__u32 request_timeout_ms;
	__u32 no_path_timeout_s;
	__u32 idle_timeout_ms;
	__u32 attach_timeout_ms;
	__u64 tail_bytes;
	struct dysk_addr addrs[DYSK_ADDRS_MAX];
	char host[DYSK_HOST_MAX];
	char account[DYSK_ACCOUNT_MAX];
	char container[DYSK_CONTAINER_MAX];
	char blob[DYSK_BLOB_MAX];
	char snapshot[DYSK_SNAPSHOT_MAX];
	char lease_id[DYSK_LEASE_MAX];
	char label[DYSK_LABEL_MAX];
	__u32 index;
	__u32 major;
	__u32 minor;
	__u32 reason;
	__u32 http_status;
	__u32 reserved;
	__u64 attach_id;
	__u64 capacity_bytes;
	__u64 epoch;
	__s64 clock_skew_s;
	char error_code[DYSK_ERROR_CODE_MAX];
};

#define DYSK_DETACH_FORCE	(1U << 0)	/* fail pending I/O, even while open */

/**
 * struct dysk_detach - DYSK_IOC_DETACH
 * @flags: DYSK_DETACH_*
 * @index: N of /dev/dyskN
 * @reason: out: enum dysk_reason
 * @attach_id: refuse (ESTALE) unless it is this attachment; 0: any
 *
 * Orderly: EBUSY if somebody has the device open for longer than a moment (a
 * second: udev looks at a device that has just been closed); else dirty data
 * are written back first. Force: pending and later I/O fails, open or not.
 */
struct dysk_detach {
	__u32 size;
	__u32 flags;
	__u32 index;
	__u32 reason;
	__u64 attach_id;
};

#define DYSK_INFO_OPEN		(1U << 16)	/* in @flags of struct dysk_info */

/**
 * struct dysk_info - one attachment, without secrets
 * @flags: out: DYSK_ATTACH_* as attached, DYSK_INFO_*
 * @index: N of /dev/dyskN; in for DYSK_IOC_GET
 * @state: enum dysk_state
 * @reason: enum dysk_reason, why it is HELD or DEAD
 * @http_status: of the last refusal
 * @major: of the block device
 * @minor: of the block device
 * @cred_type: enum dysk_credential_type
 * @addr_count: entries used in @addrs
 * @addr_current: the entry used last
 * @max_connections: as configured
 * @connections: open now
 * @request_timeout_ms: as configured
 * @no_path_timeout_s: as configured
 * @idle_timeout_ms: as configured
 * @inflight: requests not yet answered
 * @attach_id: names this attachment
 * @capacity_bytes: size of the device
 * @tail_bytes: as attached
 * @epoch: fence epoch in force
 * @attached_at_s: UNIX time
 * @state_since_ms: how long it has been in @state
 * @clock_skew_s: server's clock minus ours, at the last answer with a date
 */
struct dysk_info {
	__u32 size;
	__u32 flags;
	__u32 index;
	__u32 state;
	__u32 reason;
	__u32 http_status;
	__u32 major;
	__u32 minor;
	__u32 cred_type;
	__u32 addr_count;
	__u32 addr_current;
	__u32 max_connections;
	__u32 connections;
	__u32 request_timeout_ms;
	__u32 no_path_timeout_s;
	__u32 idle_timeout_ms;
	__u32 inflight;
	__u32 reserved;
	__u64 attach_id;
	__u64 capacity_bytes;
	__u64 tail_bytes;
	__u64 epoch;
	__s64 attached_at_s;
	__u64 state_since_ms;
	__s64 clock_skew_s;
	struct dysk_addr addrs[DYSK_ADDRS_MAX];
	char host[DYSK_HOST_MAX];
	char account[DYSK_ACCOUNT_MAX];
	char container[DYSK_CONTAINER_MAX];
	char blob[DYSK_BLOB_MAX];
	char snapshot[DYSK_SNAPSHOT_MAX];
	char lease_id[DYSK_LEASE_MAX];
	char label[DYSK_LABEL_MAX];
	char error_code[DYSK_ERROR_CODE_MAX];
};

/**
 * struct dysk_list - DYSK_IOC_LIST: attachments in order of their index
 * @first: in: smallest index wanted
 * @count: in: room at @entries, in entries; out: entries filled
 * @entry_size: in: bytes from one entry to the next
 * @next: out: @first for the next call; 0: that was all
 * @entries: user address of struct dysk_info
 */
struct dysk_list {
	__u32 size;
	__u32 flags;
	__u32 first;
	__u32 count;
	__u32 entry_size;
	__u32 next;
	__u64 entries;
};

#define DYSK_UPDATE_CREDENTIALS	(1U << 0)
#define DYSK_UPDATE_ADDRESSES	(1U << 1)
#define DYSK_UPDATE_LIMITS	(1U << 2)	/* the fields that are not 0 */
#define DYSK_UPDATE_FLAGS	(DYSK_UPDATE_CREDENTIALS | \
				 DYSK_UPDATE_ADDRESSES | \
				 DYSK_UPDATE_LIMITS)

/**
 * struct dysk_update - DYSK_IOC_UPDATE: change a live device, I/O goes on
 * @flags: DYSK_UPDATE_*: what to change
 * @index: N of /dev/dyskN
 * @reason: out: enum dysk_reason
 *
 * Connections to the addresses before are closed; a request under way there is
 * first waited for, but no longer than a second if its address is listed no more.
 *
 * Other fields as in struct dysk_detach and struct dysk_attach.
 */
struct dysk_update {
	__u32 size;
	__u32 flags;
	__u32 index;
	__u32 reason;
	__u64 attach_id;
	__u32 addr_count;
	__u32 max_connections;
	__u32 cred_type;
	__u32 cred_len;
	__u64 cred_ptr;
	__u32 request_timeout_ms;
	__u32 no_path_timeout_s;
	__u32 idle_timeout_ms;
	__u32 reserved;
	struct dysk_addr addrs[DYSK_ADDRS_MAX];
};

/**
 * struct dysk_resize - DYSK_IOC_RESIZE: take over the blob's present size
 * @index: N of /dev/dyskN
 * @reason: out: enum dysk_reason
 * @attach_id: refuse (ESTALE) unless it is this attachment; 0: any
 * @capacity_bytes: out: size now
 * @http_status: out: of an answer that made it fail, or 0
 * @reserved: zero
 * @error_code: out: x-ms-error-code of that answer, or empty
 *
 * The blob itself is resized by the owner of the volume; a blob that has
 * become smaller than the device is refused (ERANGE) and changes nothing.
 */
struct dysk_resize {
	__u32 size;
	__u32 flags;
	__u32 index;
	__u32 reason;
	__u64 attach_id;
	__u64 capacity_bytes;
	__u32 http_status;
	__u32 reserved;
	char error_code[DYSK_ERROR_CODE_MAX];
};

/* Indexes of struct dysk_stats.ops */
#define DYSK_STAT_READ		0
#define DYSK_STAT_WRITE		1
#define DYSK_STAT_CLEAR		2
#define DYSK_STAT_OPS		3

/* Bucket b counts latencies below 2^b microseconds and not in bucket b-1. */
#define DYSK_HIST_BUCKETS	32

/**
 * struct dysk_op_stats - one kind of request
 * @done: completed well
 * @failed: completed with an error
 * @bytes: of those completed well
 * @retries: tries beyond the first
 * @queue_us: sum of the times from arrival to the last byte sent being begun
 * @service_us: sum of the times from there to the answer
 * @queue_hist: those times, by bucket
 * @service_hist: those times, by bucket
 */
struct dysk_op_stats {
	__u64 done;
	__u64 failed;
	__u64 bytes;
	__u64 retries;
	__u64 queue_us;
	__u64 service_us;
	__u64 queue_hist[DYSK_HIST_BUCKETS];
	__u64 service_hist[DYSK_HIST_BUCKETS];
};

/**
 * struct dysk_stats - DYSK_IOC_STATS, counted since attach
 * @index: in: N of /dev/dyskN
 * @attach_id: in: 0 or the attachment; out: the attachment
 * @connects: connections opened
 * @connect_failures: tries to open one that failed
 * @resets: connections lost with a request on them
 * @timeouts: requests without an answer in time
 * @bad_answers: answers that could not be parsed or don't fit the request
 * @server_errors: 500 and other 5xx but 503
 * @throttled: 503 and 429
 * @denied: 401 and 403
 * @fences: epoch raises that began
 * @fenced_writes: writes found not applied thanks to a raise, and sent again
 * @held_ms: time spent HELD
 */
struct dysk_stats {
	__u32 size;
	__u32 flags;
	__u32 index;
	__u32 reserved;
	__u64 attach_id;
	__u64 connects;
	__u64 connect_failures;
	__u64 resets;
	__u64 timeouts;
	__u64 bad_answers;
	__u64 server_errors;
	__u64 throttled;
	__u64 denied;
	__u64 fences;
	__u64 fenced_writes;
	__u64 held_ms;
	struct dysk_op_stats ops[DYSK_STAT_OPS];
};

#define DYSK_IOC_MAGIC		0xD5

#define DYSK_IOC_VERSION	_IOWR(DYSK_IOC_MAGIC, 0, struct dysk_version)
#define DYSK_IOC_ATTACH		_IOWR(DYSK_IOC_MAGIC, 1, struct dysk_attach)
#define DYSK_IOC_DETACH		_IOWR(DYSK_IOC_MAGIC, 2, struct dysk_detach)
#define DYSK_IOC_GET		_IOWR(DYSK_IOC_MAGIC, 3, struct dysk_info)
#define DYSK_IOC_LIST		_IOWR(DYSK_IOC_MAGIC, 4, struct dysk_list)
#define DYSK_IOC_UPDATE		_IOWR(DYSK_IOC_MAGIC, 5, struct dysk_update)
#define DYSK_IOC_RESIZE		_IOWR(DYSK_IOC_MAGIC, 6, struct dysk_resize)
#define DYSK_IOC_STATS		_IOWR(DYSK_IOC_MAGIC, 7, struct dysk_stats)

#endif /* _UAPI_DYSK_H */
