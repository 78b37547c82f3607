// SPDX-License-Identifier: GPL-2.0
/* What each CPU runs, asked by a timer on it, or by its counter of cycles. */
#include "profile.h"

#include <linux/bpf_perf_event.h>

/* Whether samples are some cycles apart, each as many as it says; else the same time. */
const volatile __u32 cfg_cycles = 0;

SEC("perf_event")
int oncpu(struct bpf_perf_event_data *ctx)
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
	tally(add_value(&key, 1, 0, cfg_cycles ? ctx->sample_period : 0) ? &cpu->sampled : &cpu->lost);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
