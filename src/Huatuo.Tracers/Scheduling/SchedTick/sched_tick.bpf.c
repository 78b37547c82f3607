// SPDX-License-Identifier: GPL-2.0
/*
 * The scheduler's tick, and how late it is: the high-resolution timer behind it tells when it was due. It comes late
 * when interrupts were off on its CPU, or when the CPU itself stood still: in firmware, or for other virtual machines.
 */
#include "identity.h"
#include "ledger.h"
#include "limit.h"
#include "submit.h"

#define MAX_PER_CPU_AND_SECOND 10

struct hrtimer {
	__s64 _softexpires;
	void *function;
} __attribute__((preserve_access_index));

enum cpu_usage_stat { CPUTIME_STEAL = 7 };

struct kernel_cpustat {
	__u64 cpustat[10];
} __attribute__((preserve_access_index));

/* The stack of what the tick interrupted follows: header.stack_bytes of it. */
struct sched_tick_record {
	struct event_header header;
	__u64 interval_ns;
	__u64 steal_ns;
	__u32 has_steal;
	__u32 reserved;
};

struct sched_tick_scratch {
	struct sched_tick_record record;
	__u64 stack[MAX_STACK_BYTES / 8];
};

const struct sched_tick_record *const abi_sched_tick_record = 0;

const volatile __u64 cfg_tick_function = 0; /* of the timer */
const volatile __u64 cfg_period_ns = 0;
const volatile __u64 cfg_interval_threshold_ns = 0;
const volatile __s64 cfg_cpustat_offset = 0; /* from a CPU's run queue, 0 where that is not known */

struct tick_state {
	__u64 interval_ns; /* of the late tick that is handled now, else 0 */
	__u64 steal_ns;    /* before it was handled */
	__u64 second;      /* in which this CPU reported last, and how often */
	__u64 reports;
};

/* The tick is handled in an interrupt that no other tick interrupts: nobody else uses its CPU's values meanwhile. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct tick_state);
} ticks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct sched_tick_scratch);
} scratch SEC(".maps");

/* All time that this CPU wanted to run and was not let. The tick itself brings it up to date. */
static __always_inline __u64 steal_ns(struct task_struct *task)
{
	struct kernel_cpustat *stat = (void *)BPF_CORE_READ(task, se.cfs_rq, rq) + cfg_cpustat_offset;
	int steal = bpf_core_enum_value(enum cpu_usage_stat, CPUTIME_STEAL);
	__u64 value = 0;

	if (cfg_cpustat_offset)
		bpf_core_read(&value, sizeof(value), &stat->cpustat[steal]);
	return value;
}

SEC("tp_btf/hrtimer_expire_entry")
int tick_begins(__u64 *ctx)
{
	struct hrtimer *timer = (struct hrtimer *)ctx[0];
	struct ledger_counters *counters;
	struct tick_state *state;
	__s64 late_ns;
	__u32 zero = 0;

	if ((__u64)timer->function != cfg_tick_function)
		return 0;
	late_ns = bpf_ktime_get_ns() - timer->_softexpires;
	if (late_ns > 0 && late_ns + cfg_period_ns > cfg_interval_threshold_ns) {
		state = bpf_map_lookup_elem(&ticks, &zero);
		if (!state)
			return 0;
		/* Counted and told when it has been handled, which accounts the time that was stolen meanwhile. */
		state->interval_ns = late_ns + cfg_period_ns;
		state->steal_ns = steal_ns((struct task_struct *)bpf_get_current_task());
		return 0;
	}
	counters = ledger_of_cpu();
	if (counters) {
		count(&counters->hits);
		count(&counters->filtered);
	}
	return 0;
}

static __always_inline bool cpu_admits(struct tick_state *state, __u64 now_ns)
{
	__u64 second = now_ns / LIMIT_WINDOW_NS;

	if (state->second != second) {
		state->second = second;
		state->reports = 0;
	}
	if (state->reports >= MAX_PER_CPU_AND_SECOND)
		return false;
	state->reports++;
	return true;
}

SEC("tp_btf/hrtimer_expire_exit")
int tick_ends(__u64 *ctx)
{
	struct ledger_counters *counters;
	enum event_context context;
	struct sched_tick_scratch *slot;
	struct task_struct *task;
	struct tick_state *state;
	__u64 interval_ns, now_ns;
	__u32 zero = 0;
	long stack_bytes;

	state = bpf_map_lookup_elem(&ticks, &zero);
	if (!state || !state->interval_ns)
		return 0;
	interval_ns = state->interval_ns;
	state->interval_ns = 0;
	counters = ledger_of_cpu();
	if (!counters)
		return 0;
	count(&counters->hits);
	task = (struct task_struct *)bpf_get_current_task();
	context = interrupted_context(task);
	/* A CPU that idles keeps nobody waiting; how late it wakes up is up to its sleep state, or to the hypervisor.
	 */
	if (context == CONTEXT_TASK && !(__u32)bpf_get_current_pid_tgid()) {
		count(&counters->filtered);
		return 0;
	}
	now_ns = bpf_ktime_get_ns();
	if (!cpu_admits(state, now_ns) || !admit_without_fetch(now_ns)) {
		count(&counters->rate_limited);
		return 0;
	}
	slot = bpf_map_lookup_elem(&scratch, &zero);
	if (!slot) {
		count(&counters->lost);
		return 0;
	}
	fill_task(&slot->record.header, task, now_ns);
	slot->record.header.context = context;
	fill_netns(&slot->record.header, BPF_CORE_READ(task, nsproxy, net_ns));
	slot->record.interval_ns = interval_ns;
	slot->record.steal_ns = steal_ns(task);
	slot->record.has_steal = slot->record.steal_ns != 0;
	slot->record.steal_ns -= state->steal_ns;
	slot->record.reserved = 0;
	stack_bytes = stack_taken(&slot->record.header, bpf_get_stack(ctx, slot->stack, MAX_STACK_BYTES, 0));
	submit(ctx, counters, now_ns, slot, sizeof(slot->record) + stack_bytes);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
