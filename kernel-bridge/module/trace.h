/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints: each step of a request, each change of a connection and of a
 * device.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM dysk

#if !defined(DYSK_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define DYSK_TRACE_H

#include <linux/tracepoint.h>

#include "dysk.h"

TRACE_EVENT(dysk_send,
	TP_PROTO(const struct dysk_conn *conn, const struct dysk_op *op),
	TP_ARGS(conn, op),
	TP_STRUCT__entry(
		__field(u32, index)
		__field(u32, conn)
		__field(u32, op)
		__field(u32, tries)
		__field(u64, offset)
		__field(u64, length)
		__field(u64, epoch)
		__field(u64, id)
	),
	TP_fast_assign(
		__entry->index = conn->dev->index;
		__entry->conn = conn->index;
		__entry->op = op->wire.op;
		__entry->tries = op->tries;
		__entry->offset = op->wire.offset;
		__entry->length = op->wire.length;
		__entry->epoch = op->wire.epoch;
		__entry->id = op->wire.id;
	),
	TP_printk("dysk%u conn %u op %u offset %llu length %llu epoch %llx tries %u id %016llx",
		  __entry->index, __entry->conn, __entry->op, __entry->offset,
		  __entry->length, __entry->epoch, __entry->tries,
		  __entry->id)
);

TRACE_EVENT(dysk_answer,
	TP_PROTO(const struct dysk_conn *conn, const struct dysk_op *op,
		 u32 status, u32 verdict),
	TP_ARGS(conn, op, status, verdict),
	TP_STRUCT__entry(
		__field(u32, index)
		__field(u32, conn)
		__field(u32, op)
		__field(u32, status)
		__field(u32, verdict)
		__field(u64, offset)
	),
	TP_fast_assign(
		__entry->index = conn->dev->index;
		__entry->conn = conn->index;
		__entry->op = op->wire.op;
		__entry->status = status;
		__entry->verdict = verdict;
		__entry->offset = op->wire.offset;
	),
	TP_printk("dysk%u conn %u op %u offset %llu status %u verdict %u",
		  __entry->index, __entry->conn, __entry->op, __entry->offset,
		  __entry->status, __entry->verdict)
);

TRACE_EVENT(dysk_conn_state,
	TP_PROTO(const struct dysk_conn *conn, u32 from, u32 to),
	TP_ARGS(conn, from, to),
	TP_STRUCT__entry(
		__field(u32, index)
		__field(u32, conn)
		__field(u32, from)
		__field(u32, to)
	),
	TP_fast_assign(
		__entry->index = conn->dev->index;
		__entry->conn = conn->index;
		__entry->from = from;
		__entry->to = to;
	),
	TP_printk("dysk%u conn %u state %u -> %u", __entry->index,
		  __entry->conn, __entry->from, __entry->to)
);

TRACE_EVENT(dysk_conn_break,
	TP_PROTO(const struct dysk_conn *conn, int error),
	TP_ARGS(conn, error),
	TP_STRUCT__entry(
		__field(u32, index)
		__field(u32, conn)
		__field(u32, state)
		__field(int, error)
	),
	TP_fast_assign(
		__entry->index = conn->dev->index;
		__entry->conn = conn->index;
		__entry->state = conn->state;
		__entry->error = error;
	),
	TP_printk("dysk%u conn %u state %u error %d", __entry->index,
		  __entry->conn, __entry->state, __entry->error)
);

TRACE_EVENT(dysk_fence,
	TP_PROTO(const struct dysk_device *dev, const char *what, u64 epoch),
	TP_ARGS(dev, what, epoch),
	TP_STRUCT__entry(
		__field(u32, index)
		__array(char, what, 8)
		__field(u64, epoch)
	),
	TP_fast_assign(
		__entry->index = dev->index;
		strscpy(__entry->what, what, sizeof(__entry->what));
		__entry->epoch = epoch;
	),
	TP_printk("dysk%u %s epoch %llx", __entry->index, __entry->what,
		  __entry->epoch)
);

TRACE_EVENT(dysk_state,
	TP_PROTO(const struct dysk_device *dev, u32 from, u32 to, u32 reason),
	TP_ARGS(dev, from, to, reason),
	TP_STRUCT__entry(
		__field(u32, index)
		__field(u32, from)
		__field(u32, to)
		__field(u32, reason)
	),
	TP_fast_assign(
		__entry->index = dev->index;
		__entry->from = from;
		__entry->to = to;
		__entry->reason = reason;
	),
	TP_printk("dysk%u state %u -> %u reason %u", __entry->index,
		  __entry->from, __entry->to, __entry->reason)
);

#endif /* DYSK_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
