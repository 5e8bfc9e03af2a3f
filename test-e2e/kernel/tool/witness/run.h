/* SPDX-License-Identifier: MIT */
/* What all modes share: when to end, what was heard of an earlier run, what is told and counted. */
#ifndef WITNESS_RUN_H
#define WITNESS_RUN_H

#include <stdint.h>

#include "plan.h"

struct heard {
	uint64_t acked;		/* changes up to this one were acknowledged, but for the failed ones */
	uint64_t next;		/* later ones up to here, exclusive, may have been begun */
	uint64_t *failed;	/* ascending */
	uint32_t failed_count;
};

struct counts {
	uint64_t reads, writes, clears;			/* that succeeded */
	uint64_t failed_reads, failed_writes, failed_clears;
	uint64_t lost;		/* older than what was acknowledged */
	uint64_t stale;		/* older than what was seen before */
	uint64_t foreign;	/* another block's, another run's, or never written */
	uint64_t torn;		/* not a whole block of anybody */
	double slowest_ms;	/* the longest that an operation took */
};

struct run {
	struct plan plan;
	const char *path;
	uint32_t reads;		/* percent of the operations */
	uint32_t pause_ms;	/* of each worker after each operation */
	uint64_t changes;	/* in all, 0: no limit */
	double seconds;		/* 0: no limit */
	int stop_at_error;
	struct heard heard[WORKERS_MAX];
	struct counts counts;
};

extern struct run run;

/* Ends with a message when the world is not as it must be for a test. */
_Noreturn void die(const char *what);

double now_ms(void);

/* Whether a worker should go on, and one more change is left to do. */
int run_more_changes(void);
int run_goes_on(void);

/* After an error: ends the run if that is wanted, else slows it down. */
void run_had_error(void);

int heard_failed(const struct heard *heard, uint64_t version);

/* One worker's changes end in order, so these lines are in order, too. */
void tell_done(uint32_t worker, uint64_t version);
void tell_failed(uint32_t worker, uint64_t version, int error);

/* Adds to a count of wrong things, and says on standard error what it was. */
void found(uint64_t *count, const char *format, ...) __attribute__((format(printf, 2, 3)));

void count(uint64_t *count);
void count_duration(double ms);

/* Runs @work for each worker, each in a thread. */
void run_workers(void (*work)(uint32_t worker));

/* The modes. */
void device_prepare(void);
void device_work(uint32_t worker);
void device_verify(void);
void files_prepare(void);
void files_work(uint32_t worker);
void files_verify(void);

#endif
