/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Profiles of events that have a size. An event is drawn by a chance that grows with its size, and then stands for as
 * many as that chance says: what is summed is right on average whatever the sizes are, and what it costs is bounded.
 */
#pragma once

#include "profile.h"
#include "target_cpus.h"

/* What is of this size or larger is always taken. */
const volatile __u64 cfg_interval = 1;

/* What user space raised it to: at any time, since what is drawn carries its weight. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} raised_interval SEC(".maps");

/* What was drawn stands for times / of. */
struct weight {
	__u64 times;
	__u64 of;
};

static __always_inline __u64 interval_now(void)
{
	__u32 zero = 0;
	__u64 *raised = bpf_map_lookup_elem(&raised_interval, &zero);

	return raised && *raised > cfg_interval ? *raised : cfg_interval;
}

static __always_inline bool is_drawn(__u64 size, __u32 random, struct weight *weight)
{
	__u64 interval = interval_now();

	weight->times = weight->of = 1;
	if (size >= interval)
		return true;
	if (!size)
		size = 1;
	if ((random * interval) >> 32 >= size)
		return false;
	weight->times = interval;
	weight->of = size;
	return true;
}

/* Rounded up or down by chance, so that nothing is lost on average. */
static __always_inline __u64 weigh(const struct weight *weight, __u64 value)
{
	if (weight->of == 1 && weight->times == 1)
		return value;
	return (value * weight->times + bpf_get_prandom_u32() % weight->of) / weight->of;
}

/* The current task where only itself can be at work, as in a call. */
static __always_inline bool is_target_call(struct task_struct *task, __u64 id)
{
	return is_target_cpu() && is_target(task, id >> 32, (__u32)id);
}

/* The current task, when it is what is asked for and does this itself. */
static __always_inline bool is_target_now(struct task_struct *task, __u64 id)
{
	enum event_context context = current_context(task);

	return (context == CONTEXT_TASK || context == CONTEXT_UNKNOWN) && is_target_call(task, id);
}

/* Who and in which stacks. */
static __always_inline bool place_now(void *ctx, struct profile_counters *cpu, struct profile_key *key,
	struct task_struct *task, __u64 id, __u32 place)
{
	key->tgid = id >> 32;
	name_process(key, task);
	return take_kernel_stack(ctx, cpu, place, &key->kernel_stack) &&
		take_user_stack(ctx, cpu, place, &key->user_stack);
}
