// SPDX-License-Identifier: GPL-2.0
/* What a CPU runs, from a timer interrupt on it: the task and its kernel stack, once for each request. */
#include "kernel.h"

#define MAX_FRAMES 127

struct cpu_stack {
	__u64 request; /* that this answers */
	__u32 tgid;
	__u32 tid;
	char comm[16];
	__u32 stack_bytes;
	__u32 reserved;
	__u64 stack[MAX_FRAMES];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} request SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct cpu_stack);
} answers SEC(".maps");

SEC("perf_event")
int answer(void *ctx)
{
	__u32 zero = 0;
	__u64 *asked = bpf_map_lookup_elem(&request, &zero);
	struct cpu_stack *stack = bpf_map_lookup_elem(&answers, &zero);
	__u64 id = bpf_get_current_pid_tgid();
	long bytes;

	if (!asked || !stack || stack->request == *asked)
		return 0;
	stack->tgid = id >> 32;
	stack->tid = (__u32)id;
	bpf_get_current_comm(stack->comm, sizeof(stack->comm));
	/* Fails, among others, when it interrupts user space: there is no kernel stack then. */
	bytes = bpf_get_stack(ctx, stack->stack, sizeof(stack->stack), 0);
	stack->stack_bytes = bytes > 0 ? bytes : 0;
	stack->request = *asked;
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
