// SPDX-License-Identifier: GPL-2.0
/* The end of a task: sched:sched_process_exit. */
#include "identity.h"
#include "ledger.h"
#include "limit.h"
#include "submit.h"

/* What crosses to user space, as it stands: padding has a name, addresses are __u64. */
struct {{name}}_record {
	struct event_header header;
};

const struct {{name}}_record *const abi_{{name}}_record = 0;

const volatile bool cfg_processes_only = false;

/* Count the hit, filter, limit, and only then do what costs. Each way out counts. */
static __always_inline int on_exit(void *ctx, bool fetch)
{
	struct ledger_counters *counters = ledger_of_cpu();
	struct {{name}}_record record = {};
	__u64 id = bpf_get_current_pid_tgid();
	__u64 now_ns = 0;

	if (!counters)
		return 0;
	count(&counters->hits);
	if (cfg_processes_only && id >> 32 != (__u32)id) {
		count(&counters->filtered);
		return 0;
	}
	if (!admitted(fetch, &now_ns)) {
		count(&counters->rate_limited);
		return 0;
	}
	fill_task(&record.header, (void *)bpf_get_current_task(), now_ns);
	submit(ctx, counters, now_ns, &record, sizeof(record));
	return 0;
}

SEC("tp_btf/sched_process_exit")
int {{name}}_btf(__u64 *ctx)
{
	return on_exit(ctx, true);
}

SEC("tp/sched/sched_process_exit")
int {{name}}_tracepoint(void *ctx)
{
	return on_exit(ctx, false);
}

char LICENSE[] SEC("license") = "GPL";
