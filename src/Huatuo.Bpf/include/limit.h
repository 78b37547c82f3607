/* SPDX-License-Identifier: GPL-2.0 */
/* At most cfg_max_events_per_second records in each second of the monotonic clock, over all CPUs; 0 is no limit. */
#pragma once

#include "kernel.h"

#define LIMIT_WINDOW_NS  1000000000ULL
#define LONGEST_JIFFY_NS 10000000ULL /* HZ is 100 at least */

const volatile __u32 cfg_max_events_per_second = 0;

struct limit_state {
	__u64 exhausted; /* the second whose allowance is used up: all that other CPUs need to read */
	__u64 window;    /* high half: the second; low half: how many were admitted in it */
	__u64 jiffy;     /* a jiffy that lies in an exhausted second as a whole */
};

struct limit_state limit_state;

/*
 * Whether the allowance is known to be used up, without a look at the clock: reading it takes as long as everything
 * else that is done for a refused event. bpf_jiffies64 is a plain load (5.6).
 */
static __always_inline bool surely_exhausted(void)
{
	return cfg_max_events_per_second && *(volatile __u64 *)&limit_state.jiffy == bpf_jiffies64();
}

static __always_inline bool refuse(__u64 now_ns)
{
	if (LIMIT_WINDOW_NS - now_ns % LIMIT_WINDOW_NS > LONGEST_JIFFY_NS)
		*(volatile __u64 *)&limit_state.jiffy = bpf_jiffies64();
	return false;
}

/* Exact: an atomic that returns its old value gives every event its own number. Needs 5.12. */
static __always_inline bool admit(__u64 now_ns)
{
	__u64 second = now_ns / LIMIT_WINDOW_NS;

	if (!cfg_max_events_per_second)
		return true;
	if (*(volatile __u64 *)&limit_state.exhausted == second)
		return refuse(now_ns);
	for (int i = 0; i < 8; i++) {
		__u64 seen = *(volatile __u64 *)&limit_state.window;

		if (seen >> 32 > second)
			second = seen >> 32;
		if (seen >> 32 < second) {
			if (__sync_val_compare_and_swap(&limit_state.window, seen, second << 32 | 1) == seen)
				return true;
			continue;
		}
		seen = __sync_fetch_and_add(&limit_state.window, 1);
		if (seen >> 32 != second)
			continue;
		if ((__u32)seen < cfg_max_events_per_second)
			return true;
		*(volatile __u64 *)&limit_state.exhausted = second;
		return false;
	}
	return false;
}

/*
 * For kernels whose atomics return nothing: two CPUs that count at the same instant may both see the later number, so
 * that a second may admit a few less than the limit, or, at its very start, as many more as there are CPUs.
 */
static __always_inline bool admit_without_fetch(__u64 now_ns)
{
	__u64 second = now_ns / LIMIT_WINDOW_NS;
	volatile struct limit_state *state = &limit_state;

	if (!cfg_max_events_per_second)
		return true;
	if (state->exhausted == second)
		return refuse(now_ns);
	if (state->window >> 32 != second)
		state->window = second << 32;
	__sync_fetch_and_add(&limit_state.window, 1);
	if ((__u32)state->window <= cfg_max_events_per_second)
		return true;
	state->exhausted = second;
	return false;
}

/* Decides on one event and reads the clock for it. */
static __always_inline bool admitted(bool fetch, __u64 *now_ns)
{
	if (surely_exhausted())
		return false;
	*now_ns = bpf_ktime_get_ns();
	return fetch ? admit(*now_ns) : admit_without_fetch(*now_ns);
}
