// SPDX-License-Identifier: GPL-2.0
/* A task that waits uninterruptibly for longer than the kernel puts up with: sched:sched_process_hang (3.13). */
#include "identity.h"
#include "ledger.h"
#include "limit.h"
#include "submit.h"

/* The stack of the task that hangs follows: header.stack_bytes of it. */
struct hungtask_record {
	struct event_header header;
};

struct hungtask_scratch {
	struct hungtask_record record;
	__u64 stack[MAX_STACK_BYTES / 8];
};

const struct hungtask_record *const abi_hungtask_record = 0;

/* khungtaskd alone gets here, one task at a time. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct hungtask_scratch);
} scratch SEC(".maps");

SEC("tp_btf/sched_process_hang")
int hungtask_btf(__u64 *ctx)
{
	struct ledger_counters *counters = ledger_of_cpu();
	struct task_struct *task = (struct task_struct *)ctx[0];
	struct hungtask_scratch *slot;
	__u64 now_ns = 0;
	__u32 zero = 0;
	long stack_bytes;

	if (!counters)
		return 0;
	count(&counters->hits);
	if (!admitted(false, &now_ns)) {
		count(&counters->rate_limited);
		return 0;
	}
	slot = bpf_map_lookup_elem(&scratch, &zero);
	if (!slot) {
		count(&counters->lost);
		return 0;
	}
	fill_other_task(&slot->record.header, task, now_ns);
	fill_netns(&slot->record.header, BPF_CORE_READ(task, nsproxy, net_ns));
	stack_bytes = stack_taken(&slot->record.header, bpf_get_task_stack(task, slot->stack, MAX_STACK_BYTES, 0));
	submit(ctx, counters, now_ns, slot, sizeof(slot->record) + stack_bytes);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
