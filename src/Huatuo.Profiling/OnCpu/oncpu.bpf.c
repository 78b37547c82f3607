// SPDX-License-Identifier: GPL-2.0
/* What each CPU runs, asked by a timer on it. */
#include "profile.h"

SEC("perf_event")
int oncpu(void *ctx)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	struct profile_counters *cpu = counters_of_cpu();
	__u64 id = bpf_get_current_pid_tgid();
	struct profile_key key = {};

	if (!cpu)
		return 0;
	tally(&cpu->seen);
	if (!(__u32)id) {
		tally(&cpu->idle);
		return 0;
	}
	if (!is_target(task, id >> 32, (__u32)id)) {
		tally(&cpu->filtered);
		return 0;
	}
	if (!take_kernel_stack(ctx, cpu, STACK_OF_TASK, &key.kernel_stack) ||
		!take_user_stack(ctx, cpu, STACK_OF_TASK, &key.user_stack)) {
		tally(&cpu->lost);
		return 0;
	}
	key.tgid = id >> 32;
	name_process(&key, task);
	add_sample(cpu, &key, 0);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
