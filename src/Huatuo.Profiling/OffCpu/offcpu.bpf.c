// SPDX-License-Identifier: GPL-2.0
/*
 * Time that tasks are away from a CPU: from when sched:sched_switch takes them off, over when somebody makes them
 * runnable (sched:sched_waking, where the waker is the current task), to when they are back. The stack is taken when
 * they leave: they come back in the same one.
 */
#include "profile.h"

#define MAX_AWAY             32768
#define TASK_UNINTERRUPTIBLE 2u
#define TASK_DEAD            0x80u
#define PHASE_BLOCKED        1u
#define PHASE_RUNQUEUE       2u

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
	struct profile_key key;
	__u64 since_ns;
	__u64 woken_ns;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_AWAY);
	__type(key, __u32);
	__type(value, struct offcpu_away);
} away SEC(".maps");

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct task_struct___offcpu {
	unsigned int in_iowait : 1;
};
#pragma clang attribute pop

static __always_inline __u32 state_of(struct task_struct *task)
{
	if (bpf_core_field_exists(task->__state))
		return task->__state;
	return ((struct task_struct___v5_13 *)task)->state;
}

static __always_inline enum offcpu_reason reason_of(struct task_struct *task, bool preempt, __u32 state)
{
	if (preempt || !state)
		return REASON_PREEMPTED;
	if (BPF_CORE_READ_BITFIELD_PROBED((struct task_struct___offcpu *)task, in_iowait))
		return REASON_IO;
	return state & TASK_UNINTERRUPTIBLE ? REASON_UNINTERRUPTIBLE : REASON_INTERRUPTIBLE;
}

static __always_inline void leave(void *ctx, bool preempt, struct task_struct *prev)
{
	__u32 state = state_of(prev), tid = prev->pid;
	struct profile_counters *cpu = counters_of_cpu();
	struct offcpu_away left = {};

	/* An idle task is nobody's, and one that ended does not come back. */
	if (!cpu || !tid || (!preempt && state & TASK_DEAD) || !is_target(prev, prev->tgid, tid))
		return;
	left.key.reason = reason_of(prev, preempt, state);
	if (left.key.reason >= REASON_PREEMPTED && !(cfg_phases & PHASE_RUNQUEUE))
		return;
	if (!take_stack(ctx, cpu, 0, &left.key.kernel_stack) ||
		!take_stack(ctx, cpu, BPF_F_USER_STACK, &left.key.user_stack))
		goto lost;
	left.key.tgid = prev->tgid;
	name_process(&left.key, prev);
	left.since_ns = bpf_ktime_get_ns();
	if (!bpf_map_update_elem(&away, &tid, &left, BPF_ANY))
		return;
lost:
	tally(&cpu->seen);
	tally(&cpu->lost);
}

static __always_inline void phase(struct profile_counters *cpu, struct profile_key *key, __u32 which, __u64 ns)
{
	if (!(cfg_phases & which))
		return;
	tally(&cpu->seen);
	if (ns < cfg_min_ns)
		tally(&cpu->brief);
	else
		add_sample(cpu, key, ns);
}

static __always_inline void come_back(__u32 tid)
{
	struct offcpu_away *left = bpf_map_lookup_elem(&away, &tid);
	struct profile_counters *cpu = counters_of_cpu();
	__u64 now_ns = bpf_ktime_get_ns(), woken_ns;

	if (!left || !cpu)
		return;
	if (left->key.reason >= REASON_PREEMPTED) {
		phase(cpu, &left->key, PHASE_RUNQUEUE, now_ns - left->since_ns);
	} else {
		/* Who was not seen to be woken has been blocked up to now, as far as is known. */
		woken_ns = left->woken_ns ? left->woken_ns : now_ns;
		phase(cpu, &left->key, PHASE_BLOCKED, woken_ns - left->since_ns);
		if (left->woken_ns) {
			left->key.reason = REASON_WOKEN;
			phase(cpu, &left->key, PHASE_RUNQUEUE, now_ns - woken_ns);
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
		come_back(next->pid);
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

	if (!left || left->woken_ns || left->key.reason >= REASON_WOKEN)
		return 0;
	context = current_context(current);
	if (context == CONTEXT_TASK) {
		left->key.waker_tgid = bpf_get_current_pid_tgid() >> 32;
		BPF_CORE_READ_INTO(&left->key.waker, (struct task_struct___profile *)current, group_leader, comm);
	} else if (context != CONTEXT_UNKNOWN) {
		__builtin_memcpy(left->key.waker, "interrupt", sizeof("interrupt"));
	}
	left->woken_ns = bpf_ktime_get_ns();
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
