// SPDX-License-Identifier: GPL-2.0
/*
 * A blob becomes a device, and stops being one.
 *
 * Attach asks the service everything that I/O will need before there is a
 * disk, over the very path that I/O takes:
 *
 *   A1  HEAD: is it there, a page blob, whose lease, how large; S, etag
 *   A2  raise the sequence number to the next generation, if the etag is still
 *       the same: the epoch is ours alone.  Somebody else was quicker, or no
 *       certain answer: A1 again
 *
 * A device that is read only does A1 alone.
 */
#include <linux/ctype.h>
#include <linux/delay.h>
#include <linux/slab.h>

#include "dysk.h"

#define DYSK_ATTACH_ROUNDS	10

/* ---- what the caller gave us ------------------------------------------- */

static bool dysk_text_ok(const char *text, size_t size, bool may_be_empty)
{
	size_t len = strnlen(text, size), i;

	if (len == size || (!len && !may_be_empty))
		return false;
	for (i = 0; i < len; i++)
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
			return false;
	return true;
}

int dysk_check_addrs(const struct dysk_addr *addrs, u32 count)
{
	u32 i;

	if (!count || count > DYSK_ADDRS_MAX)
		return -EINVAL;
	for (i = 0; i < count; i++)
		if ((addrs[i].family != 4 && addrs[i].family != 6) ||
		    !addrs[i].port)
			return -EINVAL;
	return 0;
}

static const char *dysk_attach_wrong(const struct dysk_attach *arg)
{
	bool read_only = arg->flags & DYSK_ATTACH_READ_ONLY;

	if (arg->flags & ~DYSK_ATTACH_FLAGS)
		return "flags";
	if (arg->reserved)
		return "reserved";
	if (dysk_check_addrs(arg->addrs, arg->addr_count))
		return "addrs";
	if (arg->max_connections > DYSK_CONNECTIONS_MAX)
		return "max_connections";
	if (arg->tail_bytes % SECTOR_SIZE)
		return "tail_bytes";
	if (!dysk_text_ok(arg->host, sizeof(arg->host), false))
		return "host";
	if (!dysk_text_ok(arg->account, sizeof(arg->account), false) ||
	    strchr(arg->account, '/'))
		return "account";
	if (!dysk_text_ok(arg->container, sizeof(arg->container), false) ||
	    strchr(arg->container, '/'))
		return "container";
	if (!dysk_text_ok(arg->blob, sizeof(arg->blob), false))
		return "blob";
	if (!dysk_text_ok(arg->label, sizeof(arg->label), true))
		return "label";
	if (!dysk_text_ok(arg->snapshot, sizeof(arg->snapshot), true) ||
	    (arg->snapshot[0] && !read_only))
		return "snapshot";
	/* Readers take no lease: a writer may have it, and keeps it. */
	if (!dysk_text_ok(arg->lease_id, sizeof(arg->lease_id), read_only) ||
	    (read_only && arg->lease_id[0]))
		return "lease_id";
	return NULL;
}

static char *dysk_attach_path(const struct dysk_attach *arg)
{
	size_t size = strlen(arg->account) + 3 * strlen(arg->container) +
		      3 * strlen(arg->blob) + 4;
	char *path = kmalloc(size, GFP_KERNEL);
	int n = 0, len;

	if (!path)
		return NULL;
	if (arg->flags & DYSK_ATTACH_PATH_STYLE)
		n = scnprintf(path, size, "/%s", arg->account);
	path[n++] = '/';
	len = dysk_percent_encode(path + n, size - n, arg->container);
	if (len < 0)
		goto fail;
	n += len;
	path[n++] = '/';
	len = dysk_percent_encode(path + n, size - n, arg->blob);
	if (len < 0)
		goto fail;
	return path;
fail:
	kfree(path);
	return NULL;
}

static u64 dysk_name_hash(const char *text)
{
	u64 hash = 0xcbf29ce484222325ULL;	/* FNV-1a */

	while (*text)
		hash = (hash ^ (unsigned char)*text++) * 0x100000001b3ULL;
	return hash;
}

/* What follows /dev/disk/by-id/dysk-; a file name, so short and plain. */
static int dysk_attach_by_id(struct dysk_device *dev)
{
	char *name, *p;

	name = kasprintf(GFP_KERNEL, "%s-%s-%s%s%s", dev->account,
			 dev->container, dev->blob, dev->snapshot[0] ? "@" : "",
			 dev->snapshot);
	if (!name)
		return -ENOMEM;
	for (p = name; *p; p++)
		if (!isascii(*p) || (!isalnum(*p) && !strchr("._-", *p)))
			*p = '_';
	if (strlen(name) <= 200)
		strscpy(dev->by_id, name, sizeof(dev->by_id));
	else
		snprintf(dev->by_id, sizeof(dev->by_id), "%.180s-%016llx", name,
			 dysk_name_hash(dev->path));
	kfree(name);
	return 0;
}

static u32 dysk_or(u32 value, u32 otherwise)
{
	return value ? value : otherwise;
}

size_t dysk_device_tx_size(const struct dysk_device *dev,
			   const struct dysk_credential *cred)
{
	size_t size = 1024 + strlen(dev->host) + 2 * strlen(dev->path) +
		      strlen(dev->account) + dysk_credential_text_len(cred);

	return roundup(size, 512);
}

static int dysk_device_setup(struct dysk_device *dev,
			     const struct dysk_attach *arg,
			     struct dysk_credential *cred)
{
	struct dysk_conn *conn;
	int err;

	dev->flags = arg->flags;
	dev->tail_bytes = arg->tail_bytes;
	dev->host = kstrdup(arg->host, GFP_KERNEL);
	dev->account = kstrdup(arg->account, GFP_KERNEL);
	dev->container = kstrdup(arg->container, GFP_KERNEL);
	dev->blob = kstrdup(arg->blob, GFP_KERNEL);
	dev->path = dysk_attach_path(arg);
	dev->cred = dysk_credential_get(cred);
	if (!dev->host || !dev->account || !dev->container || !dev->blob ||
	    !dev->path)
		return -ENOMEM;
	strscpy(dev->snapshot, arg->snapshot, sizeof(dev->snapshot));
	strscpy(dev->lease_id, arg->lease_id, sizeof(dev->lease_id));
	strscpy(dev->label, arg->label, sizeof(dev->label));
	dev->target = (struct dysk_wire_target) {
		.host		= dev->host,
		.account	= dev->account,
		.path		= dev->path,
		.snapshot	= dev->snapshot,
		.lease_id	= dev->lease_id,
	};
	err = dysk_wire_target_prepare(&dev->target);
	if (err)
		return err;
	if (dysk_attach_by_id(dev))
		return -ENOMEM;

	memcpy(dev->addrs, arg->addrs, sizeof(dev->addrs));
	dev->addr_count = arg->addr_count;
	dev->limits = (struct dysk_limits) {
		.max_connections = dysk_or(arg->max_connections,
					   DYSK_DEFAULT_CONNECTIONS),
		.request_timeout_ms = dysk_or(arg->request_timeout_ms,
					      DYSK_DEFAULT_REQUEST_MS),
		.no_path_timeout_s = dysk_or(arg->no_path_timeout_s,
					     DYSK_DEFAULT_NO_PATH_S),
		.idle_timeout_ms = dysk_or(arg->idle_timeout_ms,
					   DYSK_DEFAULT_IDLE_MS),
	};

	dysk_window_init(&dev->window, dev->limits.max_connections);

	/* Two that are always there: one for I/O and one for raises. */
	dev->tx_size = dysk_device_tx_size(dev, cred);
	while (dev->conn_count < 2) {
		conn = dysk_conn_alloc(dev, dev->conn_count, GFP_KERNEL);
		if (!conn)
			return -ENOMEM;
		list_add(&conn->node, &dev->closed);
		dev->conns[dev->conn_count++] = conn;
	}
	return 0;
}

/* ---- what the service says --------------------------------------------- */

/* Why an attach or a resize failed, for its caller. */
struct dysk_failure {
	u32 reason;
	u32 http_status;
	s64 clock_skew;
	char error_code[DYSK_ERROR_CODE_MAX];
};

static int dysk_errno_of_reason(u32 reason)
{
	switch (reason) {
	case DYSK_REASON_NO_ROUTE:
		return -EHOSTUNREACH;
	case DYSK_REASON_REFUSED:
		return -ECONNREFUSED;
	case DYSK_REASON_TIMEOUT:
		return -ETIMEDOUT;
	case DYSK_REASON_RESET:
		return -ECONNRESET;
	case DYSK_REASON_DENIED:
	case DYSK_REASON_CLOCK_SKEW:
		return -EACCES;
	case DYSK_REASON_NOT_FOUND:
		return -ENOENT;
	case DYSK_REASON_NOT_PAGE_BLOB:
	case DYSK_REASON_BAD_SIZE:
		return -EMEDIUMTYPE;
	case DYSK_REASON_LEASED:
	case DYSK_REASON_FENCED:
		return -EBUSY;
	case DYSK_REASON_THROTTLED:
	case DYSK_REASON_SERVER:
		return -EAGAIN;
	case DYSK_REASON_NO_MEMORY:
		return -ENOMEM;
	case DYSK_REASON_EPOCH:
		return -EOVERFLOW;
	case DYSK_REASON_SHRUNK:
		return -ERANGE;
	default:
		return -EPROTO;
	}
}

static int dysk_failed(struct dysk_failure *failure, u32 reason,
		       const struct dysk_outcome *outcome)
{
	const struct dysk_wire_response *rsp = outcome ? outcome->rsp : NULL;

	failure->reason = reason;
	if (outcome)
		failure->http_status = outcome->http_status;
	if (rsp) {
		strscpy(failure->error_code, rsp->error_code,
			sizeof(failure->error_code));
		if (rsp->has_date)
			failure->clock_skew = rsp->date -
					      ktime_get_real_seconds();
	}
	return dysk_errno_of_reason(reason);
}

/* May the same question have another answer in a moment? */
static bool dysk_passing(const struct dysk_outcome *outcome)
{
	switch (outcome->reason) {
	case DYSK_REASON_THROTTLED:
	case DYSK_REASON_SERVER:
	case DYSK_REASON_RESET:
	case DYSK_REASON_TIMEOUT:
		return true;
	default:
		return false;
	}
}

static int dysk_ask_head(struct dysk_device *dev, struct dysk_admin *admin,
			 unsigned long deadline, struct dysk_failure *failure)
{
	struct dysk_failure last;
	unsigned int round;
	int err = 0;

	for (round = 1;; round++) {
		memset(admin, 0, sizeof(*admin));
		admin->op.wire.op = DYSK_WIRE_HEAD;
		dysk_admin_run(dev, admin, deadline);
		if (admin->outcome.verdict == DYSK_VERDICT_DONE)
			break;
		if (fatal_signal_pending(current))
			return -EINTR;
		/* A try cut short by our own limit says less than the last. */
		if (err && admin->outcome.reason == DYSK_REASON_TIMEOUT &&
		    !time_before(jiffies, deadline)) {
			*failure = last;
			return err;
		}
		last = (struct dysk_failure) {};
		err = dysk_failed(&last, admin->outcome.reason,
				  &admin->outcome);
		if (!dysk_passing(&admin->outcome) || round > 50 ||
		    time_after(jiffies + HZ / 10, deadline)) {
			*failure = last;
			return err;
		}
		msleep(min(10 * round, 200u));
	}

	if (admin->rsp.has_id)
		WRITE_ONCE(dev->echoes, true);
	if (admin->rsp.has_date)
		failure->clock_skew = admin->rsp.date -
				      ktime_get_real_seconds();
	if (admin->rsp.blob_type != DYSK_BLOB_TYPE_PAGE)
		return dysk_failed(failure, DYSK_REASON_NOT_PAGE_BLOB,
				   &admin->outcome);
	if (admin->rsp.length <= dev->tail_bytes ||
	    admin->rsp.length % SECTOR_SIZE)
		return dysk_failed(failure, DYSK_REASON_BAD_SIZE,
				   &admin->outcome);
	return 0;
}

static int dysk_take_epoch(struct dysk_device *dev, struct dysk_admin *admin,
			   unsigned long deadline, struct dysk_failure *failure)
{
	char etag[sizeof(admin->rsp.etag)];
	u64 target;

	/*
	 * Taking a number that isn't there for 0 could end on another
	 * attachment's epoch; without an etag nothing keeps two apart.
	 */
	if (!admin->rsp.has_sequence || !admin->rsp.etag[0])
		return dysk_failed(failure, DYSK_REASON_BAD_ANSWER,
				   &admin->outcome);
	target = dysk_fence_attach_epoch(admin->rsp.sequence);
	if (!target)
		return dysk_failed(failure, DYSK_REASON_EPOCH, NULL);
	strscpy(etag, admin->rsp.etag, sizeof(etag));
	memset(admin, 0, sizeof(*admin));
	admin->op.wire.op = DYSK_WIRE_RAISE;
	admin->op.wire.epoch = target;
	admin->op.wire.etag = etag;
	dysk_admin_run(dev, admin, deadline);

	if (admin->outcome.verdict == DYSK_VERDICT_DONE &&
	    admin->rsp.sequence == target) {
		dysk_fence_init(&dev->fence, target);
		return 0;
	}
	switch (admin->outcome.verdict) {
	case DYSK_VERDICT_DONE:
	case DYSK_VERDICT_CONDITION:
	case DYSK_VERDICT_THROTTLED:
	case DYSK_VERDICT_UNKNOWN:
		dysk_failed(failure, admin->outcome.reason, &admin->outcome);
		return 1;	/* look at the blob again */
	default:
		return dysk_failed(failure, admin->outcome.reason,
				   &admin->outcome);
	}
}

static int dysk_ask_service(struct dysk_device *dev, unsigned long deadline,
			    struct dysk_failure *failure)
{
	struct dysk_admin *admin = kmalloc(sizeof(*admin), GFP_KERNEL);
	unsigned int round;
	int err = -ENOMEM;

	if (!admin) {
		failure->reason = DYSK_REASON_NO_MEMORY;
		return err;
	}
	for (round = 0; round < DYSK_ATTACH_ROUNDS;) {
		err = dysk_ask_head(dev, admin, deadline, failure);
		if (err)
			break;
		dev->capacity = admin->rsp.length - dev->tail_bytes;
		if (dev->flags & DYSK_ATTACH_READ_ONLY)
			break;
		err = dysk_take_epoch(dev, admin, deadline, failure);
		if (err <= 0)
			break;
		if (fatal_signal_pending(current) ||
		    time_after(jiffies, deadline))
			break;
		/*
		 * Somebody wrote to the blob in between: whoever had it so far,
		 * and goes on until we are quicker.
		 */
		if (admin->outcome.verdict != DYSK_VERDICT_CONDITION)
			round++;
		msleep(1 << min(round, 6u));
	}
	if (err > 0)
		err = fatal_signal_pending(current) ? -EINTR :
		      dysk_errno_of_reason(failure->reason);
	if (!err) {
		failure->reason = DYSK_REASON_NONE;
		failure->http_status = 0;
		failure->error_code[0] = '\0';
	}
	kfree(admin);
	return err;
}

/* ---- attach, detach, resize -------------------------------------------- */

/* Nothing of the device runs afterwards. */
static void dysk_device_stop(struct dysk_device *dev)
{
	u32 i;

	spin_lock(&dev->lock);
	WRITE_ONCE(dev->stopping, true);
	spin_unlock(&dev->lock);
	cancel_delayed_work_sync(&dev->tick);
	for (i = 0; i < dev->conn_count; i++)
		dysk_conn_stop(dev->conns[i]);
	cancel_delayed_work_sync(&dev->event_work);
}

/* Adding a disk may read it, to look for partitions: no longer than @deadline. */
static int dysk_attach_disk(struct dysk_device *dev, unsigned long deadline)
{
	int err = dysk_disk_create(dev);

	if (err)
		return err;
	spin_lock(&dev->lock);
	dev->add_deadline = deadline;
	dev->adding = true;
	spin_unlock(&dev->lock);
	err = dysk_disk_add(dev);
	spin_lock(&dev->lock);
	dev->adding = false;
	spin_unlock(&dev->lock);
	return err;
}

int dysk_attach(struct dysk_attach *arg, struct dysk_credential *cred)
{
	const char *wrong = dysk_attach_wrong(arg);
	struct dysk_failure failure = {};
	struct dysk_device *dev;
	unsigned long deadline;
	u32 reason;
	int err;

	if (wrong) {
		pr_warn_ratelimited("%s: attach: bad %s\n", DYSK_NAME, wrong);
		arg->reason = DYSK_REASON_BAD_ARGUMENT;
		return -EINVAL;
	}
	deadline = jiffies + msecs_to_jiffies(dysk_or(arg->attach_timeout_ms,
						      DYSK_DEFAULT_ATTACH_MS));
	arg->reason = DYSK_REASON_NO_MEMORY;
	dev = dysk_device_alloc();
	if (!dev)
		return -ENOMEM;
	err = dysk_device_setup(dev, arg, cred);
	if (err) {
		if (err == -EINVAL)
			arg->reason = DYSK_REASON_BAD_ARGUMENT;
		goto put;
	}
	err = dysk_device_publish(dev);
	if (err) {
		if (err == -EEXIST)
			arg->reason = DYSK_REASON_EXISTS;
		goto put;
	}
	err = dysk_ask_service(dev, deadline, &failure);
	arg->reason = failure.reason;
	arg->http_status = failure.http_status;
	arg->clock_skew_s = failure.clock_skew;
	strscpy(arg->error_code, failure.error_code, sizeof(arg->error_code));
	if (err)
		goto unpublish;
	dev->clock_skew = failure.clock_skew;
	err = dysk_attach_disk(dev, deadline);
	if (err) {
		arg->reason = err == -ENOMEM ? DYSK_REASON_NO_MEMORY :
					       DYSK_REASON_INTERNAL;
		goto unpublish;
	}
	if (READ_ONCE(dev->dead)) {
		/* It has a disk already, so it goes the way of one. */
		arg->reason = dev->dead;
		err = dysk_errno_of_reason(dev->dead);
		dysk_detach(dev, true, &reason);
		goto put;
	}
	arg->index = dev->index;
	arg->major = MAJOR(dev->devt);
	arg->minor = MINOR(dev->devt);
	arg->attach_id = dev->attach_id;
	arg->capacity_bytes = dev->capacity;
	arg->epoch = dev->fence.epoch;
	pr_info("%s%u: attached %s/%s/%s, %llu bytes%s\n", DYSK_NAME, dev->index,
		dev->account, dev->container, dev->blob, dev->capacity,
		dev->flags & DYSK_ATTACH_READ_ONLY ? ", read only" : "");
	if (!dev->echoes)
		pr_warn("%s%u: the service repeats no request ids: its late answers can't be told apart\n",
			DYSK_NAME, dev->index);
	dysk_device_put(dev);
	return 0;

unpublish:
	dysk_device_stop(dev);
	dysk_disk_free(dev);
	dysk_device_unpublish(dev);
put:
	dysk_device_put(dev);
	return err;
}

/* From here on nobody can open it. -EBUSY: somebody has, and @force isn't set. */
static int dysk_begin_removal(struct dysk_device *dev, bool force)
{
	int err = 0;

	spin_lock(&dev->lock);
	if (dev->removing) {
		err = -ENODEV;
	} else if (dev->open_count && !force) {
		err = -EBUSY;
	} else {
		dev->removing = true;
		dysk_device_changed(dev);
	}
	spin_unlock(&dev->lock);
	return err;
}

int dysk_detach(struct dysk_device *dev, bool force, u32 *reason)
{
	long left = msecs_to_jiffies(DYSK_DETACH_GRACE_MS);
	bool dead;
	int err;

	/* Before waiting for a call that may itself wait for the service. */
	if (force)
		dysk_device_die(dev, DYSK_REASON_FORCED);
	mutex_lock(&dev->resize_lock);
	mutex_lock(&dev->control_lock);
	/* After an unmount udev has it open for a moment: no reason to refuse. */
	while ((err = dysk_begin_removal(dev, force)) == -EBUSY && left > 0)
		left = wait_event_interruptible_timeout(dev->closed_wait,
				!READ_ONCE(dev->open_count), left);
	if (err == -EBUSY)
		*reason = DYSK_REASON_BUSY;
	if (err)
		goto out;

	spin_lock(&dev->lock);
	dead = dev->dead;
	spin_unlock(&dev->lock);
	dysk_disk_remove(dev, dead);
	dysk_device_stop(dev);
	pr_info("%s%u: detached%s\n", DYSK_NAME, dev->index,
		force ? " by force" : "");
	dysk_disk_free(dev);
	dysk_device_unpublish(dev);
out:
	mutex_unlock(&dev->control_lock);
	mutex_unlock(&dev->resize_lock);
	return err;
}

int dysk_resize(struct dysk_device *dev, struct dysk_resize *arg)
{
	struct dysk_failure failure = {};
	struct dysk_admin *admin;
	unsigned long deadline = jiffies +
				 msecs_to_jiffies(DYSK_DEFAULT_ATTACH_MS);
	u64 capacity;
	int err;

	admin = kmalloc(sizeof(*admin), GFP_KERNEL);
	if (!admin) {
		arg->reason = DYSK_REASON_NO_MEMORY;
		return -ENOMEM;
	}
	/* An update must not wait: it may bring the address that answers. */
	mutex_lock(&dev->resize_lock);
	err = READ_ONCE(dev->removing) ? -ENODEV : 0;
	if (!err)
		err = dysk_ask_head(dev, admin, deadline, &failure);
	capacity = err ? 0 : admin->rsp.length - dev->tail_bytes;
	if (!err && capacity < dev->capacity)
		err = dysk_failed(&failure, DYSK_REASON_SHRUNK,
				  &admin->outcome);
	if (!err && capacity > dev->capacity)
		dysk_disk_set_capacity(dev, capacity);
	arg->capacity_bytes = dev->capacity;
	mutex_unlock(&dev->resize_lock);
	kfree(admin);
	arg->reason = failure.reason;
	arg->http_status = failure.http_status;
	strscpy(arg->error_code, failure.error_code, sizeof(arg->error_code));
	return err;
}
