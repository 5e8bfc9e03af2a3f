// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/dysk: every ioctl is copied in, checked, carried out and copied out,
 * also when it fails, so that its caller learns why.
 */
#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/nospec.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "dysk.h"

#define DYSK_ARG_MIN	8U	/* size and flags */

static int dysk_version(void *argp)
{
	struct dysk_version *arg = argp;

	if (arg->flags)
		return -EINVAL;
	arg->abi_major = DYSK_ABI_MAJOR;
	arg->abi_minor = DYSK_ABI_MINOR;
	arg->features = IS_ENABLED(CONFIG_IPV6) ? DYSK_FEATURE_IPV6 : 0;
	strscpy(arg->module, DYSK_VERSION_TEXT, sizeof(arg->module));
	return 0;
}

static int dysk_ioc_attach(void *argp)
{
	struct dysk_attach *arg = argp;
	struct dysk_credential *cred;
	int err;

	arg->reason = DYSK_REASON_BAD_ARGUMENT;
	cred = dysk_credential_from_user(arg->cred_type, arg->cred_ptr,
					 arg->cred_len);
	if (IS_ERR(cred)) {
		pr_warn_ratelimited("%s: attach: bad credentials: error %ld\n",
				    DYSK_NAME, PTR_ERR(cred));
		return PTR_ERR(cred);
	}
	err = dysk_attach(arg, cred);
	dysk_credential_put(cred);
	return err;
}

/* Its caller can't be told what became of it: nobody would ever detach it. */
static void dysk_ioc_attach_undo(void *argp)
{
	struct dysk_attach *arg = argp;
	struct dysk_device *dev;
	u32 reason;
	int err;

	dev = dysk_device_find(arg->index, arg->attach_id, &err);
	if (!dev)
		return;
	dysk_detach(dev, true, &reason);
	dysk_device_put(dev);
}

static int dysk_ioc_detach(void *argp)
{
	struct dysk_detach *arg = argp;
	struct dysk_device *dev;
	int err;

	if (arg->flags & ~DYSK_DETACH_FORCE) {
		arg->reason = DYSK_REASON_BAD_ARGUMENT;
		return -EINVAL;
	}
	arg->reason = DYSK_REASON_NONE;
	dev = dysk_device_find(arg->index, arg->attach_id, &err);
	if (!dev)
		return err;
	err = dysk_detach(dev, arg->flags & DYSK_DETACH_FORCE, &arg->reason);
	dysk_device_put(dev);
	return err;
}

static int dysk_ioc_get(void *argp)
{
	struct dysk_info *arg = argp;
	struct dysk_device *dev;
	u32 size = arg->size;
	int err;

	if (arg->flags)
		return -EINVAL;
	dev = dysk_device_find(arg->index, arg->attach_id, &err);
	if (!dev)
		return err;
	dysk_device_info(dev, arg);
	arg->size = size;
	dysk_device_put(dev);
	return 0;
}

static int dysk_list_entry(const struct dysk_list *arg, u32 n,
			   const struct dysk_info *info)
{
	void __user *to = u64_to_user_ptr(arg->entries +
					  (u64)n * arg->entry_size);
	size_t size = min_t(size_t, arg->entry_size, sizeof(*info));

	return copy_to_user(to, info, size) ? -EFAULT : 0;
}

static int dysk_ioc_list(void *argp)
{
	struct dysk_list *arg = argp;
	struct dysk_device *dev;
	struct dysk_info *info;
	u32 room = arg->count, first = arg->first;
	int err = 0;

	if (arg->flags || !room || arg->entry_size < DYSK_ARG_MIN)
		return -EINVAL;
	info = kmalloc(sizeof(*info), GFP_KERNEL);
	if (!info)
		return -ENOMEM;
	arg->count = 0;
	arg->next = 0;
	while (!err && (dev = dysk_device_next(first))) {
		if (arg->count == room) {
			arg->next = dev->index;
			dysk_device_put(dev);
			break;
		}
		first = dev->index + 1;
		dysk_device_info(dev, info);
		dysk_device_put(dev);
		err = dysk_list_entry(arg, arg->count, info);
		if (!err)
			arg->count++;
	}
	kfree(info);
	return err;
}

static int dysk_update_wrong(const struct dysk_update *arg)
{
	if (!arg->flags || arg->flags & ~DYSK_UPDATE_FLAGS || arg->reserved)
		return -EINVAL;
	if (arg->flags & DYSK_UPDATE_ADDRESSES &&
	    dysk_check_addrs(arg->addrs, arg->addr_count))
		return -EINVAL;
	if (arg->max_connections > DYSK_CONNECTIONS_MAX)
		return -EINVAL;
	return 0;
}

/* Buffers first: an I/O must never find them too small. */
static int dysk_update_room(struct dysk_device *dev,
			    const struct dysk_credential *cred)
{
	size_t size = dysk_device_tx_size(dev, cred);
	u32 count, i;
	int err = 0;

	spin_lock(&dev->lock);
	dev->tx_size = max(dev->tx_size, size);
	count = dev->conn_count;
	spin_unlock(&dev->lock);
	for (i = 0; i < count && !err; i++)
		if (dev->conns[i]->tx_cap < size)
			err = dysk_conn_grow(dev->conns[i], size);
	return err;
}

static void dysk_update_apply(struct dysk_device *dev,
			      const struct dysk_update *arg,
			      struct dysk_credential **cred)
{
	struct dysk_limits *limits = &dev->limits;

	spin_lock(&dev->lock);
	if (arg->flags & DYSK_UPDATE_CREDENTIALS)
		swap(dev->cred, *cred);
	if (arg->flags & DYSK_UPDATE_ADDRESSES) {
		memcpy(dev->addrs, arg->addrs, sizeof(dev->addrs));
		dev->addr_count = arg->addr_count;
		dev->addr_current = 0;
		dev->addr_failures = 0;
		dev->addr_generation++;
	}
	if (arg->flags & DYSK_UPDATE_LIMITS) {
		if (arg->max_connections)
			limits->max_connections = arg->max_connections;
		if (arg->request_timeout_ms)
			limits->request_timeout_ms = arg->request_timeout_ms;
		if (arg->no_path_timeout_s)
			limits->no_path_timeout_s = arg->no_path_timeout_s;
		if (arg->idle_timeout_ms)
			limits->idle_timeout_ms = arg->idle_timeout_ms;
	}
	/* Whatever it was waiting for may be here: try at once. */
	dev->hold.until = jiffies;
	dev->connect_after = jiffies;
	dysk_window_init(&dev->window, limits->max_connections);
	dysk_connections_changed(dev);
	dysk_dispatch(dev);
	spin_unlock(&dev->lock);
}

static int dysk_ioc_update(void *argp)
{
	struct dysk_update *arg = argp;
	struct dysk_credential *cred = NULL;
	struct dysk_device *dev;
	int err;

	arg->reason = DYSK_REASON_BAD_ARGUMENT;
	if (dysk_update_wrong(arg))
		return -EINVAL;
	if (arg->flags & DYSK_UPDATE_CREDENTIALS) {
		cred = dysk_credential_from_user(arg->cred_type, arg->cred_ptr,
						 arg->cred_len);
		if (IS_ERR(cred))
			return PTR_ERR(cred);
	}
	arg->reason = DYSK_REASON_NONE;
	dev = dysk_device_find(arg->index, arg->attach_id, &err);
	if (!dev)
		goto put_cred;
	mutex_lock(&dev->control_lock);
	err = READ_ONCE(dev->removing) ? -ENODEV : 0;
	if (!err && cred)
		err = dysk_update_room(dev, cred);
	if (!err)
		dysk_update_apply(dev, arg, &cred);
	mutex_unlock(&dev->control_lock);
	dysk_device_put(dev);
put_cred:
	dysk_credential_put(cred);
	return err;
}

static int dysk_ioc_resize(void *argp)
{
	struct dysk_resize *arg = argp;
	struct dysk_device *dev;
	int err;

	if (arg->flags || arg->reserved) {
		arg->reason = DYSK_REASON_BAD_ARGUMENT;
		return -EINVAL;
	}
	dev = dysk_device_find(arg->index, arg->attach_id, &err);
	if (!dev)
		return err;
	err = dysk_resize(dev, arg);
	dysk_device_put(dev);
	return err;
}

static int dysk_ioc_stats(void *argp)
{
	struct dysk_stats *arg = argp;
	struct dysk_device *dev;
	u32 size = arg->size;
	int err;

	if (arg->flags || arg->reserved)
		return -EINVAL;
	dev = dysk_device_find(arg->index, arg->attach_id, &err);
	if (!dev)
		return err;
	dysk_stats_read(dev, arg);
	arg->size = size;
	dysk_device_put(dev);
	return 0;
}

struct dysk_ioctl {
	size_t size;
	int (*run)(void *arg);
	void (*undo)(void *arg);
};

static const struct dysk_ioctl dysk_ioctls[] = {
	[_IOC_NR(DYSK_IOC_VERSION)] = { sizeof(struct dysk_version),
					dysk_version },
	[_IOC_NR(DYSK_IOC_ATTACH)] = { sizeof(struct dysk_attach),
				       dysk_ioc_attach, dysk_ioc_attach_undo },
	[_IOC_NR(DYSK_IOC_DETACH)] = { sizeof(struct dysk_detach),
				       dysk_ioc_detach },
	[_IOC_NR(DYSK_IOC_GET)] = { sizeof(struct dysk_info), dysk_ioc_get },
	[_IOC_NR(DYSK_IOC_LIST)] = { sizeof(struct dysk_list), dysk_ioc_list },
	[_IOC_NR(DYSK_IOC_UPDATE)] = { sizeof(struct dysk_update),
				       dysk_ioc_update },
	[_IOC_NR(DYSK_IOC_RESIZE)] = { sizeof(struct dysk_resize),
				       dysk_ioc_resize },
	[_IOC_NR(DYSK_IOC_STATS)] = { sizeof(struct dysk_stats),
				      dysk_ioc_stats },
};

static int dysk_ioctl_run(const struct dysk_ioctl *call, void __user *user)
{
	u32 size;
	void *arg;
	int err;

	if (get_user(size, (u32 __user *)user))
		return -EFAULT;
	if (size < DYSK_ARG_MIN)
		return -EINVAL;
	if (size > 2 * PAGE_SIZE)
		return -E2BIG;
	arg = kzalloc(call->size, GFP_KERNEL);
	if (!arg)
		return -ENOMEM;
	err = copy_struct_from_user(arg, call->size, user, size);
	if (!err) {
		/* Read once more by the copy; what was checked counts. */
		*(u32 *)arg = size;
		err = call->run(arg);
		if (copy_to_user(user, arg, min_t(size_t, size, call->size))) {
			if (!err && call->undo)
				call->undo(arg);
			err = -EFAULT;
		}
	}
	kfree(arg);
	return err;
}

static long dysk_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	const struct dysk_ioctl *call;
	unsigned int nr = _IOC_NR(cmd);

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (_IOC_TYPE(cmd) != DYSK_IOC_MAGIC ||
	    _IOC_DIR(cmd) != (_IOC_READ | _IOC_WRITE) ||
	    nr >= ARRAY_SIZE(dysk_ioctls))
		return -ENOTTY;
	call = &dysk_ioctls[array_index_nospec(nr, ARRAY_SIZE(dysk_ioctls))];
	return dysk_ioctl_run(call, (void __user *)arg);
}

static const struct file_operations dysk_control_fops = {
	.owner		= THIS_MODULE,
	.unlocked_ioctl	= dysk_ioctl,
	.compat_ioctl	= compat_ptr_ioctl,
	.llseek		= noop_llseek,
};

/* What DYSK_IOC_VERSION says, for scripts and for those who may not ask. */
static ssize_t abi_show(struct device *dev, struct device_attribute *attr,
			char *buf)
{
	return sysfs_emit(buf, "%u.%u\n", DYSK_ABI_MAJOR, DYSK_ABI_MINOR);
}
static DEVICE_ATTR_RO(abi);

static struct attribute *dysk_control_attrs[] = {
	&dev_attr_abi.attr,
	NULL,
};
ATTRIBUTE_GROUPS(dysk_control);

static struct miscdevice dysk_control = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= DYSK_NAME,
	.fops	= &dysk_control_fops,
	.groups	= dysk_control_groups,
	.mode	= 0600,
};

int dysk_control_register(void)
{
	BUILD_BUG_ON(sizeof(struct dysk_addr) != 24);
	BUILD_BUG_ON(sizeof(struct dysk_attach) != 4056);
	BUILD_BUG_ON(sizeof(struct dysk_info) != 4072);
	BUILD_BUG_ON(sizeof(struct dysk_update) != 256);
	BUILD_BUG_ON(sizeof(struct dysk_stats) != 1792);
	return misc_register(&dysk_control);
}

void dysk_control_unregister(void)
{
	misc_deregister(&dysk_control);
}
