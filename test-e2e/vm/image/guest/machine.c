// SPDX-License-Identifier: MIT
/* The system around the agent: what an init system would do, as little of it as tests need. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <linux/ipv6.h>
#include <net/if.h>
#include <net/route.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "machine.h"

void machine_log(const char *format, ...)
{
	char line[512] = "<6>dysk-agent: ";
	size_t used = strlen(line);
	int fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);
	va_list args;

	if (fd < 0)
		return;
	va_start(args, format);
	vsnprintf(line + used, sizeof(line) - used - 1, format, args);
	va_end(args);
	/* Without its newline a record stays open, and invisible, until the next one. */
	strcat(line, "\n");
	if (write(fd, line, strlen(line)) < 0) {
		/* Nowhere left to say so. */
	}
	close(fd);
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		machine_log("%s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
}

static void mount_one(const char *type, const char *target, unsigned long flags, const char *options)
{
	mkdir(target, 0755);
	if (mount(type, target, type, flags, options))
		machine_log("mount %s: %s", target, strerror(errno));
}

static void mount_all(void)
{
	mount_one("tmpfs", "/run", MS_NOSUID | MS_NODEV, "mode=755");
	mount_one("tmpfs", "/tmp", MS_NOSUID | MS_NODEV, "mode=1777");
	mount_one("devpts", "/dev/pts", MS_NOSUID | MS_NOEXEC, "mode=620,ptmxmode=666");
	mount_one("tmpfs", "/dev/shm", MS_NOSUID | MS_NODEV, "mode=1777");
	mount_one("cgroup2", "/sys/fs/cgroup", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
	mount_one("debugfs", "/sys/kernel/debug", 0, NULL);
	mount_one("tracefs", "/sys/kernel/tracing", 0, NULL);
	/* Kubernetes nodes share their mounts; mount propagation is part of what is tested. */
	if (mount(NULL, "/", NULL, MS_SHARED | MS_REC, NULL))
		machine_log("share mounts: %s", strerror(errno));
	mkdir("/run/lock", 01777);
}

static void interface_up(int socket4, const char *name, const char *address)
{
	struct ifreq request = { 0 };
	struct sockaddr_in in = { .sin_family = AF_INET };

	strncpy(request.ifr_name, name, IFNAMSIZ - 1);
	if (address) {
		inet_pton(AF_INET, address, &in.sin_addr);
		memcpy(&request.ifr_addr, &in, sizeof(in));
		if (ioctl(socket4, SIOCSIFADDR, &request))
			machine_log("address of %s: %s", name, strerror(errno));
		inet_pton(AF_INET, "255.255.255.0", &in.sin_addr);
		memcpy(&request.ifr_netmask, &in, sizeof(in));
		if (ioctl(socket4, SIOCSIFNETMASK, &request))
			machine_log("netmask of %s: %s", name, strerror(errno));
	}
	request.ifr_flags = IFF_UP | IFF_RUNNING;
	if (ioctl(socket4, SIOCSIFFLAGS, &request))
		machine_log("%s up: %s", name, strerror(errno));
}

/* The addresses that QEMU's user network gives by DHCP, without the wait: the host's 127.0.0.1 is 10.0.2.2 and fec0::2. */
static void start_network(void)
{
	int socket4 = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int socket6 = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int card = if_nametoindex("eth0");
	struct sockaddr_in gateway = { .sin_family = AF_INET };
	struct sockaddr_in any = { .sin_family = AF_INET };
	struct rtentry route = { .rt_flags = RTF_UP | RTF_GATEWAY };
	struct in6_ifreq address = { .ifr6_prefixlen = 64, .ifr6_ifindex = card };

	interface_up(socket4, "lo", NULL);
	if (card) {
		/* No duplicate address detection: its second would go to every test. */
		write_file("/proc/sys/net/ipv6/conf/eth0/accept_dad", "0");
		write_file("/proc/sys/net/ipv6/conf/eth0/accept_ra", "0");
		interface_up(socket4, "eth0", "10.0.2.15");
		inet_pton(AF_INET, "10.0.2.2", &gateway.sin_addr);
		memcpy(&route.rt_gateway, &gateway, sizeof(gateway));
		memcpy(&route.rt_dst, &any, sizeof(any));
		memcpy(&route.rt_genmask, &any, sizeof(any));
		if (ioctl(socket4, SIOCADDRT, &route))
			machine_log("default route: %s", strerror(errno));
		inet_pton(AF_INET6, "fec0::15", &address.ifr6_addr);
		if (ioctl(socket6, SIOCSIFADDR, &address))
			machine_log("IPv6 address: %s", strerror(errno));
	}
	close(socket4);
	close(socket6);
}

/* udev handles the disks that came before it in its own time; tests find them by their links from the start. */
static void wait_for_disk_links(void)
{
	const struct timespec pause = { .tv_nsec = 10 * 1000 * 1000 };
	glob_t serials;

	if (glob("/sys/block/*/serial", 0, NULL, &serials))
		return;
	for (size_t i = 0; i < serials.gl_pathc; i++) {
		char name[64] = "", link[128];
		int fd = open(serials.gl_pathv[i], O_RDONLY | O_CLOEXEC);

		if (fd < 0)
			continue;
		if (read(fd, name, sizeof(name) - 1) > 0 && strcmp(name, "root") && strcmp(name, "modules") &&
		    strcmp(name, "payload")) {
			name[strcspn(name, "\n")] = 0;
			snprintf(link, sizeof(link), "/dev/disk/by-id/virtio-%.63s", name);
			for (int tries = 0; tries < 500 && access(link, F_OK); tries++)
				nanosleep(&pause, NULL);
		}
		close(fd);
	}
	globfree(&serials);
}

/* Packets sent before the link is up are lost, which costs the sender a second. */
static void wait_for_link(void)
{
	const struct timespec pause = { .tv_nsec = 10 * 1000 * 1000 };

	for (int tries = 0; tries < 300; tries++) {
		char state[16] = "";
		int fd = open("/sys/class/net/eth0/operstate", O_RDONLY | O_CLOEXEC);

		if (fd < 0)
			return;
		if (read(fd, state, sizeof(state) - 1) > 0 && !strncmp(state, "up", 2)) {
			close(fd);
			return;
		}
		close(fd);
		nanosleep(&pause, NULL);
	}
	machine_log("eth0 did not come up");
}

/* Runs a program to its end. Called before anything else has been started. */
static void run(char *const argv[])
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		execv(argv[0], argv);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0 || status)
		machine_log("%s failed", argv[0]);
}

void machine_start(void)
{
	setenv("PATH", "/usr/local/sbin:/usr/local/bin:/opt/java/bin:/usr/sbin:/usr/bin:/sbin:/bin", 1);
	setenv("HOME", "/root", 1);
	setenv("LANG", "C.UTF-8", 1);
	setenv("JAVA_HOME", "/opt/java", 1);
	mount_all();
	sethostname("guest", 5);
	machine_log("mounts ready");
	start_network();
	/* It returns once udev listens, so no command can be too early for it. */
	run((char *[]) { "/lib/systemd/systemd-udevd", "--daemon", NULL });
	machine_log("udev ready");
	/* Links and the database for the disks that came before udev. */
	run((char *[]) { "/usr/bin/udevadm", "trigger", "--subsystem-match=block", "--action=add", NULL });
	wait_for_disk_links();
	wait_for_link();
	machine_log("network ready");
	/* Booting was quiet; from now on the console keeps what the kernel says. */
	write_file("/proc/sys/kernel/printk", "7");
}

/* Gives all other processes a second to end by themselves, then ends them. */
static void end_processes(void)
{
	const struct timespec pause = { .tv_nsec = 20 * 1000 * 1000 };

	kill(-1, SIGTERM);
	kill(-1, SIGCONT);
	for (int tries = 0; tries < 50; tries++) {
		pid_t pid;

		while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
			;
		if (pid < 0)
			return;
		nanosleep(&pause, NULL);
	}
	kill(-1, SIGKILL);
	nanosleep(&pause, NULL);
}

/* Unmounts disks and networks, newest first; what holds no data of a disk may stay. */
static void unmount_all(void)
{
	static char targets[256][512];
	int n = 0;
	char source[512], type[64];
	FILE *mounts = fopen("/proc/mounts", "re");

	if (!mounts)
		return;
	while (n < 256 && fscanf(mounts, "%511s %511s %63s %*[^\n]", source, targets[n], type) == 3) {
		if (!strncmp(source, "/dev/", 5))
			n++;
	}
	fclose(mounts);
	while (n-- > 0) {
		if (umount2(targets[n], 0) && umount2(targets[n], MNT_DETACH))
			machine_log("unmount %s: %s", targets[n], strerror(errno));
	}
}

_Noreturn void machine_stop(int restart)
{
	machine_log(restart ? "restarting" : "powering off");
	end_processes();
	unmount_all();
	sync();
	reboot(restart ? RB_AUTOBOOT : RB_POWER_OFF);
	for (;;)
		pause();
}
