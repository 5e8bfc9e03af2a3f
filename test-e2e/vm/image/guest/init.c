// SPDX-License-Identifier: MIT
/*
 * The first program of a test machine, on the initial RAM disk: loads the modules that finding the disks takes,
 * puts the root file system together and hands over to the agent.
 *
 * The root is an overlay: memory on top, then what the test brought (the disk "payload", when there is one), then
 * the kernel's modules (the disk "modules"), then the image that all machines share (the disk "root"). So nothing a
 * test does outlives its machine.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static void die(const char *format, ...)
{
	va_list args;

	fprintf(stderr, "<0>init: ");
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr, ": %s\n", strerror(errno));
	_exit(1);	/* the kernel panics, which ends the machine */
}

static void mount_or_die(const char *source, const char *target, const char *type, unsigned long flags,
			 const char *options)
{
	mkdir(target, 0755);
	if (mount(source, target, type, flags, options))
		die("mount %s", target);
}

/* Modules are named 00-first.ko, 01-second.ko, ... in the order in which they depend on each other. */
static void load_modules(void)
{
	struct dirent **names;
	int n = scandir("/modules", &names, NULL, alphasort);

	for (int i = 0; i < n; i++) {
		char path[300];
		int fd;

		if (names[i]->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "/modules/%s", names[i]->d_name);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0 || syscall(SYS_finit_module, fd, "", 0))
			die("load %s", path);
		close(fd);
	}
}

/* The name under /dev of the disk with this serial number; the order of disks is no promise. */
static int find_disk(const char *serial, char *device, size_t size)
{
	DIR *dir = opendir("/sys/block");
	struct dirent *entry;
	int found = 0;

	while (dir && !found && (entry = readdir(dir))) {
		char path[300], text[64] = "";
		int fd;

		snprintf(path, sizeof(path), "/sys/block/%s/serial", entry->d_name);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			continue;
		if (read(fd, text, sizeof(text) - 1) > 0) {
			text[strcspn(text, "\n")] = 0;
			found = !strcmp(text, serial);
		}
		close(fd);
		if (found)
			snprintf(device, size, "/dev/%.200s", entry->d_name);
	}
	if (dir)
		closedir(dir);
	return found;
}

static void wait_for_disk(const char *serial, char *device, size_t size)
{
	const struct timespec pause = { .tv_nsec = 5 * 1000 * 1000 };

	for (int tries = 0; tries < 2000; tries++) {
		if (find_disk(serial, device, size))
			return;
		nanosleep(&pause, NULL);
	}
	errno = ENODEV;
	die("no disk \"%s\"", serial);
}

static void mount_disk(const char *serial, const char *target)
{
	char device[256];

	wait_for_disk(serial, device, sizeof(device));
	mount_or_die(device, target, "ext4", MS_RDONLY, NULL);
}

static int wanted(const char *word)
{
	char line[4096] = "";
	int fd = open("/proc/cmdline", O_RDONLY | O_CLOEXEC);

	if (fd < 0 || read(fd, line, sizeof(line) - 1) < 0)
		die("/proc/cmdline");
	close(fd);
	return strstr(line, word) != NULL;
}

int main(void)
{
	const char *layers = "lowerdir=/layer/modules:/layer/root,upperdir=/layer/top/upper,workdir=/layer/top/work";

	mount_or_die("dev", "/dev", "devtmpfs", 0, NULL);
	mount_or_die("proc", "/proc", "proc", 0, NULL);
	mount_or_die("sys", "/sys", "sysfs", 0, NULL);
	load_modules();

	mkdir("/layer", 0755);
	mount_disk("root", "/layer/root");
	mount_disk("modules", "/layer/modules");
	mount_or_die("top", "/layer/top", "tmpfs", 0, "size=75%");
	mkdir("/layer/top/upper", 0755);
	mkdir("/layer/top/work", 0755);
	if (wanted("with_payload_disk")) {
		mount_disk("payload", "/layer/payload");
		layers = "lowerdir=/layer/payload:/layer/modules:/layer/root,"
			 "upperdir=/layer/top/upper,workdir=/layer/top/work";
	}
	mount_or_die("root", "/root", "overlay", 0, layers);

	if (mount("/dev", "/root/dev", NULL, MS_MOVE, NULL) || mount("/proc", "/root/proc", NULL, MS_MOVE, NULL) ||
	    mount("/sys", "/root/sys", NULL, MS_MOVE, NULL))
		die("move mounts");
	if (chdir("/root") || mount(".", "/", NULL, MS_MOVE, NULL) || chroot(".") || chdir("/"))
		die("switch root");
	execl("/sbin/dysk-agent", "dysk-agent", NULL);
	die("/sbin/dysk-agent");
}
