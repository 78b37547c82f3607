// SPDX-License-Identifier: GPL-2.0
/* The OOM killer's choice: oom:mark_victim, in the task whose allocation found no memory. */
#include "identity.h"
#include "ledger.h"
#include "limit.h"
#include "submit.h"

#define CGROUP_NAME_BYTES 128

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct page_counter {
	struct {
		__s64 counter;
	} usage;
	unsigned long max;
};

struct mem_cgroup {
	struct cgroup_subsys_state css;
	struct page_counter memory;
};

/* The argument is the task where the event tells its memory, else its pid (5.10). */
struct trace_event_raw_mark_victim {
	int pid;
	unsigned long total_vm;
};

#pragma clang attribute pop

/* One side: usage and limit of its memory cgroup in pages, and the last component of that cgroup's path. */
struct oom_side {
	__u64 usage_pages;
	__u64 max_pages;
	char cgroup_name[CGROUP_NAME_BYTES];
};

/* The stack follows: header.stack_bytes of it. A victim that is not in reach has only its tid, and tgid 0. */
struct oom_record {
	struct event_header header;
	struct event_header victim;
	struct oom_side trigger_side;
	struct oom_side victim_side;
};

struct oom_scratch {
	struct oom_record record;
	__u64 stack[MAX_STACK_BYTES / 8];
};

const struct oom_record *const abi_oom_record = 0;

/* One is enough: oom_lock lets one task in at a time (mm/oom_kill.c, mm/memcontrol.c). */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct oom_scratch);
} scratch SEC(".maps");

static __always_inline void fill_side(struct oom_side *side, struct event_header *header, struct cgroup *cgroup)
{
	struct mem_cgroup *memcg = (struct mem_cgroup *)header->memory_cgroup_css;

	side->usage_pages = BPF_CORE_READ(memcg, memory.usage.counter);
	side->max_pages = BPF_CORE_READ(memcg, memory.max);
	bpf_probe_read_kernel_str(side->cgroup_name, sizeof(side->cgroup_name), BPF_CORE_READ(cgroup, kn, name));
}

static __always_inline void fill_victim(struct oom_record *record, struct task_struct *victim)
{
	record->victim.tgid = BPF_CORE_READ(victim, tgid);
	record->victim.tid = BPF_CORE_READ(victim, pid);
	bpf_core_read(record->victim.comm, sizeof(record->victim.comm), &victim->comm);
	fill_side(&record->victim_side, &record->victim, fill_cgroup(&record->victim, victim));
}

static __always_inline int on_victim(void *ctx, struct task_struct *victim, __u32 tid, bool fetch)
{
	struct ledger_counters *counters = ledger_of_cpu();
	struct task_struct *task = (void *)bpf_get_current_task();
	struct oom_scratch *slot;
	struct oom_record *record;
	__u64 now_ns = 0;
	__u32 zero = 0;
	long stack_bytes;

	if (!counters)
		return 0;
	count(&counters->hits);
	if (!admitted(fetch, &now_ns)) {
		count(&counters->rate_limited);
		return 0;
	}
	slot = bpf_map_lookup_elem(&scratch, &zero);
	if (!slot) {
		count(&counters->lost);
		return 0;
	}
	record = &slot->record;
	__builtin_memset(record, 0, sizeof(*record));
	fill_task(&record->header, task, now_ns);
	fill_side(&record->trigger_side, &record->header, fill_cgroup(&record->header, task));
	record->victim.tid = tid;
	if (!victim && tid == record->header.tid)
		victim = task;
	if (victim)
		fill_victim(record, victim);
	stack_bytes = stack_taken(&record->header, bpf_get_stack(ctx, slot->stack, MAX_STACK_BYTES, 0));
	submit(ctx, counters, now_ns, slot, sizeof(*record) + stack_bytes);
	return 0;
}

SEC("tp_btf/mark_victim")
int oom_btf(__u64 *ctx)
{
	if (bpf_core_field_exists(((struct trace_event_raw_mark_victim *)0)->total_vm))
		return on_victim(ctx, (struct task_struct *)ctx[0], 0, true);
	return on_victim(ctx, NULL, (__u32)ctx[0], true);
}

SEC("tp/oom/mark_victim")
int oom_tracepoint(struct trace_event_raw_mark_victim *ctx)
{
	return on_victim(ctx, NULL, BPF_CORE_READ(ctx, pid), false);
}

char LICENSE[] SEC("license") = "GPL";
