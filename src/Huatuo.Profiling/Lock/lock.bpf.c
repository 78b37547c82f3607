// SPDX-License-Identifier: GPL-2.0
/*
 * Waits for locks: of the kernel, between lock:contention_begin and contention_end (5.19), with who holds it where the
 * lock says so; of programs, in calls of futex (raw_syscalls), with who ends the wait (sched:sched_waking). The stack
 * is taken at the end: it is the one of the beginning.
 */
#include "contention.h"
#include "syscall.h"
#include "weighed.h"

#define MAX_WAITING  32768
#define OWNER_FLAGS  7ul
#define READER_OWNED 1ul /* kernel/locking/rwsem.c: the last of several */
#define FUTEX_CMD    127

/* include/uapi/linux/futex.h */
enum {
	FUTEX_WAIT = 0,
	FUTEX_LOCK_PI = 6,
	FUTEX_WAIT_BITSET = 9,
	FUTEX_WAIT_REQUEUE_PI = 11,
	FUTEX_LOCK_PI2 = 13,
};

/* Those of the kernel are told by lock_kind. */
enum lock_reason {
	REASON_KERNEL,
	REASON_FUTEX = 32,
	REASON_FUTEX_BITSET,
	REASON_FUTEX_PI,
	REASON_FUTEX_REQUEUE,
	REASON_FUTEX_WAITV,
};

const enum lock_kind *const abi_lock_kind = 0;
const enum lock_reason *const abi_lock_reason = 0;

const volatile __u64 cfg_min_ns = 0;

struct lock_wait {
	__u64 begun_ns;
	char other[16]; /* who holds the lock, or ends the wait */
	__u32 other_tgid;
	__u32 reason;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_WAITING);
	__type(key, struct wait_key);
	__type(value, struct lock_wait);
} waits SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_WAITING);
	__type(key, __u32);
	__type(value, struct lock_wait);
} futexes SEC(".maps");

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct atomic_long___lock {
	__s64 counter;
};

struct mutex___lock {
	struct atomic_long___lock owner;
};

struct rw_semaphore___lock {
	struct atomic_long___lock owner;
};
#pragma clang attribute pop

static __always_inline void count_lost(struct profile_counters *cpu)
{
	tally(&cpu->seen);
	tally(&cpu->lost);
}

/* Of a mutex, and of a semaphore that a writer holds. */
static __always_inline void note_owner(struct lock_wait *wait, __u64 lock, __u32 kind)
{
	struct task_struct *task;
	__u64 owner = 0;

	if (kind == LOCK_MUTEX && bpf_core_field_exists(((struct mutex___lock *)0)->owner)) {
		owner = BPF_CORE_READ((struct mutex___lock *)lock, owner.counter);
	} else if ((kind == LOCK_RWSEM_READ || kind == LOCK_RWSEM_WRITE) &&
		bpf_core_field_exists(((struct rw_semaphore___lock *)0)->owner)) {
		owner = BPF_CORE_READ((struct rw_semaphore___lock *)lock, owner.counter);
		if (owner & READER_OWNED)
			return;
	}
	task = (struct task_struct *)(owner & ~OWNER_FLAGS);
	if (!task)
		return;
	wait->other_tgid = BPF_CORE_READ(task, tgid);
	bpf_core_read(wait->other, sizeof(wait->other), &task->comm);
}

/*
 * A mutex that was spun for at first begins again when the task goes to sleep. Of any other lock, a wait that is there
 * is one whose end was skipped.
 */
SEC("raw_tp/contention_begin")
int lock_begin(__u64 *ctx)
{
	struct wait_key key = wait_key_of(ctx[0]);
	struct profile_counters *cpu = counters_of_cpu();
	struct lock_wait wait = {};

	wait.reason = lock_kind_of(ctx[1]);
	if (!cpu || (wait.reason == LOCK_MUTEX && bpf_map_lookup_elem(&waits, &key)))
		return 0;
	note_owner(&wait, ctx[0], wait.reason);
	wait.begun_ns = bpf_ktime_get_ns();
	if (bpf_map_update_elem(&waits, &key, &wait, BPF_ANY))
		count_lost(cpu);
	return 0;
}

/* Where an interrupt waits, nobody's stack is to be shown for it but the kernel's. */
static __always_inline bool place_waiter(
	void *ctx, struct profile_counters *cpu, struct profile_key *key, __u64 id, __u32 place)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	enum event_context context = current_context(task);

	if (context == CONTEXT_TASK || context == CONTEXT_UNKNOWN)
		return place_now(ctx, cpu, key, task, id, place);
	__builtin_memcpy(key->comm, "[interrupt]", sizeof("[interrupt]"));
	return take_kernel_stack(ctx, cpu, STACK_OF_INTERRUPT, &key->kernel_stack);
}

static __always_inline bool is_asked_for(__u64 id)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();

	if (!cfg_tgid && !cfg_tid && !cfg_cgroup_id)
		return is_target_cpu();
	return is_target_now(task, id);
}

static __always_inline void tell(void *ctx, struct lock_wait *wait, __u32 place)
{
	__u64 id = bpf_get_current_pid_tgid(), ns = bpf_ktime_get_ns() - wait->begun_ns;
	struct profile_counters *cpu = counters_of_cpu();
	struct profile_key key = {};
	struct weight weight;

	if (!cpu)
		return;
	tally(&cpu->seen);
	if (!is_asked_for(id)) {
		tally(&cpu->filtered);
		return;
	}
	if (ns < cfg_min_ns || !is_drawn(ns, bpf_get_prandom_u32(), &weight)) {
		tally(&cpu->brief);
		return;
	}
	key.reason = wait->reason;
	key.waker_tgid = wait->other_tgid;
	__builtin_memcpy(key.waker, wait->other, sizeof(key.waker));
	if (place_waiter(ctx, cpu, &key, id, place) && add_value(&key, weigh(&weight, 1), weigh(&weight, ns), 0))
		tally(&cpu->sampled);
	else
		tally(&cpu->lost);
}

SEC("raw_tp/contention_end")
int lock_end(__u64 *ctx)
{
	struct wait_key key = wait_key_of(ctx[0]);
	struct lock_wait *found = bpf_map_lookup_elem(&waits, &key), wait;

	if (!found)
		return 0;
	wait = *found;
	bpf_map_delete_elem(&waits, &key);
	tell(ctx, &wait, STACK_OF_TASK);
	return 0;
}

static __always_inline __u32 futex_reason(long number, __u64 operation)
{
	if (number == SYSCALL_FUTEX_WAITV)
		return REASON_FUTEX_WAITV;
	if (number == SYSCALL_FUTEX_WAIT)
		return REASON_FUTEX_BITSET;
	if (number != SYSCALL_FUTEX)
		return 0;
	switch (operation & FUTEX_CMD) {
	case FUTEX_WAIT:
		return REASON_FUTEX;
	case FUTEX_WAIT_BITSET:
		return REASON_FUTEX_BITSET;
	case FUTEX_LOCK_PI:
	case FUTEX_LOCK_PI2:
		return REASON_FUTEX_PI;
	case FUTEX_WAIT_REQUEUE_PI:
		return REASON_FUTEX_REQUEUE;
	default:
		return 0;
	}
}

static __always_inline bool is_futex(long number)
{
	return number == SYSCALL_FUTEX || number == SYSCALL_FUTEX_WAIT || number == SYSCALL_FUTEX_WAITV;
}

SEC("tp_btf/sys_enter")
int lock_futex(__u64 *ctx)
{
	struct pt_regs *regs = (struct pt_regs *)ctx[0];
	struct profile_counters *cpu;
	struct lock_wait wait = {};
	struct task_struct *task;
	__u64 id;
	__u32 tid;

	if (!is_futex(ctx[1]))
		return 0;
	wait.reason = futex_reason(ctx[1], syscall_argument(regs, 1));
	if (!wait.reason)
		return 0;
	task = (struct task_struct *)bpf_get_current_task();
	id = bpf_get_current_pid_tgid();
	cpu = counters_of_cpu();
	if (!cpu || !is_native(task) || !is_target(task, id >> 32, (__u32)id))
		return 0;
	tid = (__u32)id;
	wait.begun_ns = bpf_ktime_get_ns();
	if (bpf_map_update_elem(&futexes, &tid, &wait, BPF_ANY))
		count_lost(cpu);
	return 0;
}

SEC("tp_btf/sched_waking")
int lock_waking(__u64 *ctx)
{
	struct task_struct *task = (struct task_struct *)ctx[0];
	struct task_struct *current = (struct task_struct *)bpf_get_current_task();
	__u32 tid = task->pid;
	struct lock_wait *wait = bpf_map_lookup_elem(&futexes, &tid);
	enum event_context context;

	if (!wait)
		return 0;
	context = current_context(current);
	if (context == CONTEXT_TASK && (__u32)bpf_get_current_pid_tgid()) {
		wait->other_tgid = bpf_get_current_pid_tgid() >> 32;
		__builtin_memset(wait->other, 0, sizeof(wait->other)); /* as fill_task does */
		bpf_get_current_comm(wait->other, sizeof(wait->other));
	} else if (context != CONTEXT_UNKNOWN) {
		/* The time that it would wait at most is over, or a signal comes. */
		wait->other_tgid = 0;
		__builtin_memcpy(wait->other, "interrupt", sizeof("interrupt"));
	}
	return 0;
}

SEC("tp_btf/sys_exit")
int lock_futex_end(__u64 *ctx)
{
	struct pt_regs *regs = (struct pt_regs *)ctx[0];
	struct lock_wait *found, wait;
	__u32 tid;

	if (!is_futex(syscall_number(regs)))
		return 0;
	tid = (__u32)bpf_get_current_pid_tgid();
	found = bpf_map_lookup_elem(&futexes, &tid);
	if (!found)
		return 0;
	wait = *found;
	bpf_map_delete_elem(&futexes, &tid);
	tell(ctx, &wait, STACK_AT_SYSCALL);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
