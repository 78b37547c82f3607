/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's half of the ledger: hits = filtered + rate_limited + deduplicated + lost + submitted, on every CPU. */
#pragma once

#include "kernel.h"

struct ledger_counters {
	__u64 hits;
	__u64 filtered;
	__u64 rate_limited;
	__u64 deduplicated;
	__u64 lost;
	__u64 submitted;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct ledger_counters);
} ledger SEC(".maps");

/* Atomic, since an interrupt on this CPU may run the same program between a load and a store. */
static __always_inline void count(__u64 *counter)
{
	__sync_fetch_and_add(counter, 1);
}

static __always_inline struct ledger_counters *ledger_of_cpu(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&ledger, &zero);
}
