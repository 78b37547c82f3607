/* SPDX-License-Identifier: GPL-2.0 */
/* The way to user space: a BPF ring buffer, or the per-CPU perf event array where that is asked for or all there is. */
#pragma once

#include "ledger.h"

#define WAKE_AFTER_NS      500000ULL
#define WAKE_AFTER_RECORDS 64

const volatile bool cfg_perf = false;
const volatile bool cfg_wake_each = false;

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 20);
} events_ring SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
} events_perf SEC(".maps");

struct wake_state {
	__u64 last_ns;
	__u64 unwoken;
};

struct wake_state wake_state;

/*
 * A wake-up interrupts the traced CPU, so one is sent only when the last is older than 500 us or 64 records wait. The
 * reader looks again once, later than 500 us after it was woken: what was submitted without a wake-up is found then.
 */
static __always_inline __u64 wake_flags(__u64 now_ns)
{
	volatile struct wake_state *state = &wake_state;

	if (cfg_wake_each)
		return BPF_RB_FORCE_WAKEUP;
	if (now_ns - state->last_ns > WAKE_AFTER_NS || state->unwoken >= WAKE_AFTER_RECORDS)
		return BPF_RB_FORCE_WAKEUP;
	return BPF_RB_NO_WAKEUP;
}

static __always_inline void submit(void *ctx, struct ledger_counters *ledger, __u64 now_ns, void *record, __u64 size)
{
	__u64 flags;

	if (cfg_perf) {
		count(bpf_perf_event_output(ctx, &events_perf, BPF_F_CURRENT_CPU, record, size) ? &ledger->lost
												: &ledger->submitted);
		return;
	}
	flags = wake_flags(now_ns);
	if (bpf_ringbuf_output(&events_ring, record, size, flags)) {
		count(&ledger->lost);
		return;
	}
	count(&ledger->submitted);
	if (flags == BPF_RB_FORCE_WAKEUP) {
		wake_state.last_ns = now_ns;
		wake_state.unwoken = 0;
	} else {
		__sync_fetch_and_add(&wake_state.unwoken, 1);
	}
}
