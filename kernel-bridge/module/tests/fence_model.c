// SPDX-License-Identifier: GPL-2.0
/*
 * The fence as built, in every world of a few sizes; and variants of it, each
 * with one decision changed, that must be found out.
 */
#include "explore.h"
#include "test.h"

/* More worlds, for those who have the time ("make model"). */
#ifndef EXTRA_FAULTS
#define EXTRA_FAULTS	0
#endif

/* Nothing may go wrong. @may_die: an attacher that is replaced does. */
static void check_safe(const char *name, const struct world_rules *rules,
		       bool may_die)
{
	struct world_rules deeper = *rules;
	struct exploration found;

	deeper.faults += EXTRA_FAULTS;
	found = explore(&deeper, true);
	printf("    %-58s %9u states\n", name, found.worlds);
	if (!CHECK(!found.wrong))
		printf("        %s\n", found.wrong);
	CHECK(found.finished > 0);
	CHECK(may_die ? found.died > 0 : !found.died);
}

static void check_found_out(const char *name, const struct world_rules *rules,
			    const char *what)
{
	struct exploration found = explore(rules, false);

	printf("    %-58s %9u states, %u steps: %s\n", name, found.worlds,
	       found.steps, found.wrong ? found.wrong : "not found out");
	if (CHECK(found.wrong))
		CHECK_STR(found.wrong, what);
}

#define GHOST	"a ghost overwrote an acknowledged write"
#define FENCED	"a write of a fenced attachment was applied"
#define NOTHING	"a device died for nothing"

/* ---- as built ------------------------------------------------------------ */

TEST(one_connection_survives_many_faults)
{
	check_safe("1 connection, 4 writes, 7 faults",
		   &(struct world_rules) {
			.attachers = 1, .connections = 1, .writes = 4,
			.faults = 7, .policy = &as_built }, false);
}

TEST(two_connections_share_an_epoch)
{
	check_safe("2 connections, 3 writes each, 5 faults",
		   &(struct world_rules) {
			.attachers = 1, .connections = 2, .writes = 3,
			.faults = 5, .policy = &as_built }, false);
}

TEST(three_connections_share_an_epoch)
{
	check_safe("3 connections, 2 writes each, 4 faults",
		   &(struct world_rules) {
			.attachers = 1, .connections = 3, .writes = 2,
			.faults = 4, .policy = &as_built }, false);
}

TEST(an_attachment_that_gave_up_leaves_no_ghosts_to_the_next)
{
	check_safe("2 connections, 2 writes each, 3 faults, attached 3 times",
		   &(struct world_rules) {
			.attachers = 1, .connections = 2, .writes = 2,
			.faults = 3, .reattaches = 2, .policy = &as_built },
		   false);
}

TEST(two_attachers_with_one_lease_never_write_at_the_same_time)
{
	check_safe("2 attachers of one lease, 2 connections, 3 faults",
		   &(struct world_rules) {
			.attachers = 2, .connections = 2, .writes = 1,
			.faults = 3, .policy = &as_built }, true);
}

TEST(two_attachers_may_replace_each_other_in_turn)
{
	check_safe("2 attachers of one lease, 2 writes, 2 faults, 4 attaches",
		   &(struct world_rules) {
			.attachers = 2, .connections = 1, .writes = 2,
			.faults = 2, .reattaches = 2, .policy = &as_built },
		   true);
}

TEST(the_attacher_that_breaks_a_lease_is_alone)
{
	check_safe("2 attachers that break each other's lease, 3 attaches",
		   &(struct world_rules) {
			.attachers = 2, .connections = 1, .writes = 2,
			.faults = 2, .reattaches = 1, .own_leases = true,
			.policy = &as_built }, true);
}

/* ---- found out ----------------------------------------------------------- */

static enum dysk_write_step blind_retry(struct dysk_fence *fence,
					enum dysk_verdict verdict,
					u64 sent_epoch, bool handed_over)
{
	if (verdict == DYSK_VERDICT_UNKNOWN)
		return DYSK_WRITE_RESEND;
	return dysk_fence_write_step(fence, verdict, sent_epoch, handed_over);
}

TEST(a_blind_retry_is_found_out)
{
	struct policy policy = as_built;

	policy.write_step = blind_retry;
	check_found_out("unknown: sent again without a raise",
			&(struct world_rules) {
				.attachers = 1, .connections = 1, .writes = 2,
				.faults = 1, .policy = &policy }, GHOST);
}

static enum dysk_write_step error_without_fence(struct dysk_fence *fence,
						enum dysk_verdict verdict,
						u64 sent_epoch,
						bool handed_over)
{
	if (verdict == DYSK_VERDICT_UNKNOWN && handed_over)
		return DYSK_WRITE_FAIL;
	return dysk_fence_write_step(fence, verdict, sent_epoch, handed_over);
}

TEST(an_error_without_a_fence_is_found_out)
{
	struct policy policy = as_built;

	policy.write_step = error_without_fence;
	check_found_out("unknown: reported as an error, without a raise",
			&(struct world_rules) {
				.attachers = 1, .connections = 1, .writes = 2,
				.faults = 1, .policy = &policy }, GHOST);
}

static enum dysk_write_step refusals_kill(struct dysk_fence *fence,
					  enum dysk_verdict verdict,
					  u64 sent_epoch, bool handed_over)
{
	if (verdict == DYSK_VERDICT_SEQUENCE && sent_epoch == fence->epoch)
		return DYSK_WRITE_FENCED;
	return dysk_fence_write_step(fence, verdict, sent_epoch, handed_over);
}

TEST(dying_of_ones_own_raise_is_found_out)
{
	struct policy policy = as_built;

	policy.write_step = refusals_kill;
	check_found_out("refused while raising: dies",
			&(struct world_rules) {
				.attachers = 1, .connections = 2, .writes = 1,
				.faults = 1, .policy = &policy }, NOTHING);
}

static enum dysk_write_step refused_is_done(struct dysk_fence *fence,
					    enum dysk_verdict verdict,
					    u64 sent_epoch, bool handed_over)
{
	if (verdict == DYSK_VERDICT_SEQUENCE && sent_epoch < fence->epoch)
		return DYSK_WRITE_COMPLETE;
	return dysk_fence_write_step(fence, verdict, sent_epoch, handed_over);
}

TEST(acknowledging_a_refused_write_is_found_out)
{
	struct policy policy = as_built;

	policy.write_step = refused_is_done;
	check_found_out("refused at an earlier epoch: acknowledged",
			&(struct world_rules) {
				.attachers = 1, .connections = 2, .writes = 1,
				.faults = 1, .policy = &policy },
			"an acknowledged write is not there");
}

static enum dysk_raise_step believes_in_raises(struct dysk_fence *fence,
					       enum dysk_verdict verdict,
					       u64 sequence)
{
	if (verdict == DYSK_VERDICT_UNKNOWN)
		return dysk_fence_raise_step(fence, DYSK_VERDICT_DONE,
					     dysk_fence_target(fence));
	return dysk_fence_raise_step(fence, verdict, sequence);
}

TEST(believing_in_an_unanswered_raise_is_found_out)
{
	struct policy policy = as_built;

	policy.raise_step = believes_in_raises;
	check_found_out("raise unanswered: taken for done",
			&(struct world_rules) {
				.attachers = 1, .connections = 1, .writes = 1,
				.faults = 2, .policy = &policy }, NOTHING);
}

static enum dysk_raise_step takes_any_number(struct dysk_fence *fence,
					     enum dysk_verdict verdict,
					     u64 sequence)
{
	if (verdict == DYSK_VERDICT_DONE &&
	    sequence > dysk_fence_target(fence)) {
		dysk_fence_init(fence, sequence);
		return DYSK_RAISE_DONE;
	}
	return dysk_fence_raise_step(fence, verdict, sequence);
}

TEST(taking_over_the_epoch_of_another_is_found_out)
{
	struct policy policy = as_built;

	policy.raise_step = takes_any_number;
	check_found_out("raise finds a larger number: takes it",
			&(struct world_rules) {
				.attachers = 2, .connections = 1, .writes = 1,
				.faults = 1, .policy = &policy }, FENCED);
}

static u64 next_number(u64 sequence)
{
	return sequence + 1;
}

TEST(epochs_without_generations_are_found_out)
{
	struct policy policy = as_built;

	policy.attach_epoch = next_number;
	check_found_out("attach: the next number, not the next generation",
			&(struct world_rules) {
				.attachers = 2, .connections = 1, .writes = 2,
				.faults = 2, .policy = &policy }, FENCED);
}

TEST(attaching_without_a_condition_is_found_out)
{
	check_found_out("attach: without If-Match",
			&(struct world_rules) {
				.attachers = 2, .connections = 1, .writes = 1,
				.no_if_match = true, .policy = &as_built },
			FENCED);
}

TEST(incrementing_is_found_out)
{
	check_found_out("raise: increments",
			&(struct world_rules) {
				.attachers = 1, .connections = 1, .writes = 1,
				.faults = 2, .increments = true,
				.policy = &as_built }, NOTHING);
}
