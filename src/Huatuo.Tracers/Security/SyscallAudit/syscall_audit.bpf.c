// SPDX-License-Identifier: GPL-2.0
/* Chosen system calls with their arguments and results: raw_syscalls sys_enter and sys_exit. */
#include "audit_filters.h"
#include "audited_text.h"
#include "ledger.h"
#include "limit.h"
#include "submit.h"

/* Calls that have not returned, by task: an exec may change a thread's number, not its address. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, __u64);
	__type(value, struct syscall_audit_record);
} pending SEC(".maps");

enum audit_slot {
	AUDIT_ENTER,
	AUDIT_EXIT,
	AUDIT_SLOTS,
};

/*
 * Nothing gets in between in task context until 7.0; since then (include/linux/tracepoint.h, __DECLARE_TRACE) a program
 * on a tracepoint may be preempted, and the other one run on the CPU meanwhile. No program runs twice on a CPU.
 */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, AUDIT_SLOTS);
	__type(key, __u32);
	__type(value, struct audit_scratch);
} scratch SEC(".maps");

/* The arguments are in the registers of the task, or in order in the event of the plain tracepoint. */
static __always_inline int on_enter(__u64 number, void *regs, const struct enter_event *event)
{
	const struct cred *cred;
	struct task_struct *task;
	struct ledger_counters *counters;
	struct syscall_audit_record *record;
	struct audit_scratch *slot;
	struct audit_plan *plan;
	struct cgroup *cgroup;
	bool compat = false;
	__u32 own = AUDIT_ENTER;
	__u64 key;

	plan = plan_of(number, &compat);
	if (!plan || !(plan->flags & AUDIT_WATCHED))
		return 0;
	task = (void *)bpf_get_current_task();
	key = (__u64)task;
	counters = ledger_of_cpu();
	slot = bpf_map_lookup_elem(&scratch, &own);
	if (!counters || !slot)
		return 0;
	record = &slot->record;
	cred = BPF_CORE_READ((struct task_struct___audit *)task, cred);
	record->uid = BPF_CORE_READ(cred, uid.val);
	record->euid = BPF_CORE_READ(cred, euid.val);
	fill_task(&record->header, task, bpf_ktime_get_ns());
	/* Also where the kernel does not tell in what context it is: nothing but a task calls it. */
	record->header.context = CONTEXT_TASK;
	cgroup = fill_cgroup(&record->header, task);
	record->plan = *plan;
	record->number = number;
	record->text = compat ? AUDIT_COMPAT : 0;
	record->data_bytes = 0;
	record->argv_bytes = 0;
	if (event)
		copy_arguments(record, event);
	else
		fill_arguments(record, regs, compat);
	if (!wanted_task(record, cgroup))
		goto filtered;
	read_texts(record);
	if (!wanted_arguments(record))
		goto filtered;
	fill_netns(&record->header, BPF_CORE_READ(task, nsproxy, net_ns));
	if (bpf_map_update_elem(&pending, &key, record, BPF_ANY)) {
		count(&counters->hits);
		count(&counters->lost);
	}
	return 0;
filtered:
	bpf_map_delete_elem(&pending, &key);
	count(&counters->hits);
	count(&counters->filtered);
	return 0;
}

SEC("tp_btf/sys_enter")
int syscall_audit_enter(__u64 *ctx)
{
	return on_enter(ctx[1], (void *)ctx[0], NULL);
}

SEC("tp/raw_syscalls/sys_enter")
int syscall_audit_enter_plain(struct enter_event *ctx)
{
	return on_enter(ctx->id, NULL, ctx);
}

/* A program that was started: its name as the kernel looked it up, whatever the caller's memory holds by now. */
SEC("tp_btf/sched_process_exec")
int syscall_audit_exec(__u64 *ctx)
{
	__u64 key = bpf_get_current_task();
	struct syscall_audit_record *record = bpf_map_lookup_elem(&pending, &key);
	struct linux_binprm *bprm = (struct linux_binprm *)ctx[2];
	long length;

	if (!record)
		return 0;
	length = bpf_probe_read_kernel_str(record->path, PATH_BYTES, BPF_CORE_READ(bprm, filename));
	if (length > 0)
		record->text = (record->text & ~AUDIT_PATH_CUT) | AUDIT_PATH_READ |
			(length == PATH_BYTES ? AUDIT_PATH_CUT : 0);
	return 0;
}

static __always_inline int on_exit(void *ctx, __u64 number, __s64 result)
{
	struct task_struct *task;
	struct ledger_counters *counters;
	struct syscall_audit_record *record;
	struct audit_scratch *slot;
	struct path_prefix prefix;
	bool compat = false;
	__u64 now_ns = 0;
	__u64 key;
	__u64 bytes;
	__u32 own = AUDIT_EXIT;

	if (!plan_of(number, &compat))
		return 0;
	task = (void *)bpf_get_current_task();
	key = (__u64)task;
	record = bpf_map_lookup_elem(&pending, &key);
	counters = ledger_of_cpu();
	slot = bpf_map_lookup_elem(&scratch, &own);
	if (!record || !counters || !slot)
		return 0;
	__builtin_memcpy(&slot->record, record, sizeof(*record));
	bpf_map_delete_elem(&pending, &key);
	record = &slot->record;
	record->result = result;
	count(&counters->hits);
	if (!(record->plan.flags & AUDIT_EXEC) || record->result < 0)
		read_texts(record);
	if (record->plan.flags & AUDIT_PATHS && !(record->text & AUDIT_PATH_READ && listed_path(record, &prefix))) {
		count(&counters->filtered);
		return 0;
	}
	if (!admitted(false, &now_ns)) {
		count(&counters->rate_limited);
		return 0;
	}
	record->duration_ns = now_ns - record->header.monotonic_ns;
	bpf_get_current_comm(record->program, sizeof(record->program));
	if (record->plan.data_kind == AUDIT_DATA_ARGV) {
		if (record->result < 0)
			read_old_argv(slot);
		else
			read_new_argv(slot, task);
	}
	bytes = record->argv_bytes;
	if (bytes > ARGV_BYTES)
		bytes = ARGV_BYTES;
	submit(ctx, counters, now_ns, slot, sizeof(*record) + bytes);
	return 0;
}

SEC("tp_btf/sys_exit")
int syscall_audit_exit(__u64 *ctx)
{
	__u64 number;

	if (bpf_core_field_exists(((struct pt_regs___arm64 *)0)->syscallno))
		number = ((struct pt_regs___arm64 *)ctx[0])->syscallno;
	else
		number = ((struct pt_regs___x86 *)ctx[0])->orig_ax;
	return on_exit(ctx, number, ctx[1]);
}

SEC("tp/raw_syscalls/sys_exit")
int syscall_audit_exit_plain(struct exit_event *ctx)
{
	return on_exit(ctx, ctx->id, ctx->ret);
}

char LICENSE[] SEC("license") = "GPL";
