// SPDX-License-Identifier: GPL-2.0
/* Tasks that free memory for the limit of a cgroup:
 * vmscan:mm_vmscan_memcg_reclaim_begin and _end. */
#include "cgroups.h"
#include "histogram.h"

#define MAX_CGROUPS 2048
#define MAX_STALLED 8192

struct memcg_counters {
	__u64 stalls;
	__u64 stalled_ns;
	__u64 reclaimed_pages;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct histogram);
} stalls SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_CGROUPS);
	__type(key, __u64);
	__type(value, struct memcg_counters);
} cgroups SEC(".maps");

/* When a task began, by its id. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, MAX_STALLED);
	__type(key, __u32);
	__type(value, __u64);
} begun SEC(".maps");

static const struct memcg_counters fresh = {};

SEC("tp_btf/mm_vmscan_memcg_reclaim_begin")
int reclaim_begin(__u64 *ctx)
{
	__u32 tid = (__u32)bpf_get_current_pid_tgid();
	__u64 now_ns = bpf_ktime_get_ns();

	bpf_map_update_elem(&begun, &tid, &now_ns, BPF_ANY);
	return 0;
}

SEC("tp_btf/mm_vmscan_memcg_reclaim_end")
int reclaim_end(__u64 *ctx)
{
	struct cgroup *cgroup = cgroup_of_any((struct task_struct *)bpf_get_current_task());
	__u32 tid = (__u32)bpf_get_current_pid_tgid(), zero = 0;
	__u64 *start = bpf_map_lookup_elem(&begun, &tid);
	struct histogram *histogram = bpf_map_lookup_elem(&stalls, &zero);
	struct memcg_counters *counters;
	__u64 stalled_ns;

	/* One that began before anybody looked has no duration. */
	if (!start || !histogram)
		return 0;
	stalled_ns = bpf_ktime_get_ns() - *start;
	bpf_map_delete_elem(&begun, &tid);
	histogram_add_shared(histogram, stalled_ns);
	counters = cgroup_counters(
		&cgroups, BPF_CORE_READ(cgroup, kn, id), BPF_CORE_READ(cgroup, self.flags) & CSS_ONLINE, &fresh);
	if (!counters)
		return 0;
	__sync_fetch_and_add(&counters->stalls, 1);
	__sync_fetch_and_add(&counters->stalled_ns, stalled_ns);
	__sync_fetch_and_add(&counters->reclaimed_pages, ctx[0]);
	return 0;
}

SEC("tp_btf/cgroup_rmdir")
int cgroup_removed(__u64 *ctx)
{
	return cgroup_removed_from(&cgroups, ctx);
}

char LICENSE[] SEC("license") = "GPL";
