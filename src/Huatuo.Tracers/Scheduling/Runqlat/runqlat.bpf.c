// SPDX-License-Identifier: GPL-2.0
/*
 * How long tasks wait for a CPU: at sched:sched_switch from when the scheduler queued the task that comes, as it keeps
 * that itself (CONFIG_SCHED_INFO), else from sched:sched_wakeup.
 */
#include "cgroups.h"
#include "histogram.h"
#include "task_state.h"

#define MAX_CGROUPS 2048
#define MAX_WAITING 32768
#define ZONES       4
#define MS          1000000LL

struct runqlat_counters {
	__u64 zones[ZONES];
	__u64 waited_ns;
	__u64 voluntary;
	__u64 involuntary;
};

struct runqlat_host {
	struct histogram waits;
	struct runqlat_counters counters;
};

/* Nothing else runs on this CPU during a switch, so that its counters need no atomics. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct runqlat_host);
} host SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, MAX_CGROUPS);
	__type(key, __u64);
	__type(value, struct runqlat_counters);
} cgroups SEC(".maps");

/* When a task was queued; only those that wait are in here. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_WAITING);
	__type(key, __u32);
	__type(value, __u64);
} queued SEC(".maps");

static const struct runqlat_counters fresh = {};

static __always_inline __u32 zone_of(__u64 ns)
{
	return AT_LEAST(10 * MS, ns) + AT_LEAST(20 * MS, ns) + AT_LEAST(50 * MS, ns);
}

/* A task that left the CPU by itself, or was made to while it could have gone on. */
static __always_inline void count_left(struct runqlat_counters *counters, bool voluntary)
{
	if (voluntary)
		counters->voluntary++;
	else
		counters->involuntary++;
}

static __always_inline void count_waited(struct runqlat_counters *counters, __u32 zone, __u64 waited_ns)
{
	counters->zones[zone]++;
	counters->waited_ns += waited_ns;
}

/* The idle tasks, of id 0, neither wait nor leave. */
static __always_inline int on_switch(
	bool preempt, struct task_struct *prev, struct task_struct *next, bool waited, __u64 waited_ns)
{
	struct task_cgroups left = cgroups_of(prev), entered = cgroups_of(next);
	struct cgroup *from = NULL, *to;
	struct runqlat_counters *counters = NULL;
	struct runqlat_host *cpu;
	__u32 zero = 0, zone;

	cpu = bpf_map_lookup_elem(&host, &zero);
	if (!cpu)
		return 0;
	if (prev->pid) {
		bool voluntary = !preempt && task_state(prev);

		count_left(&cpu->counters, voluntary);
		from = cgroup_of(left);
		counters = cgroup_counters(&cgroups, from->kn->id, from->self.flags & CSS_ONLINE, &fresh);
		if (counters)
			count_left(counters, voluntary);
	}
	if (!waited || !next->pid)
		return 0;
	zone = zone_of(waited_ns);
	histogram_add(&cpu->waits, waited_ns);
	count_waited(&cpu->counters, zone, waited_ns);
	to = cgroup_of(entered);
	if (to != from)
		counters = cgroup_counters(&cgroups, to->kn->id, to->self.flags & CSS_ONLINE, &fresh);
	if (counters)
		count_waited(counters, zone, waited_ns);
	return 0;
}

/* The scheduler sets last_queued back only after this, when it has added the wait to the task's run_delay. */
SEC("tp_btf/sched_switch")
int switch_info(__u64 *ctx)
{
	struct task_struct *prev = (struct task_struct *)ctx[1];
	struct task_struct *next = (struct task_struct *)ctx[2];
	__u64 queued_ns = next->sched_info.last_queued;
	__u64 now_ns = next->se.cfs_rq->rq->clock;

	return on_switch(ctx[0], prev, next, queued_ns && now_ns >= queued_ns, now_ns - queued_ns);
}

static __always_inline int on_wakeup(struct task_struct *task)
{
	__u64 now_ns = bpf_ktime_get_ns();
	__u32 tid = task->pid;

	bpf_map_update_elem(&queued, &tid, &now_ns, BPF_ANY);
	return 0;
}

SEC("tp_btf/sched_wakeup")
int wakeup(__u64 *ctx)
{
	return on_wakeup((struct task_struct *)ctx[0]);
}

SEC("tp_btf/sched_wakeup_new")
int wakeup_new(__u64 *ctx)
{
	return on_wakeup((struct task_struct *)ctx[0]);
}

SEC("tp_btf/sched_switch")
int switch_timed(__u64 *ctx)
{
	struct task_struct *prev = (struct task_struct *)ctx[1];
	struct task_struct *next = (struct task_struct *)ctx[2];
	__u64 now_ns = bpf_ktime_get_ns();
	__u32 tid = prev->pid;
	__u64 *since, waited_ns = 0;
	bool waited;

	/* A task may be woken while it still runs, which is no wait. */
	if (tid && !task_state(prev))
		bpf_map_update_elem(&queued, &tid, &now_ns, BPF_ANY);
	else if (tid)
		bpf_map_delete_elem(&queued, &tid);
	tid = next->pid;
	since = bpf_map_lookup_elem(&queued, &tid);
	waited = since;
	if (since) {
		waited_ns = now_ns - *since;
		bpf_map_delete_elem(&queued, &tid);
	}
	return on_switch(ctx[0], prev, next, waited, waited_ns);
}

SEC("tp_btf/cgroup_rmdir")
int cgroup_removed(__u64 *ctx)
{
	return cgroup_removed_from(&cgroups, ctx);
}

char LICENSE[] SEC("license") = "GPL";
