// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/block/dyskN/dysk/: what a person or a script wants to see first.
 * Nothing secret; histograms are in DYSK_IOC_STATS.
 */
#include <linux/device.h>
#include <linux/sysfs.h>

#include "dysk.h"

static const char * const dysk_state_names[] = {
	[DYSK_STATE_ATTACHING]	= "attaching",
	[DYSK_STATE_LIVE]	= "live",
	[DYSK_STATE_FENCING]	= "fencing",
	[DYSK_STATE_HELD]	= "held",
	[DYSK_STATE_DEAD]	= "dead",
	[DYSK_STATE_REMOVING]	= "removing",
};

static const char * const dysk_reason_names[] = {
	[DYSK_REASON_NONE]		= "none",
	[DYSK_REASON_NO_ROUTE]		= "no-route",
	[DYSK_REASON_REFUSED]		= "connection-refused",
	[DYSK_REASON_TIMEOUT]		= "timeout",
	[DYSK_REASON_RESET]		= "connection-reset",
	[DYSK_REASON_BAD_ANSWER]	= "bad-answer",
	[DYSK_REASON_DENIED]		= "denied",
	[DYSK_REASON_CLOCK_SKEW]	= "clock-skew",
	[DYSK_REASON_NEEDS_HTTPS]	= "needs-https",
	[DYSK_REASON_NOT_FOUND]		= "not-found",
	[DYSK_REASON_NOT_PAGE_BLOB]	= "not-a-page-blob",
	[DYSK_REASON_LEASED]		= "lease-lost",
	[DYSK_REASON_FENCED]		= "fenced",
	[DYSK_REASON_SHRUNK]		= "blob-shrunk",
	[DYSK_REASON_NO_PATH]		= "no-path",
	[DYSK_REASON_THROTTLED]		= "throttled",
	[DYSK_REASON_SERVER]		= "server-error",
	[DYSK_REASON_REJECTED]		= "rejected",
	[DYSK_REASON_FORCED]		= "forced",
	[DYSK_REASON_BAD_SIZE]		= "bad-size",
	[DYSK_REASON_EXISTS]		= "attached-already",
	[DYSK_REASON_BUSY]		= "busy",
	[DYSK_REASON_BAD_ARGUMENT]	= "bad-argument",
	[DYSK_REASON_NO_MEMORY]		= "no-memory",
	[DYSK_REASON_EPOCH]		= "epochs-used-up",
	[DYSK_REASON_INTERNAL]		= "internal",
};

const char *dysk_state_name(u32 state)
{
	return state < ARRAY_SIZE(dysk_state_names) ? dysk_state_names[state] :
						      "unknown";
}

const char *dysk_reason_name(u32 reason)
{
	return reason < ARRAY_SIZE(dysk_reason_names) ?
		       dysk_reason_names[reason] : "unknown";
}

static struct dysk_device *dysk_of(struct device *device)
{
	return dev_to_disk(device)->private_data;
}

#define DYSK_ATTR(_name, _format, ...)					\
static ssize_t _name##_show(struct device *device,			\
			    struct device_attribute *attr, char *buf)	\
{									\
	struct dysk_device *dev = dysk_of(device);			\
									\
	return sysfs_emit(buf, _format "\n", ##__VA_ARGS__);		\
}									\
static DEVICE_ATTR_RO(_name)

#define DYSK_ATTR_HEALTH(_name, _format, ...)				\
static ssize_t _name##_show(struct device *device,			\
			    struct device_attribute *attr, char *buf)	\
{									\
	struct dysk_health health;					\
									\
	dysk_device_health(dysk_of(device), &health);			\
	return sysfs_emit(buf, _format "\n", ##__VA_ARGS__);		\
}									\
static DEVICE_ATTR_RO(_name)

DYSK_ATTR(account, "%s", dev->account);
DYSK_ATTR(container, "%s", dev->container);
DYSK_ATTR(blob, "%s", dev->blob);
DYSK_ATTR(snapshot, "%s", dev->snapshot);
DYSK_ATTR(endpoint, "%s", dev->host);
DYSK_ATTR(label, "%s", dev->label);
DYSK_ATTR(by_id, "%s", dev->by_id);
DYSK_ATTR(attach_id, "%llu", dev->attach_id);
DYSK_ATTR(epoch, "%llu", READ_ONCE(dev->fence.epoch));
DYSK_ATTR(connections, "%u", READ_ONCE(dev->open));
DYSK_ATTR(fences, "%llu", READ_ONCE(dev->stats.fences));
DYSK_ATTR(throttled, "%llu", READ_ONCE(dev->stats.throttled));
DYSK_ATTR(pace_requests, "%llu", dysk_pace_requests(&dev->pace));
DYSK_ATTR(pace_bytes, "%llu",
	  READ_ONCE(dev->pace.limits[DYSK_PACE_BYTES].rate));
DYSK_ATTR(timeouts, "%llu", READ_ONCE(dev->stats.timeouts));
DYSK_ATTR(resets, "%llu", READ_ONCE(dev->stats.resets));
DYSK_ATTR(retries, "%llu", READ_ONCE(dev->stats.ops[DYSK_STAT_READ].retries) +
	  READ_ONCE(dev->stats.ops[DYSK_STAT_WRITE].retries) +
	  READ_ONCE(dev->stats.ops[DYSK_STAT_CLEAR].retries));
DYSK_ATTR_HEALTH(state, "%s", dysk_state_name(health.state));
DYSK_ATTR_HEALTH(reason, "%s", dysk_reason_name(health.reason));
DYSK_ATTR_HEALTH(http_status, "%u", health.http_status);
DYSK_ATTR_HEALTH(error_code, "%s", health.error_code);

static struct attribute *dysk_attrs[] = {
	&dev_attr_account.attr,
	&dev_attr_container.attr,
	&dev_attr_blob.attr,
	&dev_attr_snapshot.attr,
	&dev_attr_endpoint.attr,
	&dev_attr_label.attr,
	&dev_attr_by_id.attr,
	&dev_attr_attach_id.attr,
	&dev_attr_epoch.attr,
	&dev_attr_connections.attr,
	&dev_attr_fences.attr,
	&dev_attr_throttled.attr,
	&dev_attr_pace_requests.attr,
	&dev_attr_pace_bytes.attr,
	&dev_attr_timeouts.attr,
	&dev_attr_resets.attr,
	&dev_attr_retries.attr,
	&dev_attr_state.attr,
	&dev_attr_reason.attr,
	&dev_attr_http_status.attr,
	&dev_attr_error_code.attr,
	NULL,
};

static const struct attribute_group dysk_group = {
	.name	= DYSK_NAME,
	.attrs	= dysk_attrs,
};

const struct attribute_group *dysk_disk_groups[] = {
	&dysk_group,
	NULL,
};
