// SPDX-License-Identifier: GPL-2.0
/* Waits for locks of the kernel by the kind of lock: lock:contention_begin and
 * contention_end (5.19). */
#include "contention.h"
#include "histogram.h"

#define MAX_WAITING 16384

#define KINDS 10

const enum lock_kind *const abi_lock_kind = 0;

struct wait_begun {
	__u64 begun_ns;
	__u64 kind;
};

/* contention_end alone counts, and the kernel lets no program run twice on a
 * CPU: no atomics. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, KINDS);
	__type(key, __u32);
	__type(value, struct histogram);
} kinds SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_WAITING);
	__type(key, struct wait_key);
	__type(value, struct wait_begun);
} waits SEC(".maps");

/* A mutex that was spun for at first begins again when the task goes to sleep. Of any other lock, one that is there is
 * of a wait whose end was skipped.
 */
SEC("tp_btf/contention_begin")
int contention_begin(__u64 *ctx)
{
	struct wait_key key = wait_key_of(ctx[0]);
	struct wait_begun begun = { .begun_ns = bpf_ktime_get_ns(), .kind = lock_kind_of(ctx[1]) };

	bpf_map_update_elem(&waits, &key, &begun, begun.kind == LOCK_MUTEX ? BPF_NOEXIST : BPF_ANY);
	return 0;
}

SEC("tp_btf/contention_end")
int contention_end(__u64 *ctx)
{
	struct wait_key key = wait_key_of(ctx[0]);
	struct wait_begun *begun = bpf_map_lookup_elem(&waits, &key);
	struct histogram *histogram;
	__u32 kind;

	if (!begun)
		return 0;
	kind = begun->kind;
	histogram = bpf_map_lookup_elem(&kinds, &kind);
	if (histogram)
		histogram_add(histogram, bpf_ktime_get_ns() - begun->begun_ns);
	bpf_map_delete_elem(&waits, &key);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
