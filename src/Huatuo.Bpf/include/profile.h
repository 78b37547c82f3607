/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Samples of a profile: summed in the kernel by process and stacks, until user space takes them. A stack is kept once,
 * by the hash of its addresses, so that user space may take it away at any time: whoever needs it again puts it back.
 */
#pragma once

#include "identity.h"

#define PROFILE_FRAMES     127
#define PROFILE_STACKS     4096 /* user space makes it what the rate needs */
#define PROFILE_CGROUP_TOP 16

struct profile_key {
	__u64 kernel_stack; /* 0 for none */
	__u64 user_stack;
	__u64 image; /* where the arguments of the program lie: another place after exec */
	__u64 cgroup_id;
	__u32 tgid;
	__u32 generation;
	char comm[16];  /* of the process, not the thread */
	char waker[16]; /* or who else had a part in it, or what it was done to */
	__u32 waker_tgid;
	__u32 reason;
};

struct profile_value {
	__u64 count;
	__u64 ns;
	__u64 amount; /* of bytes, or of cycles */
};

struct profile_stack {
	__u32 frames;
	__u32 reserved;
	__u64 addresses[PROFILE_FRAMES];
};

/*
 * Stacks are built in a place on each CPU. What is loaded together has places of its own: from 7.0 on a task may be
 * preempted in one program by a task that runs another (include/linux/tracepoint.h), and an interrupt may come in
 * between on any kernel.
 */
enum stack_place {
	STACK_OF_TASK,
	STACK_AT_SYSCALL,
	STACK_OF_INTERRUPT,
	STACK_PLACES,
};

#include "unwind.h"

/* seen = idle + filtered + brief + lost + sampled, on every CPU. */
struct profile_counters {
	__u64 seen;
	__u64 idle;
	__u64 filtered;
	__u64 brief; /* shorter than asked for, or not drawn */
	__u64 lost;
	__u64 sampled;
	__u64 cut;    /* stacks that go on beyond the last frame */
	__u64 stacks; /* taken in user space, which is most of what a profile costs */
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct profile_counters);
} counters SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, PROFILE_STACKS);
	__type(key, struct profile_key);
	__type(value, struct profile_value);
} samples SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, PROFILE_STACKS);
	__type(key, __u64);
	__type(value, struct profile_stack);
} stacks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, STACK_PLACES);
	__type(key, __u32);
	__type(value, struct profile_stack);
} scratch SEC(".maps");

/* Samples of the other one are user space's to take away. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} generation SEC(".maps");

/* Only what is not 0 restricts. A cgroup stands for all below it. */
const volatile __u32 cfg_tgid = 0;
const volatile __u32 cfg_tid = 0;
const volatile __u64 cfg_cgroup_id = 0;

/* Nobody can foresee which stacks would have the same hash. */
const volatile __u64 cfg_seed = 0;

/* A task of the process, with fields of the kernel that only profiles read. */
#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct mm_struct___profile {
	unsigned long arg_start;
};

struct task_struct___profile {
	struct task_struct___profile *group_leader;
	struct mm_struct___profile *mm;
	char comm[16];
};

struct cgroup_subsys_state___profile {
	struct cgroup___profile *cgroup;
	struct cgroup_subsys_state___profile *parent;
};

struct cgroup___profile {
	struct cgroup_subsys_state___profile self;
	struct kernfs_node *kn;
};
#pragma clang attribute pop

/* The one that events are told by. */
static __always_inline struct cgroup___profile *cgroup_of(struct task_struct *task)
{
	struct css_set *set = BPF_CORE_READ(task, cgroups);
	struct cgroup_subsys_state *css = NULL;
	struct cgroup *own;

	bpf_core_read(&css, sizeof(css), &set->subsys[bpf_core_enum_value(enum cgroup_subsys_id, memory_cgrp_id)]);
	own = BPF_CORE_READ(css, cgroup);
	if (!own || BPF_CORE_READ(own, root, hierarchy_id) == 0)
		own = BPF_CORE_READ(set, dfl_cgrp);
	return (struct cgroup___profile *)own;
}

static __always_inline bool is_in_cgroup(struct task_struct *task)
{
	struct cgroup___profile *cgroup = cgroup_of(task);

	for (int level = 0; level < PROFILE_CGROUP_TOP; level++) {
		if (!cgroup)
			return false;
		if (BPF_CORE_READ(cgroup, kn, id) == cfg_cgroup_id)
			return true;
		cgroup = BPF_CORE_READ(cgroup, self.parent, cgroup);
	}
	return false;
}

static __always_inline bool is_target(struct task_struct *task, __u32 tgid, __u32 tid)
{
	if ((cfg_tgid && tgid != cfg_tgid) || (cfg_tid && tid != cfg_tid))
		return false;
	return !cfg_cgroup_id || is_in_cgroup(task);
}

static __always_inline __u64 stack_hash(const struct profile_stack *stack)
{
	__u64 hash = cfg_seed ^ stack->frames;

	for (__u32 i = 0; i < PROFILE_FRAMES; i++) {
		if (i >= stack->frames)
			break;
		hash = (hash ^ stack->addresses[i]) * 0x9e3779b97f4a7c15ULL;
		hash ^= hash >> 29;
	}
	return hash ? hash : 1;
}

static __always_inline void tally(__u64 *counter)
{
	__sync_fetch_and_add(counter, 1);
}

/* Puts a stack that was taken where user space finds it. False when there was no room for it. id: 0 when there is none.
 */
static __always_inline bool keep_stack(struct profile_counters *cpu, struct profile_stack *stack, long bytes, __u64 *id)
{
	*id = 0;
	if (bytes <= 0 || bytes > (long)sizeof(stack->addresses))
		return true;
	stack->frames = bytes / sizeof(__u64);
	if (stack->frames == PROFILE_FRAMES)
		tally(&cpu->cut);
	*id = stack_hash(stack);
	if (bpf_map_lookup_elem(&stacks, id))
		return true;
	bpf_map_update_elem(&stacks, id, stack, BPF_NOEXIST);
	return bpf_map_lookup_elem(&stacks, id);
}

static __always_inline struct profile_stack *stack_scratch(__u32 place)
{
	return bpf_map_lookup_elem(&scratch, &place);
}

/* Takes the current task's stack in the kernel. */
static __always_inline bool take_kernel_stack(void *ctx, struct profile_counters *cpu, __u32 place, __u64 *id)
{
	struct profile_stack *stack = stack_scratch(place);

	if (!stack)
		return false;
	return keep_stack(cpu, stack, bpf_get_stack(ctx, stack->addresses, sizeof(stack->addresses), 0), id);
}

/* Takes the current task's stack in user space. */
static __always_inline bool take_user_stack(void *ctx, struct profile_counters *cpu, __u32 place, __u64 *id)
{
	struct unwind_state *state = bpf_map_lookup_elem(&unwind_states, &place);
	struct profile_stack *stack;
	long bytes;

	if (!state)
		return false;
	tally(&cpu->stacks);
	stack = &state->stack;
	if (unwind(state, place))
		bytes = (__u64)stack->frames * sizeof(__u64);
	else
		bytes = bpf_get_stack(ctx, stack->addresses, sizeof(stack->addresses), BPF_F_USER_STACK);
	return keep_stack(cpu, stack, bytes, id);
}

/* Takes the kernel stack of a task that does not run. */
static __always_inline bool take_task_stack(struct task_struct *task, struct profile_counters *cpu, __u64 *id)
{
	struct profile_stack *stack = stack_scratch(STACK_OF_TASK);

	if (!stack)
		return false;
	return keep_stack(cpu, stack, bpf_get_task_stack(task, stack->addresses, sizeof(stack->addresses), 0), id);
}

static __always_inline void name_process(struct profile_key *key, struct task_struct *task)
{
	struct task_struct___profile *own = (struct task_struct___profile *)task;

	BPF_CORE_READ_INTO(&key->comm, own, group_leader, comm);
	key->image = BPF_CORE_READ(own, mm, arg_start);
	key->cgroup_id = BPF_CORE_READ(cgroup_of(task), kn, id);
}

static const struct profile_value first_value = {};

/* True when it is in the profile. */
static __always_inline bool add_value(struct profile_key *key, __u64 count, __u64 ns, __u64 amount)
{
	__u32 zero = 0;
	__u32 *now = bpf_map_lookup_elem(&generation, &zero);
	struct profile_value *value;

	key->generation = now ? *now : 0;
	value = bpf_map_lookup_elem(&samples, key);
	if (!value) {
		bpf_map_update_elem(&samples, key, &first_value, BPF_NOEXIST);
		value = bpf_map_lookup_elem(&samples, key);
	}
	if (!value)
		return false;
	__sync_fetch_and_add(&value->count, count);
	/* To add a constant 0 the compiler makes an operation that kernels before 5.12 do not have. */
	if (ns)
		__sync_fetch_and_add(&value->ns, ns);
	if (amount)
		__sync_fetch_and_add(&value->amount, amount);
	return true;
}

static __always_inline struct profile_counters *counters_of_cpu(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&counters, &zero);
}
