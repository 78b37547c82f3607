// SPDX-License-Identifier: GPL-2.0
/*
 * Time that tasks are away from a CPU: from when sched:sched_switch takes them off, over when somebody makes them
 * runnable (sched:sched_waking, where the waker is the current task), to when they are back. The stack is taken when
 * they leave: they come back in the same one.
 */
#include "profile.h"
#include "task_state.h"

#define MAX_AWAY       32768
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
	__u64 since_ns;
	__u64 woken_ns;
	__u64 user_stack;
	char waker[16];
	__u32 waker_tgid;
	__u32 reason;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_AWAY);
	__type(key, __u32);
	__type(value, struct offcpu_away);
} away SEC(".maps");

/* What the waits must last, when that is more than cfg_min_ns: user space may change it at any time. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} least_ns SEC(".maps");

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

static __always_inline void leave(void *ctx, bool preempt, struct task_struct *prev)
{
	__u32 state = task_state(prev), tid = prev->pid;
	struct profile_counters *cpu = counters_of_cpu();
	struct offcpu_away left = {};

	/* An idle task is nobody's, and one that ended does not come back. */
	if (!cpu || !tid || (!preempt && state & TASK_DEAD) || !is_target(prev, prev->tgid, tid))
		return;
	left.reason = reason_of(prev, preempt, state);
	if (left.reason == REASON_PREEMPTED && !(cfg_phases & PHASE_RUNQUEUE))
		return;
	left.since_ns = bpf_ktime_get_ns();
	if (!take_user_stack(ctx, cpu, STACK_OF_TASK, &left.user_stack) ||
		bpf_map_update_elem(&away, &tid, &left, BPF_ANY))
		count_lost(cpu);
}

/* Whether a part of the wait is to be told. */
static __always_inline bool is_long(struct profile_counters *cpu, __u32 phase, __u64 ns)
{
	__u32 zero = 0;
	__u64 *least = bpf_map_lookup_elem(&least_ns, &zero);

	if (!(cfg_phases & phase))
		return false;
	if (ns >= cfg_min_ns && (!least || ns >= *least))
		return true;
	tally(&cpu->seen);
	tally(&cpu->brief);
	return false;
}

static __always_inline void tell(struct profile_counters *cpu, struct profile_key *key, __u32 reason, __u64 ns)
{
	tally(&cpu->seen);
	key->reason = reason;
	add_sample(cpu, key, ns);
}

static __always_inline void come_back(struct task_struct *next)
{
	__u32 tid = next->pid;
	struct offcpu_away *left = bpf_map_lookup_elem(&away, &tid);
	struct profile_counters *cpu = counters_of_cpu();
	__u64 now_ns = bpf_ktime_get_ns(), woken_ns;
	struct profile_key key = {};
	bool blocked = false, queued;

	if (!left || !cpu)
		return;
	/* Who was not seen to be woken has been blocked up to now, as far as is known. */
	woken_ns = left->woken_ns ? left->woken_ns : now_ns;
	if (left->reason == REASON_PREEMPTED)
		woken_ns = left->since_ns;
	else
		blocked = is_long(cpu, PHASE_BLOCKED, woken_ns - left->since_ns);
	queued =
		(left->reason == REASON_PREEMPTED || left->woken_ns) && is_long(cpu, PHASE_RUNQUEUE, now_ns - woken_ns);
	if (blocked || queued) {
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
				tell(cpu, &key, left->reason, woken_ns - left->since_ns);
			if (queued)
				tell(cpu, &key, left->reason == REASON_PREEMPTED ? REASON_PREEMPTED : REASON_WOKEN,
					now_ns - woken_ns);
		}
	}
	bpf_map_delete_elem(&away, &tid);
}

SEC("tp_btf/sched_switch")
int offcpu_switch(__u64 *ctx)
{
	struct task_struct *prev = (struct task_struct *)ctx[1];
	struct task_struct *next = (struct task_struct *)ctx[2];

	leave(ctx, ctx[0], prev);
	if (next->pid)
		come_back(next);
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

	if (!left || left->woken_ns || left->reason == REASON_PREEMPTED)
		return 0;
	context = current_context(current);
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
