// SPDX-License-Identifier: GPL-2.0
/* Direct reclaim that blocked a task: vmscan:mm_vmscan_direct_reclaim_* for the machine, _memcg_reclaim_* for a limit.
 */
#include "identity.h"
#include "ledger.h"
#include "limit.h"
#include "submit.h"

#define MAX_RECLAIMING 8192

enum reclaim_scope {
	RECLAIM_GLOBAL,
	RECLAIM_MEMCG,
};

/* The stack follows: header.stack_bytes of it. */
struct memory_reclaim_record {
	struct event_header header;
	__u64 duration_ns;
	__u64 reclaimed_pages;
	__u32 scope;
	__u32 reserved;
};

struct memory_reclaim_scratch {
	struct memory_reclaim_record record;
	__u64 stack[MAX_STACK_BYTES / 8];
};

const struct memory_reclaim_record *const abi_memory_reclaim_record = 0;
const enum reclaim_scope *const abi_reclaim_scope = 0;

const volatile __u64 cfg_blocked_threshold_ns = 0;

struct reclaim_key {
	__u32 tid;
	__u32 scope;
};

/* A task that reclaims for the machine may run into a limit below. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, MAX_RECLAIMING);
	__type(key, struct reclaim_key);
	__type(value, __u64);
} begun SEC(".maps");

/* One per scope, since the kernel keeps a program from running twice on a CPU, but not two that were preempted. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, struct memory_reclaim_scratch);
} scratch SEC(".maps");

static __always_inline struct reclaim_key key_of(__u32 scope)
{
	struct reclaim_key key = { .tid = (__u32)bpf_get_current_pid_tgid(), .scope = scope };

	return key;
}

static __always_inline int on_begin(__u32 scope)
{
	struct reclaim_key key = key_of(scope);
	__u64 now_ns = bpf_ktime_get_ns();

	bpf_map_update_elem(&begun, &key, &now_ns, BPF_ANY);
	return 0;
}

static __always_inline int on_end(void *ctx, __u32 scope, __u64 reclaimed_pages)
{
	struct ledger_counters *counters = ledger_of_cpu();
	struct reclaim_key key = key_of(scope);
	__u64 *start = bpf_map_lookup_elem(&begun, &key);
	struct memory_reclaim_scratch *slot;
	__u64 now_ns = bpf_ktime_get_ns();
	__u64 duration_ns = start ? now_ns - *start : 0;
	long stack_bytes;

	if (start)
		bpf_map_delete_elem(&begun, &key);
	if (!counters)
		return 0;
	count(&counters->hits);
	/* One that began before anybody looked has no duration. */
	if (!start || duration_ns < cfg_blocked_threshold_ns) {
		count(&counters->filtered);
		return 0;
	}
	if (!admit_without_fetch(now_ns)) {
		count(&counters->rate_limited);
		return 0;
	}
	slot = bpf_map_lookup_elem(&scratch, &scope);
	if (!slot) {
		count(&counters->lost);
		return 0;
	}
	fill_task(&slot->record.header, (struct task_struct *)bpf_get_current_task(), now_ns);
	/* Reclaim runs nowhere else, also where the kernel does not tell. */
	slot->record.header.context = CONTEXT_TASK;
	fill_netns(&slot->record.header, NULL);
	slot->record.duration_ns = duration_ns;
	slot->record.reclaimed_pages = reclaimed_pages;
	slot->record.scope = scope;
	slot->record.reserved = 0;
	stack_bytes = stack_taken(&slot->record.header, bpf_get_stack(ctx, slot->stack, MAX_STACK_BYTES, 0));
	submit(ctx, counters, now_ns, slot, sizeof(slot->record) + stack_bytes);
	return 0;
}

SEC("tp_btf/mm_vmscan_direct_reclaim_begin")
int direct_begin(__u64 *ctx)
{
	return on_begin(RECLAIM_GLOBAL);
}

SEC("tp_btf/mm_vmscan_direct_reclaim_end")
int direct_end(__u64 *ctx)
{
	return on_end(ctx, RECLAIM_GLOBAL, ctx[0]);
}

SEC("tp_btf/mm_vmscan_memcg_reclaim_begin")
int memcg_begin(__u64 *ctx)
{
	return on_begin(RECLAIM_MEMCG);
}

SEC("tp_btf/mm_vmscan_memcg_reclaim_end")
int memcg_end(__u64 *ctx)
{
	return on_end(ctx, RECLAIM_MEMCG, ctx[0]);
}

char LICENSE[] SEC("license") = "GPL";
