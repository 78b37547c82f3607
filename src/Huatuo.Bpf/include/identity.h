/* SPDX-License-Identifier: GPL-2.0 */
/* Who: the task, the context it was in, its cgroup, the socket's cgroup and the network namespace. */
#pragma once

#include "kernel.h"

#define MAX_STACK_BYTES (127 * 8)
#define SOFTIRQ_SERVED  0x100u /* include/linux/preempt.h: SOFTIRQ_OFFSET */

enum event_context {
	CONTEXT_TASK,
	CONTEXT_SOFTIRQ,
	CONTEXT_HARDIRQ,
	CONTEXT_UNKNOWN,
};

struct event_header {
	__u64 monotonic_ns;
	__u64 cgroup_id;
	__u64 memory_cgroup_css;
	__u64 netns_cookie;
	__u32 netns_inum;
	__u32 tgid;
	__u32 tid;
	__u32 cpu;
	char comm[16];
	__u32 context;
	__u32 stack_bytes;
};

/*
 * Where the CPU's preemption count lies, counted from its run queue: user space takes both from the kernel's BTF, since
 * a kernel without CONFIG_KALLSYMS_ALL gives no program the address of a per-CPU variable. 0 where that is not known.
 */
const volatile __s64 cfg_preempt_count_offset = 0;

/* Which of its bits count hardware interrupts and NMIs; user space tells, since no type of the kernel does. */
const volatile __u32 cfg_hardirq_mask = 0x00ff0000;

static __always_inline bool preempt_count(struct task_struct *task, __u32 *value)
{
	*value = 0;
	if (bpf_core_field_exists(((struct task_struct___arm64 *)0)->thread_info.preempt.count)) {
		*value = BPF_CORE_READ((struct task_struct___arm64 *)task, thread_info.preempt.count);
	} else {
		struct rq *rq = BPF_CORE_READ(task, se.cfs_rq, rq);

		if (!cfg_preempt_count_offset ||
			bpf_probe_read_kernel(value, sizeof(*value), (void *)rq + cfg_preempt_count_offset))
			return false;
	}
	/* PREEMPT_RT counts the softirqs it serves per task. */
	if (bpf_core_field_exists(((struct task_struct___rt *)0)->softirq_disable_cnt))
		*value |= (__u32)BPF_CORE_READ((struct task_struct___rt *)task, softirq_disable_cnt);
	return true;
}

static __always_inline enum event_context current_context(struct task_struct *task)
{
	__u32 value;

	if (!preempt_count(task, &value))
		return CONTEXT_UNKNOWN;
	if (value & cfg_hardirq_mask)
		return CONTEXT_HARDIRQ;
	if (value & SOFTIRQ_SERVED)
		return CONTEXT_SOFTIRQ;
	return CONTEXT_TASK;
}

/* For a hook that runs in an interrupt and tells of what that interrupted. */
static __always_inline enum event_context interrupted_context(struct task_struct *task)
{
	__u32 value;

	if (!preempt_count(task, &value))
		return CONTEXT_UNKNOWN;
	return value & SOFTIRQ_SERVED ? CONTEXT_SOFTIRQ : CONTEXT_TASK;
}

/* The memory controller's cgroup where it has a hierarchy of its own (v1), else the one of the default hierarchy. */
static __always_inline struct cgroup *fill_cgroup(struct event_header *header, struct task_struct *task)
{
	struct css_set *set = BPF_CORE_READ(task, cgroups);
	int memory = bpf_core_enum_value(enum cgroup_subsys_id, memory_cgrp_id);
	struct cgroup_subsys_state *css = NULL;
	struct cgroup *cgroup = NULL;

	bpf_core_read(&css, sizeof(css), &set->subsys[memory]);
	header->memory_cgroup_css = (__u64)css;
	cgroup = BPF_CORE_READ(css, cgroup);
	if (!cgroup || BPF_CORE_READ(cgroup, root, hierarchy_id) == 0)
		cgroup = BPF_CORE_READ(set, dfl_cgrp);
	header->cgroup_id = BPF_CORE_READ(cgroup, kn, id);
	return cgroup;
}

static __always_inline void fill_task(struct event_header *header, struct task_struct *task, __u64 now_ns)
{
	__u64 id = bpf_get_current_pid_tgid();

	header->monotonic_ns = now_ns;
	header->tgid = id >> 32;
	header->tid = (__u32)id;
	header->cpu = bpf_get_smp_processor_id();
	header->context = current_context(task);
	/* Some kernels, 6.1 for one, leave what stands behind the name as it was; filters look names up whole. */
	__builtin_memset(header->comm, 0, sizeof(header->comm));
	bpf_get_current_comm(header->comm, sizeof(header->comm));
	fill_cgroup(header, task);
}

/* A task that does not run: what happened, happened to it and by its own doing. */
static __always_inline void fill_other_task(struct event_header *header, struct task_struct *task, __u64 now_ns)
{
	header->monotonic_ns = now_ns;
	header->tgid = BPF_CORE_READ(task, tgid);
	header->tid = BPF_CORE_READ(task, pid);
	if (bpf_core_field_exists(((struct task_struct___v5_10 *)0)->cpu))
		header->cpu = BPF_CORE_READ((struct task_struct___v5_10 *)task, cpu);
	else
		header->cpu = BPF_CORE_READ(task, thread_info.cpu);
	header->context = CONTEXT_TASK;
	bpf_core_read(header->comm, sizeof(header->comm), &task->comm);
	fill_cgroup(header, task);
}

static __always_inline __u64 netns_cookie(struct net *net)
{
	if (bpf_core_field_exists(((struct net___v5_10 *)0)->net_cookie.counter))
		return BPF_CORE_READ((struct net___v5_10 *)net, net_cookie.counter);
	return BPF_CORE_READ(net, net_cookie);
}

/* A pointer that leads to a namespace whose loopback device leads back is one; a reused union member is not. */
static __always_inline bool is_netns(struct net *net)
{
	struct net_device *loopback = BPF_CORE_READ(net, loopback_dev);

	return net && loopback && BPF_CORE_READ(loopback, nd_net.net) == net && BPF_CORE_READ(loopback, ifindex) == 1;
}

static __always_inline void fill_netns(struct event_header *header, struct net *net)
{
	header->netns_inum = net ? BPF_CORE_READ(net, ns.inum) : 0;
	header->netns_cookie = net ? netns_cookie(net) : 0;
}

/* The default hierarchy's cgroup of a full socket; request and time-wait sockets have none. */
static __always_inline __u64 socket_cgroup_id(struct sock *sk)
{
	if (bpf_core_field_exists(((struct sock_cgroup_data___v5_10 *)0)->val)) {
		__u64 value = BPF_CORE_READ((struct sock___v5_10 *)sk, sk_cgrp_data.val);

		return value & 1 ? 0 : BPF_CORE_READ((struct cgroup *)(value & ~3ULL), kn, id);
	}
	return BPF_CORE_READ(sk, sk_cgrp_data.cgroup, kn, id);
}

/* Notes how much of a stack was taken: nothing when the helper failed. */
static __always_inline long stack_taken(struct event_header *header, long bytes)
{
	if (bytes < 0 || bytes > MAX_STACK_BYTES)
		bytes = 0;
	header->stack_bytes = bytes;
	return bytes;
}
