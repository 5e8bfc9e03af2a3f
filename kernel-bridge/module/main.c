// SPDX-License-Identifier: GPL-2.0
/*
 * Loading and unloading.  Every attached device holds a reference on the
 * module, so it can't be unloaded under one.
 */
#include <linux/module.h>
#include <linux/reboot.h>

#include "dysk.h"

struct workqueue_struct *dysk_wq;

/*
 * From here on the network may go away under us at any time, and nobody comes
 * back to a shutdown that waits.
 */
static int dysk_reboot(struct notifier_block *nb, unsigned long action,
		       void *data)
{
	dysk_devices_kill_all(DYSK_REASON_FORCED);
	return NOTIFY_DONE;
}

static struct notifier_block dysk_reboot_notifier = {
	.notifier_call = dysk_reboot,
};

static int __init dysk_init(void)
{
	int err;

	dysk_wq = alloc_workqueue("dysk", DYSK_WQ_FLAGS, 0);
	if (!dysk_wq)
		return -ENOMEM;
	err = dysk_sock_init();
	if (err)
		goto fail_wq;
	err = register_reboot_notifier(&dysk_reboot_notifier);
	if (err)
		goto fail_sock;
	err = dysk_control_register();
	if (err)
		goto fail_reboot;
	return 0;

fail_reboot:
	unregister_reboot_notifier(&dysk_reboot_notifier);
fail_sock:
	dysk_sock_exit();
fail_wq:
	destroy_workqueue(dysk_wq);
	return err;
}

static void __exit dysk_exit(void)
{
	dysk_control_unregister();
	unregister_reboot_notifier(&dysk_reboot_notifier);
	destroy_workqueue(dysk_wq);
	dysk_sock_exit();
}

module_init(dysk_init);
module_exit(dysk_exit);

MODULE_DESCRIPTION("Azure page blobs as block devices");
MODULE_LICENSE("GPL");
MODULE_VERSION(DYSK_VERSION_TEXT);
/* Tells whoever chooses between files, before one is loaded. */
MODULE_INFO(abi, __stringify(DYSK_ABI_MAJOR) "." __stringify(DYSK_ABI_MINOR));
MODULE_SOFTDEP("pre: sha256");
