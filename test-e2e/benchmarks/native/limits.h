/*
 * What a blob is allowed: requests and bytes a second, and how soon it answers.
 *
 * The rules of test-e2e/blob-server: two token buckets, each as deep as
 * burst_ms of its rate; a request is let through while both have something left
 * and may take one of them below nothing.  A bucket is kept as the time at which
 * it will be full again, so nothing has to fill it and no rounding adds up.
 */
#ifndef LIMITS_H
#define LIMITS_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct bucket {
	double per_second;	/* 0: never empty */
	double full;		/* ns */
};

struct limits {
	bool any;		/* read without the lock */
	pthread_mutex_t lock;
	struct bucket requests, bytes;
	double burst_ms;
	uint64_t latency_us;
	uint64_t allowed, refused, bytes_allowed;
};

static inline uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

static inline void wait_until(uint64_t ns)
{
	struct timespec due = { ns / 1000000000, ns % 1000000000 };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL))
		;
}

static inline bool bucket_has_any(const struct limits *l,
				  const struct bucket *b, double now)
{
	return !b->per_second || b->full - now < l->burst_ms * 1e6;
}

static inline void bucket_take(struct bucket *b, double now, double tokens)
{
	if (b->per_second)
		b->full = (b->full > now ? b->full : now) +
			  tokens * 1e9 / b->per_second;
}

/* Another rate; what was taken too much stays so much. */
static inline void bucket_set(struct bucket *b, double now, double per_second)
{
	double taken = b->full > now ? (b->full - now) * b->per_second : 0;

	b->per_second = per_second;
	b->full = per_second ? now + taken / per_second : 0;
}

/* Whether a request may be done now; it is counted. */
static inline bool limits_admit(struct limits *l, uint64_t now, uint64_t bytes)
{
	bool ok;

	pthread_mutex_lock(&l->lock);
	ok = bucket_has_any(l, &l->requests, now) &&
	     bucket_has_any(l, &l->bytes, now);
	if (ok) {
		bucket_take(&l->requests, now, 1);
		bucket_take(&l->bytes, now, bytes);
		l->allowed++;
		l->bytes_allowed += bytes;
	} else {
		l->refused++;
	}
	pthread_mutex_unlock(&l->lock);
	return ok;
}

/* Takes "name=value"; false if it is none of these. */
static inline bool limits_set(struct limits *l, const char *option)
{
	const char *value = strchr(option, '=');
	double now = now_ns(), n = value ? strtod(value + 1, NULL) : 0;
	bool known = true;

	pthread_mutex_lock(&l->lock);
	if (!strncmp(option, "requests-per-second=", 20))
		bucket_set(&l->requests, now, n);
	else if (!strncmp(option, "bytes-per-second=", 17))
		bucket_set(&l->bytes, now, n);
	else if (!strncmp(option, "burst-ms=", 9))
		l->burst_ms = n;
	else if (!strncmp(option, "latency-us=", 11))
		l->latency_us = n;
	else
		known = false;
	if (known)
		l->any = true;
	pthread_mutex_unlock(&l->lock);
	return known;
}

/* One line: what was let through and refused until when. */
static inline void limits_print(struct limits *l)
{
	pthread_mutex_lock(&l->lock);
	printf("ns=%llu allowed=%llu refused=%llu bytes=%llu\n",
	       (unsigned long long)now_ns(), (unsigned long long)l->allowed,
	       (unsigned long long)l->refused,
	       (unsigned long long)l->bytes_allowed);
	pthread_mutex_unlock(&l->lock);
	fflush(stdout);
}

#endif /* LIMITS_H */
