// SPDX-License-Identifier: GPL-2.0
/*
 * Time that tasks are away from a CPU: from when sched:sched_switch takes them off, over when somebody makes them
 * runnable (sched:sched_waking, where the waker is the current task), to when they are back. The stack is taken when
 * they leave: they come back in the same one. How long they will be away is not known then, so that where that would
 * cost too much, tasks that are new, or whose waits have all been brief, are drawn by chance, and stand for as many.
 */
#include "profile.h"
#include "target_cpus.h"
#include "task_state.h"

#define MAX_AWAY       32768
#define BRISK          16 /* brief waits in a row, after which the next may be brief too, as the first may */
#define PHASE_BLOCKED  1u
#define PHASE_RUNQUEUE 2u

enum offcpu_reason {
	REASON_NONE,
	REASON_INTERRUPTIBLE,
	REASON_UNINTERRUPTIBLE,
	REASON_IO,
	REASON_WOKEN,     /* what it blocked on is over, and it waits for a CPU */
	REASON_PREEMPTED, /* or gave way: only its stack tells */
};

const enum offcpu_reason *const abi_offcpu_reason = 0;

const volatile __u64 cfg_min_ns = 0;
const volatile __u32 cfg_phases = PHASE_BLOCKED | PHASE_RUNQUEUE;

struct offcpu_away {
	__u64 since_ns; /* 0 while it has a CPU */
	__u64 woken_ns;
	__u64 user_stack;
	char waker[16];
	__u32 waker_tgid;
	__u32 reason;
	__u32 brief;  /* waits in a row that were not long enough to be told, BRISK to begin with */
	__u32 weight; /* how many waits this one stands for; 0 when it was not drawn */
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_AWAY);
	__type(key, __u32);
	__type(value, struct offcpu_away);
} away SEC(".maps");

/* User space may change it at any time. */
struct offcpu_pace {
	__u64 least_ns; /* what waits must last, when that is more than cfg_min_ns */
	__u32 shift;    /* one of 2^shift waits of new and brisk tasks is taken */
	__u32 reserved;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct offcpu_pace);
} paces SEC(".maps");

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct task_struct___offcpu {
	unsigned int in_iowait : 1;
};
#pragma clang attribute pop

static __always_inline enum offcpu_reason reason_of(struct task_struct *task, bool preempt, __u32 state)
{
	if (preempt || !state)
		return REASON_PREEMPTED;
	if (BPF_CORE_READ_BITFIELD_PROBED((struct task_struct___offcpu *)task, in_iowait))
		return REASON_IO;
	return state & TASK_UNINTERRUPTIBLE ? REASON_UNINTERRUPTIBLE : REASON_INTERRUPTIBLE;
}

static __always_inline void count_lost(struct profile_counters *cpu)
{
	tally(&cpu->seen);
	tally(&cpu->lost);
}

static __always_inline struct offcpu_pace *pace_now(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&paces, &zero);
}

static const struct offcpu_away not_away = { .brief = BRISK };

static __always_inline struct offcpu_away *away_of(__u32 tid)
{
	struct offcpu_away *left = bpf_map_lookup_elem(&away, &tid);

	if (left)
		return left;
	bpf_map_update_elem(&away, &tid, &not_away, BPF_NOEXIST);
	return bpf_map_lookup_elem(&away, &tid);
}

/* How many waits the next one of a task stands for. Only what was before decides, so that sums are right on average. */
static __always_inline __u32 draw(__u32 brief)
{
	struct offcpu_pace *pace = pace_now();
	__u32 weight;

	if (!pace || !pace->shift || brief < BRISK)
		return 1;
	weight = 1u << (pace->shift & 31);
	return bpf_get_prandom_u32() & (weight - 1) ? 0 : weight;
}

static __always_inline void leave(
	void *ctx, bool preempt, struct task_struct *prev, struct profile_counters *cpu, __u64 now_ns)
{
	__u32 state = task_state(prev), tid = prev->pid;
	enum offcpu_reason reason;
	struct offcpu_away *left;
	__u64 user_stack = 0;

	/* One that ended does not come back. */
	if (!preempt && state & TASK_DEAD) {
		bpf_map_delete_elem(&away, &tid);
		return;
	}
	/* It may come back to any CPU. */
	if (!is_target_cpu() || !is_target(prev, prev->tgid, tid))
		return;
	reason = reason_of(prev, preempt, state);
	if (reason == REASON_PREEMPTED && !(cfg_phases & PHASE_RUNQUEUE))
		return;
	left = away_of(tid);
	if (!left) {
		count_lost(cpu);
		return;
	}
	left->reason = reason;
	left->weight = draw(left->brief);
	left->woken_ns = 0;
	left->waker_tgid = 0;
	__builtin_memset(left->waker, 0, sizeof(left->waker));
	/* Another CPU may wake it while its stack is still being taken. */
	left->since_ns = now_ns;
	if (left->weight && !take_user_stack(ctx, cpu, STACK_OF_TASK, &user_stack)) {
		left->since_ns = 0;
		count_lost(cpu);
		return;
	}
	left->user_stack = user_stack;
}

/* Too brief to be told, or not drawn. */
static __always_inline void pass_over(struct profile_counters *cpu)
{
	tally(&cpu->seen);
	tally(&cpu->brief);
}

/* Whether a part of the wait is long enough to be told. */
static __always_inline bool is_long(struct profile_counters *cpu, __u32 phase, __u64 ns)
{
	struct offcpu_pace *pace = pace_now();

	if (!(cfg_phases & phase))
		return false;
	if (ns >= cfg_min_ns && (!pace || ns >= pace->least_ns))
		return true;
	pass_over(cpu);
	return false;
}

static __always_inline void tell(
	struct profile_counters *cpu, struct profile_key *key, __u32 reason, __u64 ns, __u32 weight)
{
	tally(&cpu->seen);
	key->reason = reason;
	tally(add_value(key, weight, ns * weight, 0) ? &cpu->sampled : &cpu->lost);
}

static __always_inline void come_back(struct task_struct *next, struct profile_counters *cpu, __u64 now_ns)
{
	__u32 tid = next->pid;
	struct offcpu_away *left = bpf_map_lookup_elem(&away, &tid);
	struct profile_key key = {};
	bool blocked = false, queued;
	__u64 woken_ns;

	if (!left || !left->since_ns)
		return;
	/* Who was not seen to be woken has been blocked up to now, as far as is known. */
	woken_ns = left->woken_ns ? left->woken_ns : now_ns;
	if (left->reason == REASON_PREEMPTED)
		woken_ns = left->since_ns;
	else
		blocked = is_long(cpu, PHASE_BLOCKED, woken_ns - left->since_ns);
	queued =
		(left->reason == REASON_PREEMPTED || left->woken_ns) && is_long(cpu, PHASE_RUNQUEUE, now_ns - woken_ns);
	left->brief = blocked || queued ? 0 : left->brief + 1;
	if (!left->weight) {
		if (blocked)
			pass_over(cpu);
		if (queued)
			pass_over(cpu);
	} else if (blocked || queued) {
		key.user_stack = left->user_stack;
		key.tgid = next->tgid;
		key.waker_tgid = left->waker_tgid;
		__builtin_memcpy(key.waker, left->waker, sizeof(key.waker));
		name_process(&key, next);
		if (!take_task_stack(next, cpu, &key.kernel_stack)) {
			if (blocked)
				count_lost(cpu);
			if (queued)
				count_lost(cpu);
		} else {
			if (blocked)
				tell(cpu, &key, left->reason, woken_ns - left->since_ns, left->weight);
			if (queued)
				tell(cpu, &key, left->reason == REASON_PREEMPTED ? REASON_PREEMPTED : REASON_WOKEN,
					now_ns - woken_ns, left->weight);
		}
	}
	left->since_ns = 0;
}

SEC("tp_btf/sched_switch")
int offcpu_switch(__u64 *ctx)
{
	struct task_struct *prev = (struct task_struct *)ctx[1];
	struct task_struct *next = (struct task_struct *)ctx[2];
	struct profile_counters *cpu = counters_of_cpu();
	__u64 now_ns = bpf_ktime_get_ns();

	if (!cpu)
		return 0;
	/* An idle task is nobody's. */
	if (prev->pid)
		leave(ctx, ctx[0], prev, cpu, now_ns);
	if (next->pid)
		come_back(next, cpu, now_ns);
	return 0;
}

SEC("tp_btf/sched_waking")
int offcpu_waking(__u64 *ctx)
{
	struct task_struct *task = (struct task_struct *)ctx[0];
	struct task_struct *current = (struct task_struct *)bpf_get_current_task();
	__u32 tid = task->pid;
	struct offcpu_away *left = bpf_map_lookup_elem(&away, &tid);
	enum event_context context;

	if (!left || !left->since_ns || left->woken_ns || left->reason == REASON_PREEMPTED)
		return 0;
	context = left->weight ? current_context(current) : CONTEXT_UNKNOWN;
	if (context == CONTEXT_TASK && !(__u32)bpf_get_current_pid_tgid()) {
		/* The idle loop does what interrupts left to it. */
		__builtin_memcpy(left->waker, "idle", sizeof("idle"));
	} else if (context == CONTEXT_TASK) {
		left->waker_tgid = bpf_get_current_pid_tgid() >> 32;
		BPF_CORE_READ_INTO(&left->waker, (struct task_struct___profile *)current, group_leader, comm);
	} else if (context != CONTEXT_UNKNOWN) {
		__builtin_memcpy(left->waker, "interrupt", sizeof("interrupt"));
	}
	left->woken_ns = bpf_ktime_get_ns();
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
