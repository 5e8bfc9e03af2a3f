// SPDX-License-Identifier: GPL-2.0
/*
 * The device: who there is (registry), and how it is doing (health).
 *
 *   ATTACHING -> LIVE <-> FENCING   a write of unknown outcome
 *                LIVE <-> HELD      throttled, denied, no route
 *                any   -> DEAD      for good, with a reason
 *                any   -> REMOVING
 */
#include <linux/idr.h>
#include <linux/random.h>
#include <linux/slab.h>

#include "dysk.h"
#include "trace.h"

static DEFINE_MUTEX(dysk_registry_lock);
static DEFINE_IDR(dysk_registry);
static atomic64_t dysk_attach_ids = ATOMIC64_INIT(0);

struct dysk_device *dysk_device_alloc(void)
{
	struct dysk_device *dev = kzalloc(sizeof(*dev), GFP_KERNEL);

	if (!dev)
		return NULL;
	kref_init(&dev->kref);
	mutex_init(&dev->resize_lock);
	mutex_init(&dev->control_lock);
	spin_lock_init(&dev->lock);
	init_waitqueue_head(&dev->closed_wait);
	INIT_LIST_HEAD(&dev->admins);
	INIT_LIST_HEAD(&dev->reads);
	INIT_LIST_HEAD(&dev->writes);
	INIT_LIST_HEAD(&dev->parked);
	INIT_LIST_HEAD(&dev->delayed);
	INIT_LIST_HEAD(&dev->idle);
	INIT_LIST_HEAD(&dev->closed);
	INIT_LIST_HEAD(&dev->raise.node);
	INIT_DELAYED_WORK(&dev->tick, dysk_tick_work);
	INIT_DELAYED_WORK(&dev->event_work, dysk_device_event_work);
	dev->attach_id = atomic64_inc_return(&dysk_attach_ids);
	dev->attached_at = ktime_get_real_seconds();
	dev->state_since = ktime_get();
	dev->connect_after = jiffies;
	dev->announced.state = DYSK_STATE_LIVE;	/* that it was added says it */
	dev->announce_after = jiffies;
	dev->read_head_hint = 512;
	/* Counted up from here: never 0, and like no other attachment's. */
	dev->request_id = get_random_u64() >> 1;
	return dev;
}

static void dysk_device_free(struct kref *kref)
{
	struct dysk_device *dev = container_of(kref, struct dysk_device, kref);
	u32 i;

	for (i = 0; i < dev->conn_count; i++)
		dysk_conn_free(dev->conns[i]);
	dysk_credential_put(dev->cred);
	kfree(dev->host);
	kfree(dev->account);
	kfree(dev->container);
	kfree(dev->blob);
	kfree(dev->path);
	kfree(dev);
}

void dysk_device_get(struct dysk_device *dev)
{
	kref_get(&dev->kref);
}

void dysk_device_put(struct dysk_device *dev)
{
	if (dev)
		kref_put(&dev->kref, dysk_device_free);
}

/* ---- registry ---------------------------------------------------------- */

static bool dysk_device_same_blob(const struct dysk_device *a,
				  const struct dysk_device *b)
{
	return !strcmp(a->host, b->host) && !strcmp(a->path, b->path) &&
	       !strcmp(a->snapshot, b->snapshot);
}

int dysk_device_publish(struct dysk_device *dev)
{
	struct dysk_device *other;
	int id;

	mutex_lock(&dysk_registry_lock);
	idr_for_each_entry(&dysk_registry, other, id)
		if (dysk_device_same_blob(dev, other)) {
			mutex_unlock(&dysk_registry_lock);
			return -EEXIST;
		}
	id = idr_alloc(&dysk_registry, dev, 0, 0, GFP_KERNEL);
	if (id >= 0) {
		dev->index = id;
		dysk_device_get(dev);
		/* The module stays as long as there is a device. */
		__module_get(THIS_MODULE);
	}
	mutex_unlock(&dysk_registry_lock);
	return id < 0 ? id : 0;
}

void dysk_device_unpublish(struct dysk_device *dev)
{
	mutex_lock(&dysk_registry_lock);
	idr_remove(&dysk_registry, dev->index);
	mutex_unlock(&dysk_registry_lock);
	dysk_device_put(dev);
	module_put(THIS_MODULE);
}

/* With a reference. Not those that are being attached. */
struct dysk_device *dysk_device_find(u32 index, u64 attach_id, int *err)
{
	struct dysk_device *dev;

	mutex_lock(&dysk_registry_lock);
	dev = index <= INT_MAX ? idr_find(&dysk_registry, index) : NULL;
	if (!dev || !READ_ONCE(dev->disk_added)) {
		*err = -ENODEV;
		dev = NULL;
	} else if (attach_id && attach_id != dev->attach_id) {
		*err = -ESTALE;
		dev = NULL;
	} else {
		dysk_device_get(dev);
	}
	mutex_unlock(&dysk_registry_lock);
	return dev;
}

struct dysk_device *dysk_device_next(u32 first)
{
	struct dysk_device *dev = NULL;
	int id;

	if (first > INT_MAX)
		return NULL;
	mutex_lock(&dysk_registry_lock);
	for (id = first; (dev = idr_get_next(&dysk_registry, &id)); id++)
		if (READ_ONCE(dev->disk_added))
			break;
	if (dev)
		dysk_device_get(dev);
	mutex_unlock(&dysk_registry_lock);
	return dev;
}

struct dysk_device *dysk_device_of_disk(const struct gendisk *disk)
{
	struct dysk_device *dev;
	int id;

	mutex_lock(&dysk_registry_lock);
	idr_for_each_entry(&dysk_registry, dev, id)
		if (READ_ONCE(dev->disk) == disk)
			break;
	if (dev)
		dysk_device_get(dev);
	mutex_unlock(&dysk_registry_lock);
	return dev;
}

/* The machine goes down: nothing may wait for a service any more. */
void dysk_devices_kill_all(u32 reason)
{
	struct dysk_device *dev;
	u32 first = 0;

	while ((dev = dysk_device_next(first))) {
		first = dev->index + 1;
		dysk_device_die(dev, reason);
		dysk_device_put(dev);
	}
}

/* ---- health ------------------------------------------------------------ */

static u32 dysk_device_state(const struct dysk_device *dev)
{
	if (dev->removing)
		return DYSK_STATE_REMOVING;
	if (dev->dead)
		return DYSK_STATE_DEAD;
	if (!dev->disk_added)
		return DYSK_STATE_ATTACHING;
	if (dev->hold.reason)
		return DYSK_STATE_HELD;
	if (dev->fence.raising)
		return DYSK_STATE_FENCING;
	return DYSK_STATE_LIVE;
}

static u32 dysk_device_reason(const struct dysk_device *dev)
{
	return dev->dead ? dev->dead : dev->hold.reason;
}

/*
 * Throttling and fencing come and go; they are no news to user space.  Nor is
 * their end: each event makes udev look at the whole device.
 */
static struct dysk_news dysk_device_news(const struct dysk_device *dev)
{
	struct dysk_news news = {
		.state = dysk_device_state(dev),
		.reason = dysk_device_reason(dev),
	};

	if (news.state == DYSK_STATE_FENCING ||
	    (news.state == DYSK_STATE_HELD &&
	     news.reason == DYSK_REASON_THROTTLED))
		news = (struct dysk_news) { .state = DYSK_STATE_LIVE };
	return news;
}

static bool dysk_device_has_news(const struct dysk_device *dev)
{
	struct dysk_news news = dysk_device_news(dev);

	return news.state != dev->announced.state ||
	       news.reason != dev->announced.reason;
}

/* A device whose state changes all the time is announced now and then. */
static void dysk_device_announce(struct dysk_device *dev)
{
	unsigned long now = jiffies, delay = 0;

	if (time_before(now, dev->announce_after))
		delay = dev->announce_after - now;
	schedule_delayed_work(&dev->event_work, delay);
}

void dysk_device_changed(struct dysk_device *dev)
{
	u32 state = dysk_device_state(dev), reason = dysk_device_reason(dev);

	lockdep_assert_held(&dev->lock);
	if (state == dev->seen_state && reason == dev->seen_reason)
		return;
	trace_dysk_state(dev, dev->seen_state, state, reason);
	if (state != dev->seen_state)
		dev->state_since = ktime_get();
	dev->seen_state = state;
	dev->seen_reason = reason;
	/* That it is removed is told by an event of its own. */
	if (dev->disk_added && !dev->removing && dysk_device_has_news(dev))
		dysk_device_announce(dev);
}

void dysk_device_trouble(struct dysk_device *dev,
			 const struct dysk_outcome *outcome)
{
	if (!dev->trouble) {
		dev->trouble = true;
		dev->trouble_since = jiffies;
	}
	dev->http_status = outcome->http_status;
	dev->error_code[0] = '\0';
	if (outcome->rsp) {
		strscpy(dev->error_code, outcome->rsp->error_code,
			sizeof(dev->error_code));
		if (outcome->rsp->has_date) {
			dev->clock_skew = outcome->rsp->date -
					  ktime_get_real_seconds();
			dev->has_clock_skew = true;
		}
	}
}

/* What was on its way when the device was held says nothing about that. */
void dysk_device_well(struct dysk_device *dev, ktime_t sent)
{
	dev->trouble = false;
	if (!dev->hold.reason || ktime_before(sent, dev->hold.since))
		return;
	dev->stats.held_ms += ktime_ms_delta(ktime_get(), dev->hold.since);
	dev->hold.reason = DYSK_REASON_NONE;
	dysk_device_changed(dev);
}

bool dysk_device_dead(struct dysk_device *dev, u32 reason)
{
	lockdep_assert_held(&dev->lock);
	if (dev->dead)
		return false;
	WRITE_ONCE(dev->dead, reason);
	dysk_device_changed(dev);
	return true;
}

void dysk_device_die(struct dysk_device *dev, u32 reason)
{
	bool news;

	spin_lock(&dev->lock);
	news = dysk_device_dead(dev, reason);
	spin_unlock(&dev->lock);
	if (news)
		dysk_device_bury(dev);
}

void dysk_device_bury(struct dysk_device *dev)
{
	u32 reason = dev->dead;

	if (reason != DYSK_REASON_FORCED)
		pr_err("%s%u: dead: %s%s%s; all I/O fails from now on\n",
		       DYSK_NAME, dev->index, dysk_reason_name(reason),
		       dev->error_code[0] ? ", the service said " : "",
		       dev->error_code);
	dysk_fail_waiting(dev);
}

static void dysk_device_log(const struct dysk_device *dev,
			    const struct dysk_news *before,
			    const struct dysk_health *now)
{
	if (now->state == DYSK_STATE_HELD)
		pr_warn_ratelimited("%s%u: I/O waits: %s%s%s\n", DYSK_NAME,
				    dev->index, dysk_reason_name(now->reason),
				    now->error_code[0] ?
					    ", the service said " : "",
				    now->error_code);
	else if (now->state == DYSK_STATE_LIVE &&
		 before->state == DYSK_STATE_HELD)
		pr_info("%s%u: I/O goes on\n", DYSK_NAME, dev->index);
}

/* udev and whoever else listens: DYSK_STATE and DYSK_REASON have changed. */
void dysk_device_event_work(struct work_struct *work)
{
	struct dysk_device *dev = container_of(to_delayed_work(work),
					       struct dysk_device, event_work);
	struct dysk_news before, now;
	struct dysk_health health;
	char state[40], reason[48];
	char *env[] = { state, reason, NULL };
	bool has_news;

	dysk_device_health(dev, &health);
	spin_lock(&dev->lock);
	before = dev->announced;
	/* Of one that is removed there may be nothing left to tell of. */
	has_news = !dev->removing && dysk_device_has_news(dev);
	now = dysk_device_news(dev);
	dev->announced = now;
	if (has_news)
		dev->announce_after = jiffies +
				      msecs_to_jiffies(DYSK_ANNOUNCE_MS);
	spin_unlock(&dev->lock);
	/* It may have come back to what was said last. */
	if (!has_news)
		return;
	health.state = now.state;
	health.reason = now.reason;
	dysk_device_log(dev, &before, &health);
	snprintf(state, sizeof(state), "DYSK_STATE=%s",
		 dysk_state_name(now.state));
	snprintf(reason, sizeof(reason), "DYSK_REASON=%s",
		 dysk_reason_name(now.reason));
	kobject_uevent_env(&disk_to_dev(dev->disk)->kobj, KOBJ_CHANGE, env);
}

void dysk_device_health(struct dysk_device *dev, struct dysk_health *health)
{
	spin_lock(&dev->lock);
	health->state = dysk_device_state(dev);
	health->reason = dysk_device_reason(dev);
	health->http_status = dev->http_status;
	strscpy(health->error_code, dev->error_code, sizeof(health->error_code));
	spin_unlock(&dev->lock);
}

void dysk_device_info(struct dysk_device *dev, struct dysk_info *info)
{
	u32 i;

	memset(info, 0, sizeof(*info));
	info->size = sizeof(*info);
	info->index = dev->index;
	info->attach_id = dev->attach_id;
	info->attached_at_s = dev->attached_at;
	info->flags = dev->flags;
	info->tail_bytes = dev->tail_bytes;
	strscpy(info->host, dev->host, sizeof(info->host));
	strscpy(info->account, dev->account, sizeof(info->account));
	strscpy(info->container, dev->container, sizeof(info->container));
	strscpy(info->blob, dev->blob, sizeof(info->blob));
	strscpy(info->snapshot, dev->snapshot, sizeof(info->snapshot));
	strscpy(info->lease_id, dev->lease_id, sizeof(info->lease_id));
	strscpy(info->label, dev->label, sizeof(info->label));

	spin_lock(&dev->lock);
	info->major = MAJOR(dev->devt);
	info->minor = MINOR(dev->devt);
	if (dev->open_count)
		info->flags |= DYSK_INFO_OPEN;
	info->state = dysk_device_state(dev);
	info->reason = dysk_device_reason(dev);
	info->http_status = dev->http_status;
	info->cred_type = dysk_credential_type(dev->cred);
	info->addr_count = dev->addr_count;
	info->addr_current = dev->addr_current;
	memcpy(info->addrs, dev->addrs, sizeof(info->addrs));
	info->max_connections = dev->limits.max_connections;
	info->request_timeout_ms = dev->limits.request_timeout_ms;
	info->no_path_timeout_s = dev->limits.no_path_timeout_s;
	info->idle_timeout_ms = dev->limits.idle_timeout_ms;
	for (i = 0; i < dev->conn_count; i++)
		info->connections += dev->conns[i]->connected;
	info->inflight = dev->waiting + dev->busy;
	info->capacity_bytes = dev->capacity;
	info->epoch = dev->fence.epoch;
	info->state_since_ms = ktime_ms_delta(ktime_get(), dev->state_since);
	info->clock_skew_s = dev->clock_skew;
	strscpy(info->error_code, dev->error_code, sizeof(info->error_code));
	spin_unlock(&dev->lock);
}
