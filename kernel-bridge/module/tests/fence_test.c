// SPDX-License-Identifier: GPL-2.0
/*
 * The decisions of the fence, one by one; fence_model.c plays them against
 * a server.
 */
#include "../fence.h"
#include "test.h"

#define E	((7ULL << DYSK_EPOCH_SHIFT) + 3)

static const struct dysk_fence live = { .epoch = E };
static const struct dysk_fence raising = { .epoch = E, .raising = true };

static void check_write(struct dysk_fence fence, enum dysk_verdict verdict,
			u64 sent_epoch, bool handed_over,
			enum dysk_write_step step, bool raises)
{
	CHECK_INT(dysk_fence_write_step(&fence, verdict, sent_epoch,
					handed_over), step);
	CHECK(fence.raising == raises);
	CHECK_INT(fence.epoch, E);
}

/* ---- writes -------------------------------------------------------------- */

TEST(a_write_is_acknowledged_only_when_done)
{
	check_write(live, DYSK_VERDICT_DONE, E, true, DYSK_WRITE_COMPLETE,
		    false);
	check_write(raising, DYSK_VERDICT_DONE, E, true, DYSK_WRITE_COMPLETE,
		    true);
	check_write(live, DYSK_VERDICT_DONE, E - 1, true, DYSK_WRITE_COMPLETE,
		    false);
}

TEST(an_unknown_write_waits_for_a_raise)
{
	check_write(live, DYSK_VERDICT_UNKNOWN, E, true, DYSK_WRITE_PARK, true);
	check_write(raising, DYSK_VERDICT_UNKNOWN, E, true, DYSK_WRITE_PARK,
		    true);
}

TEST(an_unknown_write_of_an_earlier_epoch_is_settled)
{
	check_write(live, DYSK_VERDICT_UNKNOWN, E - 1, true, DYSK_WRITE_RESEND,
		    false);
	check_write(raising, DYSK_VERDICT_UNKNOWN, E - 1, true,
		    DYSK_WRITE_RESEND, true);
}

TEST(a_write_that_never_left_whole_is_sent_again)
{
	check_write(live, DYSK_VERDICT_UNKNOWN, E, false, DYSK_WRITE_RESEND,
		    false);
}

TEST(a_sequence_refusal_of_an_earlier_epoch_is_our_own_raise)
{
	check_write(live, DYSK_VERDICT_SEQUENCE, E - 1, true, DYSK_WRITE_RESEND,
		    false);
	check_write(raising, DYSK_VERDICT_SEQUENCE, E - 1, true,
		    DYSK_WRITE_RESEND, true);
}

TEST(a_sequence_refusal_while_raising_may_be_our_own_raise)
{
	check_write(raising, DYSK_VERDICT_SEQUENCE, E, true, DYSK_WRITE_PARK,
		    true);
}

TEST(a_sequence_refusal_at_our_epoch_is_somebody_else)
{
	check_write(live, DYSK_VERDICT_SEQUENCE, E, true, DYSK_WRITE_FENCED,
		    false);
}

TEST(refusals_that_time_may_heal_hold_the_write)
{
	check_write(live, DYSK_VERDICT_THROTTLED, E, true, DYSK_WRITE_HOLD,
		    false);
	check_write(live, DYSK_VERDICT_DENIED, E, true, DYSK_WRITE_HOLD, false);
	check_write(raising, DYSK_VERDICT_THROTTLED, E, true, DYSK_WRITE_HOLD,
		    true);
}

TEST(refusals_that_nothing_heals_end_the_write_or_the_device)
{
	check_write(live, DYSK_VERDICT_REJECTED, E, true, DYSK_WRITE_FAIL,
		    false);
	check_write(live, DYSK_VERDICT_CONDITION, E, true, DYSK_WRITE_FAIL,
		    false);
	check_write(live, DYSK_VERDICT_LEASE, E, true, DYSK_WRITE_LEASE, false);
	check_write(live, DYSK_VERDICT_GONE, E, true, DYSK_WRITE_GONE, false);
	check_write(raising, DYSK_VERDICT_LEASE, E - 1, true, DYSK_WRITE_LEASE,
		    true);
}

TEST(a_verdict_out_of_range_is_unknown)
{
	check_write(live, (enum dysk_verdict)99, E, true, DYSK_WRITE_PARK,
		    true);
}

TEST(nothing_is_written_while_raising)
{
	CHECK(dysk_fence_may_write(&live));
	CHECK(!dysk_fence_may_write(&raising));
}

/* ---- raises -------------------------------------------------------------- */

static void check_raise(enum dysk_verdict verdict, u64 sequence,
			enum dysk_raise_step step, u64 epoch, bool still)
{
	struct dysk_fence fence = raising;

	CHECK_INT(dysk_fence_raise_step(&fence, verdict, sequence), step);
	CHECK_INT(fence.epoch, epoch);
	CHECK(fence.raising == still);
}

TEST(a_raise_that_landed_is_the_new_epoch)
{
	CHECK_INT(dysk_fence_target(&raising), E + 1);
	check_raise(DYSK_VERDICT_DONE, E + 1, DYSK_RAISE_DONE, E + 1, false);
}

TEST(a_larger_number_is_somebody_else)
{
	check_raise(DYSK_VERDICT_DONE, E + 2, DYSK_RAISE_FENCED, E, true);
	check_raise(DYSK_VERDICT_DONE, U64_MAX, DYSK_RAISE_FENCED, E, true);
}

TEST(a_smaller_number_is_no_answer)
{
	check_raise(DYSK_VERDICT_DONE, E, DYSK_RAISE_AGAIN, E, true);
	check_raise(DYSK_VERDICT_DONE, 0, DYSK_RAISE_AGAIN, E, true);
}

TEST(a_raise_is_repeated_until_it_is_certain)
{
	check_raise(DYSK_VERDICT_UNKNOWN, E + 1, DYSK_RAISE_AGAIN, E, true);
	check_raise(DYSK_VERDICT_THROTTLED, E + 1, DYSK_RAISE_AGAIN, E, true);
	check_raise(DYSK_VERDICT_DENIED, E + 1, DYSK_RAISE_AGAIN, E, true);
	check_raise(DYSK_VERDICT_REJECTED, E + 1, DYSK_RAISE_AGAIN, E, true);
	check_raise(DYSK_VERDICT_CONDITION, E + 1, DYSK_RAISE_AGAIN, E, true);
	check_raise(DYSK_VERDICT_SEQUENCE, E + 1, DYSK_RAISE_AGAIN, E, true);
}

TEST(a_raise_without_lease_or_blob_ends_the_device)
{
	check_raise(DYSK_VERDICT_LEASE, 0, DYSK_RAISE_LEASE, E, true);
	check_raise(DYSK_VERDICT_GONE, 0, DYSK_RAISE_GONE, E, true);
}

/* ---- epochs -------------------------------------------------------------- */

TEST(an_attachment_takes_the_first_epoch_of_the_next_generation)
{
	CHECK_INT(dysk_fence_attach_epoch(0), 1ULL << 20);
	CHECK_INT(dysk_fence_attach_epoch(1), 1ULL << 20);
	CHECK_INT(dysk_fence_attach_epoch((1ULL << 20) - 1), 1ULL << 20);
	CHECK_INT(dysk_fence_attach_epoch(1ULL << 20), 2ULL << 20);
	CHECK_INT(dysk_fence_attach_epoch(E), 8ULL << 20);
}

TEST(the_last_generation_has_no_next)
{
	const u64 last = DYSK_EPOCH_MAX >> DYSK_EPOCH_SHIFT
				<< DYSK_EPOCH_SHIFT;

	CHECK_INT(dysk_fence_attach_epoch(last - 1), last);
	CHECK_INT(dysk_fence_attach_epoch(last), 0);
	CHECK_INT(dysk_fence_attach_epoch(DYSK_EPOCH_MAX), 0);
	CHECK_INT(dysk_fence_attach_epoch(DYSK_EPOCH_MAX + 1), 0);
	CHECK_INT(dysk_fence_attach_epoch(U64_MAX), 0);
}

TEST(a_raise_never_counts_into_the_next_generation)
{
	struct dysk_fence fence;

	dysk_fence_init(&fence, (8ULL << 20) - 2);
	CHECK(!fence.raising);
	CHECK_INT(dysk_fence_target(&fence), (8ULL << 20) - 1);
	dysk_fence_init(&fence, (8ULL << 20) - 1);
	CHECK_INT(dysk_fence_target(&fence), 0);
}
