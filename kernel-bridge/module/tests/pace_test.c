// SPDX-License-Identifier: GPL-2.0
/*
 * The pace against a service with limits: a bucket for requests and one for
 * bytes, refilled at a rate, 100 ms deep; what finds one empty is refused, and
 * at once.  The client is as the module is: so many connections, one request on
 * each, a timer of 4 ms for what has to wait, what was refused first in the
 * queue again, and a hold when nothing but refusals comes.
 *
 * Either side may stand still now and then, as machines do: what arrives
 * meanwhile is seen at the end, all at once.
 */
#include "../pace.h"
#include "test.h"

#define MS		1000000ULL
#define SECOND		(1000 * MS)
#define JIFFY		(4 * MS)
#define CONNECTIONS	64
#define TRANSIT		(MS / 5)	/* either way */
#define PROBE		(200 * MS)

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
	u64 arrives;		/* 0: it has */
	u64 done;		/* 0: the connection has none */
	u32 bytes;
	unsigned int tries;
	bool refused;
};

/* A side stands still from a time until another, then again from the next. */
struct stalls {
	u64 every;		/* on average; 0: never */
	u64 least, most;
	u64 begin, end;
};

struct run {
	struct dysk_pace pace;
	struct service service;
	struct request conns[CONNECTIONS];
	unsigned int connections;
	struct request again[CONNECTIONS];
	unsigned int agains;
	struct stalls stalls_here, stalls_there;
	bool idle;
	u64 now;
	u64 timer;		/* 0: none */
	u64 held_until;		/* 0: not held */
	u32 (*size)(struct run *run);
	u32 whims;		/* refusals in a million requests, for no reason */
	u64 chance;
	/* since the counts were last cleared */
	u64 accepted;
	u64 bytes;
	u64 refused;
	u64 holds;
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

/* Times only go on, from call to call. */
static u64 when_it_runs(struct run *run, struct stalls *stalls, u64 at)
{
	while (stalls->every && at >= stalls->end) {
		u64 length = stalls->most - stalls->least + 1;

		if (!stalls->end)
			stalls->end = at;
		stalls->begin = stalls->end +
				random_u32(run) % (2 * stalls->every);
		stalls->end = stalls->begin + stalls->least +
			      random_u32(run) % length;
	}
	return stalls->every && at >= stalls->begin ? stalls->end : at;
}

static void wake_at(struct run *run, u64 at)
{
	u64 timer = at / JIFFY * JIFFY + JIFFY;

	if (!run->timer || timer < run->timer)
		run->timer = timer;
}

static bool may_send(struct run *run)
{
	u64 wait;

	if (run->held_until && run->now < run->held_until) {
		wake_at(run, run->held_until);
		return false;
	}
	wait = dysk_pace_wait(&run->pace, run->now);
	if (wait)
		wake_at(run, run->now + wait);
	return !wait;
}

static void send_what_may_be_sent(struct run *run)
{
	unsigned int i;

	for (i = 0; i < run->connections && !run->idle; i++) {
		struct request *request = &run->conns[i];

		if (request->done)
			continue;
		if (!may_send(run))
			return;
		if (run->agains)
			*request = run->again[--run->agains];
		else
			*request = (struct request) { .bytes = run->size(run) };
		request->sent = run->now;
		request->arrives = run->now + TRANSIT;
		request->done = U64_MAX;
		if (run->held_until)
			run->held_until = run->now + PROBE;
		dysk_pace_sent(&run->pace, run->now, request->bytes);
	}
}

static void arrived(struct run *run, struct request *request)
{
	struct service *service = &run->service;
	u64 at = when_it_runs(run, &run->stalls_there, run->now);

	if (at > run->now) {
		request->arrives = at;
		return;
	}
	request->arrives = 0;
	request->refused = !service_takes(service, at, request->bytes) ||
			   random_u32(run) % 1000000 < run->whims;
	request->done = at + (request->refused ? TRANSIT :
					       service->latency - TRANSIT);
}

static unsigned int busy(const struct run *run)
{
	unsigned int i, n = 0;

	for (i = 0; i < run->connections; i++)
		n += run->conns[i].done != 0;
	return n;
}

static void answered(struct run *run, struct request *request)
{
	request->done = 0;
	if (!request->refused) {
		run->accepted++;
		run->bytes += request->bytes;
		run->held_until = 0;
		dysk_pace_accepted(&run->pace, request->sent, request->bytes);
		if (run->idle && !busy(run) && !run->agains)
			dysk_pace_idle(&run->pace, run->now);
		return;
	}
	run->refused++;
	dysk_pace_refused(&run->pace, run->now, request->sent, request->bytes);
	request->tries++;
	run->again[run->agains++] = *request;
	/* As in settle.c, the one that was answered being busy yet. */
	if (dysk_pace_in_vain(&run->pace, run->now, busy(run) + 1)) {
		unsigned int tries = request->tries < 8 ? request->tries : 8;
		u64 backoff = 10 * MS << tries;

		if (backoff > 2 * SECOND)
			backoff = 2 * SECOND;
		run->held_until = run->now + backoff * 3 / 4;
		run->holds++;
	}
}

static u64 later(u64 a, u64 b)
{
	return a > b ? a : b;
}

/* What happens next, and when; NULL: the timer, or nothing until @at. */
static struct request *next_event(struct run *run, u64 runs, u64 *at)
{
	struct request *next = NULL;
	unsigned int i;

	if (run->timer && later(run->timer, runs) < *at)
		*at = later(run->timer, runs);
	for (i = 0; i < run->connections; i++) {
		struct request *request = &run->conns[i];
		u64 when = request->arrives ? request->arrives :
					      later(request->done, runs);

		if (request->done && when <= *at) {
			*at = when;
			next = request;
		}
	}
	return next;
}

static void run_for(struct run *run, u64 ns)
{
	u64 end = run->now + ns;

	run->accepted = 0;
	run->bytes = 0;
	run->refused = 0;
	run->holds = 0;
	while (run->now < end) {
		u64 runs = when_it_runs(run, &run->stalls_here, run->now);
		u64 at = end;
		struct request *next;

		if (runs == run->now)
			send_what_may_be_sent(run);
		else if (runs < end)
			at = runs;
		next = next_event(run, runs, &at);
		run->now = at;
		if (next && next->arrives)
			arrived(run, next);
		else if (next)
			answered(run, next);
		else if (run->timer && later(run->timer, runs) <= at)
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

static u32 half_large(struct run *run)
{
	(void)run;
	return 512 * 1024;
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
		/* One every four seconds. */
		check_refused(&run, 0.05);
	}
}

/* 15 a second; most of what is known at first is a burst that was let through. */
TEST(few_requests_a_second_are_hardly_ever_refused_once_the_limit_is_found)
{
	struct run run = start(200, 8e6, 8, half_large);

	run_for(&run, SECOND);
	CHECK(run.refused < 80);
	run_for(&run, 9 * SECOND);
	check_share((double)run.bytes / 9, 8e6, 0.99);
	CHECK(run.refused < 25);
	run_for(&run, 120 * SECOND);
	check_share((double)run.bytes / 120, 8e6, 0.99);
	check_refused(&run, 0.015);
}

/* ---- machines that stand still ------------------------------------------- */

/* Of @rate, what is left to a device whose service pauses for a sixth of the time. */
static void check_beside_stalls(double requests, double bytes,
				u32 (*size)(struct run *run), double least)
{
	double accepted = 0, refused = 0, share = 0;
	unsigned int seed;

	for (seed = 1; seed <= 20; seed++) {
		struct run run = start(requests, bytes, 16, size);

		run.chance = seed;
		run.stalls_there = (struct stalls) {
			.every = SECOND, .least = 50 * MS, .most = 300 * MS,
		};
		run_for(&run, 4 * SECOND);
		run_for(&run, 30 * SECOND);
		accepted += (double)run.accepted;
		refused += (double)run.refused;
		share += size == small ? (double)run.accepted / 30 / requests :
					 (double)run.bytes / 30 / bytes;
	}
	if (!CHECK(share / 20 >= least) ||
	    !CHECK(refused <= 0.1 * (accepted + refused)))
		printf("  %.3f of the limit, %.3f refused\n", share / 20,
		       refused / (accepted + refused));
}

TEST(a_service_that_stands_still_now_and_then_is_not_thought_to_be_slower)
{
	check_beside_stalls(200, 8e6, half_large, 0.7);
	check_beside_stalls(200, 8e6, small, 0.75);
	check_beside_stalls(P20_REQUESTS, P20_BYTES, small, 0.8);
	check_beside_stalls(P20_REQUESTS, P20_BYTES, large, 0.8);
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
	check_share((double)run.accepted / 120, 60, 0.99);
	check_refused(&run, 0.01);
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

/*
 * A few requests, a pause, and then more than the service allows, which it
 * refuses before it has carried out any of that.
 */
TEST(the_little_before_a_load_is_not_thought_to_be_its_limit)
{
	u64 pause;

	for (pause = 10 * MS; pause < 2 * SECOND; pause += 30 * MS) {
		struct run run = start(P20_REQUESTS, 0, 8, half_large);

		run_for(&run, 2 * MS);
		run.idle = true;
		run_for(&run, pause);
		run.idle = false;
		run.service.bytes.rate = 25e6;
		run_for(&run, 3 * SECOND);
		CHECK(run.refused < 150);
		run_for(&run, 6 * SECOND);
		check_share((double)run.bytes / 6, 25e6, 0.97);
		check_refused(&run, 0.03);
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
	run_for(&run, SECOND);
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
	check_share((double)run.accepted, 60 * 4000, 0.9);
	run.whims = 20000;
	run_for(&run, 60 * SECOND);
	CHECK(run.accepted >= 60 * 200);
}

/* A few tries go on, in case it was for a moment; then the device is held. */
TEST(a_service_that_begins_to_refuse_all_is_not_tried_for_long)
{
	struct run run = start(0, 0, 8, small);

	run_for(&run, SECOND);
	run.whims = 1000000;
	run_for(&run, 2 * SECOND);
	if (!CHECK(run.refused < 200) || !CHECK(run.holds > 0))
		printf("  %llu refused\n", (unsigned long long)run.refused);
	run_for(&run, 60 * SECOND);
	if (!CHECK(run.refused < 60))
		printf("  %llu refused\n", (unsigned long long)run.refused);
}

TEST(a_moment_in_which_all_is_refused_is_soon_made_up_for)
{
	struct run run = start(P20_REQUESTS, P20_BYTES, 16, small);

	run_for(&run, 20 * SECOND);
	run.whims = 1000000;
	run_for(&run, SECOND / 2);
	run.whims = 0;
	run_for(&run, 3 * SECOND);
	check_share((double)run.accepted / 3, P20_REQUESTS, 0.8);
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
