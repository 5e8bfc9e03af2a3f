// SPDX-License-Identifier: GPL-2.0
/*
 * The pace against a service with limits: a bucket for requests and one for
 * bytes, refilled at a rate, 100 ms deep; what finds one empty is refused.
 * The client is as the module is: so many connections, one request on each,
 * and a timer of 4 ms for what has to wait.
 */
#include "../pace.h"
#include "test.h"

#define MS		1000000ULL
#define SECOND		(1000 * MS)
#define JIFFY		(4 * MS)
#define CONNECTIONS	64

struct bucket {
	double rate;		/* units a second, 0: no limit */
	double depth;		/* seconds of it */
	double units;
};

struct service {
	struct bucket requests;
	struct bucket bytes;
	u64 latency;
	u64 refilled;
};

struct request {
	u64 sent;
	u64 done;		/* 0: the connection has none */
	u32 bytes;
	bool refused;
};

struct run {
	struct dysk_pace pace;
	struct service service;
	struct request conns[CONNECTIONS];
	unsigned int connections;
	bool idle;
	u64 now;
	u64 timer;		/* 0: none */
	u32 (*size)(struct run *run);
	u32 whims;		/* refusals in a million requests, for no reason */
	u64 chance;
	/* since the counts were last cleared */
	u64 accepted;
	u64 bytes;
	u64 refused;
};

static double bucket_capped(const struct bucket *bucket)
{
	double depth = bucket->rate * bucket->depth;

	return bucket->units < depth ? bucket->units : depth;
}

static bool service_takes(struct service *service, u64 now, u32 bytes)
{
	double seconds = (double)(now - service->refilled) / (double)SECOND;
	struct bucket *requests = &service->requests, *data = &service->bytes;

	service->refilled = now;
	requests->units += requests->rate * seconds;
	requests->units = bucket_capped(requests);
	data->units += data->rate * seconds;
	data->units = bucket_capped(data);
	/* A bucket that isn't empty lets one through: large ones, too. */
	if ((requests->rate > 0 && requests->units < 1) ||
	    (data->rate > 0 && data->units <= 0))
		return false;
	requests->units -= 1;
	data->units -= bytes;
	return true;
}

static u32 random_u32(struct run *run)
{
	run->chance = run->chance * 6364136223846793005ULL +
		      1442695040888963407ULL;
	return (u32)(run->chance >> 32);
}

static void send_what_may_be_sent(struct run *run)
{
	unsigned int i;

	for (i = 0; i < run->connections && !run->idle; i++) {
		struct request *request = &run->conns[i];
		u64 wait;

		if (request->done)
			continue;
		wait = dysk_pace_wait(&run->pace, run->now);
		if (wait) {
			if (!run->timer)
				run->timer = (run->now + wait) / JIFFY * JIFFY +
					     JIFFY;
			return;
		}
		request->bytes = run->size(run);
		request->sent = run->now;
		request->done = run->now + run->service.latency;
		request->refused = !service_takes(&run->service, run->now,
						  request->bytes) ||
				   random_u32(run) % 1000000 < run->whims;
		dysk_pace_sent(&run->pace, run->now, request->bytes);
	}
}

static void answered(struct run *run, struct request *request)
{
	if (request->refused) {
		run->refused++;
		dysk_pace_refused(&run->pace, run->now, request->sent,
				  request->bytes);
	} else {
		run->accepted++;
		run->bytes += request->bytes;
		dysk_pace_accepted(&run->pace, request->sent, request->bytes);
	}
	request->done = 0;
}

static void run_for(struct run *run, u64 ns)
{
	u64 end = run->now + ns;

	run->accepted = 0;
	run->bytes = 0;
	run->refused = 0;
	while (run->now < end) {
		u64 next = run->timer ? run->timer : end;
		unsigned int i, first = CONNECTIONS;

		send_what_may_be_sent(run);
		if (run->timer && run->timer < next)
			next = run->timer;
		for (i = 0; i < run->connections; i++)
			if (run->conns[i].done && run->conns[i].done <= next) {
				next = run->conns[i].done;
				first = i;
			}
		run->now = next;
		if (first < CONNECTIONS)
			answered(run, &run->conns[first]);
		else if (run->timer && run->now >= run->timer)
			run->timer = 0;
	}
}

static u32 small(struct run *run)
{
	(void)run;
	return 4096;
}

static u32 large(struct run *run)
{
	(void)run;
	return 1 << 20;
}

static u32 largest(struct run *run)
{
	(void)run;
	return 4 << 20;
}

/* Mostly small ones, now and then a large one. */
static u32 mixed(struct run *run)
{
	return random_u32(run) >> 28 ? 8192 : 512 * 1024;
}

static struct run start(double requests, double bytes, unsigned int connections,
			u32 (*size)(struct run *run))
{
	struct run run = {
		.service = {
			.requests = { requests, 0.1, requests * 0.1 },
			.bytes = { bytes, 0.1, bytes * 0.1 },
			.latency = 2 * MS,
			.refilled = 100 * SECOND,
		},
		.connections = connections,
		.now = 100 * SECOND,
		.size = size,
	};

	return run;
}

static void check_share(double actual, double limit, double least)
{
	if (!CHECK(actual >= least * limit) || !CHECK(actual <= 1.01 * limit))
		printf("  %.1f of %.1f\n", actual, limit);
}

static void check_refused(const struct run *run, double share)
{
	if (!CHECK((double)run->refused <=
		   share * (double)(run->accepted + run->refused)))
		printf("  %llu refused, %llu accepted\n",
		       (unsigned long long)run->refused,
		       (unsigned long long)run->accepted);
}

/* ---- a P20: 2,300 requests and 150 MB a second --------------------------- */

#define P20_REQUESTS	2300.0
#define P20_BYTES	150e6

TEST(without_refusals_nothing_is_limited)
{
	struct run run = start(0, 0, 8, small);

	run_for(&run, 10 * SECOND);
	CHECK_INT(run.refused, 0);
	check_share((double)run.accepted, 40000, 0.999);
	CHECK(!dysk_pace_known(&run.pace));
}

TEST(small_requests_keep_just_below_the_limit_of_requests)
{
	static const unsigned int connections[] = { 5, 8, 16, 64 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(connections); i++) {
		struct run run = start(P20_REQUESTS, P20_BYTES, connections[i],
				       small);

		run_for(&run, 5 * SECOND);
		/* The bucket was full. */
		check_share((double)run.accepted, 5.1 * P20_REQUESTS, 0.95);
		run_for(&run, 120 * SECOND);
		check_share((double)run.accepted / 120, P20_REQUESTS, 0.99);
		check_refused(&run, 0.01);
	}
}

TEST(large_requests_keep_just_below_the_limit_of_bytes)
{
	struct run run = start(P20_REQUESTS, P20_BYTES, 8, large);

	run_for(&run, 5 * SECOND);
	run_for(&run, 120 * SECOND);
	check_share((double)run.bytes / 120, P20_BYTES, 0.99);
	check_refused(&run, 0.01);
}

TEST(a_mix_keeps_just_below_whatever_is_reached_first)
{
	struct run run = start(P20_REQUESTS, P20_BYTES, 16, mixed);

	run_for(&run, 10 * SECOND);
	run_for(&run, 120 * SECOND);
	check_share((double)run.accepted / 120, P20_REQUESTS, 0.98);
	check_refused(&run, 0.01);
}

TEST(few_large_requests_a_second_are_enough_to_learn_from)
{
	static const unsigned int connections[] = { 2, 8, 16 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(connections); i++) {
		struct run run = start(120, 25e6, connections[i], largest);

		run_for(&run, 10 * SECOND);
		run_for(&run, 120 * SECOND);
		check_share((double)run.bytes / 120, 25e6, 0.97);
		/* One every two seconds. */
		check_refused(&run, 0.1);
	}
}

/* ---- changes ------------------------------------------------------------- */

TEST(another_size_of_requests_finds_its_own_limit_at_once)
{
	struct run run = start(P20_REQUESTS, P20_BYTES, 16, small);

	run_for(&run, 20 * SECOND);
	run.size = large;
	run_for(&run, 5 * SECOND);
	check_share((double)run.bytes, 5.1 * P20_BYTES, 0.95);
	run.size = small;
	run_for(&run, 5 * SECOND);
	check_share((double)run.accepted, 5.1 * P20_REQUESTS, 0.95);
}

TEST(a_lower_limit_is_found_within_a_second)
{
	struct run run = start(P20_REQUESTS, 0, 16, small);

	run_for(&run, 20 * SECOND);
	run.service.requests.rate = 500;
	run_for(&run, SECOND);
	CHECK(run.refused < 300);
	run_for(&run, 60 * SECOND);
	check_share((double)run.accepted / 60, 500, 0.98);
	check_refused(&run, 0.01);
}

TEST(a_higher_limit_is_found_within_twenty_seconds)
{
	struct run run = start(500, 0, 16, small);

	run_for(&run, 20 * SECOND);
	run.service.requests.rate = 5000;
	run_for(&run, 20 * SECOND);
	run_for(&run, 10 * SECOND);
	check_share((double)run.accepted / 10, 5000, 0.97);
}

TEST(a_service_with_a_shallow_bucket_refuses_few_as_well)
{
	struct run run = start(P20_REQUESTS, 0, 8, small);

	run.service.requests.depth = 0.02;
	run_for(&run, 5 * SECOND);
	run_for(&run, 60 * SECOND);
	check_share((double)run.accepted / 60, P20_REQUESTS, 0.98);
	check_refused(&run, 0.01);
}

TEST(a_small_limit_is_kept_too)
{
	struct run run = start(60, 0, 8, small);

	run_for(&run, 10 * SECOND);
	run_for(&run, 120 * SECOND);
	check_share((double)run.accepted / 120, 60, 0.97);
	check_refused(&run, 0.04);
}

TEST(a_pause_before_the_load_does_not_make_it_slow)
{
	u64 pause;

	for (pause = 10 * MS; pause < 8 * SECOND; pause *= 2) {
		struct run run = start(P20_REQUESTS, P20_BYTES, 8, small);

		run_for(&run, 4 * MS);
		run.idle = true;
		run_for(&run, pause);
		run.idle = false;
		run_for(&run, 5 * SECOND);
		check_share((double)run.accepted, 5.1 * P20_REQUESTS, 0.9);
	}
}

/* ---- what a pace must not do --------------------------------------------- */

TEST(a_service_that_refuses_all_teaches_no_rate)
{
	struct dysk_pace pace = {};
	u64 now = 100 * SECOND;
	unsigned int i;

	for (i = 0; i < 50; i++, now += MS) {
		CHECK_INT(dysk_pace_wait(&pace, now), 0);
		dysk_pace_sent(&pace, now, 4096);
		dysk_pace_refused(&pace, now + MS, now, 4096);
	}
	CHECK_INT(pace.in_row, 50);
	CHECK(!dysk_pace_known(&pace));
	dysk_pace_accepted(&pace, now, 4096);
	CHECK_INT(pace.in_row, 0);
}

TEST(a_rate_that_load_does_not_use_does_not_grow)
{
	struct run run = start(P20_REQUESTS, 0, 8, small);
	u64 rate;

	run_for(&run, 20 * SECOND);
	rate = dysk_pace_requests(&run.pace);
	run.service.latency = 20 * MS;	/* 400 a second */
	run_for(&run, 60 * SECOND);
	CHECK_INT(run.refused, 0);
	CHECK(dysk_pace_requests(&run.pace) <= rate + rate / 8);
}

TEST(refusals_for_no_reason_hardly_slow_a_device)
{
	struct run run = start(0, 0, 8, small);

	run.whims = 100;
	run_for(&run, 60 * SECOND);
	check_share((double)run.accepted, 60 * 4000, 0.98);
	run.whims = 1000;
	run_for(&run, 60 * SECOND);
	check_share((double)run.accepted, 60 * 4000, 0.7);
	run.whims = 20000;
	run_for(&run, 60 * SECOND);
	CHECK(run.accepted >= 60 * 150);
}

TEST(no_request_waits_longer_than_one_at_the_slowest_rate)
{
	struct run run = start(1, 0, 8, small);

	run.service.requests.depth = 2;
	run.service.requests.units = 2;
	run_for(&run, 60 * SECOND);
	CHECK(dysk_pace_wait(&run.pace, run.now) <= SECOND / 29);
	CHECK(dysk_pace_requests(&run.pace) >= 29);
}

TEST(the_largest_figures_do_not_overflow)
{
	struct dysk_pace pace = {};
	u64 now = 100 * SECOND;
	unsigned int i;

	/* 4 MiB every 10 us is 400 GB a second. */
	for (i = 0; i < 100000; i++, now += 10000) {
		dysk_pace_sent(&pace, now, 4 << 20);
		dysk_pace_accepted(&pace, now, 4 << 20);
	}
	dysk_pace_refused(&pace, now, now, 4 << 20);
	dysk_pace_refused(&pace, now, now, 4 << 20);
	CHECK(pace.limits[DYSK_PACE_BYTES].rate > 300ULL * 1000 * 1000 * 1000);
	CHECK(dysk_pace_wait(&pace, now) <= SECOND);
}
