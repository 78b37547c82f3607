// SPDX-License-Identifier: GPL-2.0
/*
 * The tasks that count for the load, each with its cgroup: an iterator of the kernel's tasks (kernel/bpf/task_iter.c,
 * 5.8), which runs when its descriptor is read. Whoever is passed over costs no byte.
 */
#include "cgroups.h"
#include "task_state.h"

struct bpf_iter_meta {
	struct seq_file *seq;
} __attribute__((preserve_access_index));

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
} __attribute__((preserve_access_index));

/* One of the two is 1. */
struct loadavg_task {
	__u64 cgroup_id;
	__u32 runnable;
	__u32 uninterruptible;
};

const struct loadavg_task *const abi_loadavg_task = 0;

/* As kernel/sched/loadavg.c counts, without the task that reads. */
SEC("iter/task")
int busy_task(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	struct loadavg_task busy = {};
	__u32 state;

	if (!task || task->pid == (int)bpf_get_current_pid_tgid())
		return 0;
	state = task_state(task);
	busy.runnable = !state;
	busy.uninterruptible = (state & (TASK_UNINTERRUPTIBLE | TASK_NOLOAD)) == TASK_UNINTERRUPTIBLE;
	if (!busy.runnable && !busy.uninterruptible)
		return 0;
	busy.cgroup_id = cgroup_of(cgroups_of(task))->kn->id;
	bpf_seq_write(ctx->meta->seq, &busy, sizeof(busy));
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
