// SPDX-License-Identifier: GPL-2.0
/*
 * A CPU that runs in the kernel without letting others: kernel/watchdog.c finds it in the interrupt of a timer on that
 * CPU, so that the current task is the one that is stuck. It tells so only in the kernel log, and by a taint.
 */
#include <linux/ptrace.h>

#include "bytes.h"
#include "identity.h"
#include "ledger.h"
#include "limit.h"
#include "submit.h"

#define MESSAGE_START     "watchdog: BUG: soft lockup - CPU#"
#define MAX_MESSAGE_BYTES 128
#define TAINT_SOFTLOCKUP  14 /* include/linux/panic.h */

/* The stack of what is stuck follows: header.stack_bytes of it. */
struct softlockup_record {
	struct event_header header;
	__u32 message_bytes; /* 0 where the hook has no message */
	__u32 reserved;
	char message[MAX_MESSAGE_BYTES];
};

struct softlockup_scratch {
	struct softlockup_record record;
	__u64 stack[MAX_STACK_BYTES / 8];
};

const struct softlockup_record *const abi_softlockup_record = 0;

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct softlockup_scratch);
} scratch SEC(".maps");

/* Takes what is known of a lock-up that was counted as a hit already. */
static __always_inline int report(
	void *ctx, struct ledger_counters *counters, struct task_struct *task, const char *message, __u32 message_bytes)
{
	struct softlockup_scratch *slot;
	__u64 now_ns = 0;
	__u32 zero = 0;
	long stack_bytes;

	if (!admitted(false, &now_ns)) {
		count(&counters->rate_limited);
		return 0;
	}
	slot = bpf_map_lookup_elem(&scratch, &zero);
	if (!slot) {
		count(&counters->lost);
		return 0;
	}
	fill_task(&slot->record.header, task, now_ns);
	slot->record.header.context = interrupted_context(task);
	fill_netns(&slot->record.header, BPF_CORE_READ(task, nsproxy, net_ns));
	slot->record.message_bytes = 0;
	if (message) {
		if (message_bytes > MAX_MESSAGE_BYTES)
			message_bytes = MAX_MESSAGE_BYTES;
		if (!bpf_probe_read_kernel(slot->record.message, message_bytes, message))
			slot->record.message_bytes = message_bytes;
	}
	stack_bytes = stack_taken(&slot->record.header, bpf_get_stack(ctx, slot->stack, MAX_STACK_BYTES, 0));
	submit(ctx, counters, now_ns, slot, sizeof(slot->record) + stack_bytes);
	return 0;
}

/*
 * Every message that the kernel logs. Since 5.19 this is where it is formatted (kernel/printk/printk.c: printk_sprint),
 * by whoever logs, with interrupts off and no lock held; before, where it goes out to a console, later and elsewhere.
 */
SEC("tp_btf/console")
int softlockup_console(__u64 *ctx)
{
	struct ledger_counters *counters = ledger_of_cpu();
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	const char *message = (const char *)ctx[0];
	__u64 length = ctx[1];
	char start[sizeof(MESSAGE_START) - 1];

	if (!counters)
		return 0;
	count(&counters->hits);
	/* Only the watchdog's timer, and not somebody who writes the same to /dev/kmsg. */
	if (length <= sizeof(start) || bpf_probe_read_kernel(start, sizeof(start), message) ||
		!same_bytes(start, MESSAGE_START, sizeof(start)) || current_context(task) == CONTEXT_TASK) {
		count(&counters->filtered);
		return 0;
	}
	return report(ctx, counters, task, message, length < MAX_MESSAGE_BYTES ? length : MAX_MESSAGE_BYTES);
}

SEC("kprobe/add_taint")
int BPF_KPROBE(softlockup_taint, unsigned int flag)
{
	struct ledger_counters *counters = ledger_of_cpu();

	if (!counters)
		return 0;
	count(&counters->hits);
	if (flag != TAINT_SOFTLOCKUP) {
		count(&counters->filtered);
		return 0;
	}
	return report(ctx, counters, (struct task_struct *)bpf_get_current_task(), NULL, 0);
}

char LICENSE[] SEC("license") = "GPL";
