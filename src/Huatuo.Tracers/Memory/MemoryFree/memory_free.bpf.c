// SPDX-License-Identifier: GPL-2.0
/* Tasks that have to make room before they get memory:
 * vmscan:mm_vmscan_direct_reclaim_*, compaction:mm_compaction_*. */
#include "histogram.h"

#define MAX_STALLED 8192
#define STALLS      2
#define PF_KTHREAD  0x00200000 /* include/linux/sched.h */

enum memory_stall {
	MEMORY_STALL_RECLAIM,
	MEMORY_STALL_COMPACTION,
};

struct stall_key {
	__u32 tid;
	__u32 stall;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, STALLS);
	__type(key, __u32);
	__type(value, struct histogram);
} stalls SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, MAX_STALLED);
	__type(key, struct stall_key);
	__type(value, __u64);
} begun SEC(".maps");

const enum memory_stall *const abi_memory_stall = 0;

static __always_inline int on_begin(__u32 stall)
{
	struct stall_key key = { .tid = (__u32)bpf_get_current_pid_tgid(), .stall = stall };
	__u64 now_ns = bpf_ktime_get_ns();

	bpf_map_update_elem(&begun, &key, &now_ns, BPF_ANY);
	return 0;
}

static __always_inline int on_end(__u32 stall)
{
	struct stall_key key = { .tid = (__u32)bpf_get_current_pid_tgid(), .stall = stall };
	__u64 *start = bpf_map_lookup_elem(&begun, &key);
	struct histogram *histogram = bpf_map_lookup_elem(&stalls, &stall);

	/* One that began before anybody looked has no duration. */
	if (!start || !histogram)
		return 0;
	histogram_add_shared(histogram, bpf_ktime_get_ns() - *start);
	bpf_map_delete_elem(&begun, &key);
	return 0;
}

SEC("tp_btf/mm_vmscan_direct_reclaim_begin")
int reclaim_begin(__u64 *ctx)
{
	return on_begin(MEMORY_STALL_RECLAIM);
}

SEC("tp_btf/mm_vmscan_direct_reclaim_end")
int reclaim_end(__u64 *ctx)
{
	return on_end(MEMORY_STALL_RECLAIM);
}

/* The kernel's own threads compact in the background, which makes nobody wait. */
SEC("tp_btf/mm_compaction_begin")
int compaction_begin(__u64 *ctx)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();

	if (BPF_CORE_READ(task, flags) & PF_KTHREAD)
		return 0;
	return on_begin(MEMORY_STALL_COMPACTION);
}

SEC("tp_btf/mm_compaction_end")
int compaction_end(__u64 *ctx)
{
	return on_end(MEMORY_STALL_COMPACTION);
}

char LICENSE[] SEC("license") = "GPL";
