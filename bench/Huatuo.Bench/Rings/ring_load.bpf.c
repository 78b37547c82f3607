// SPDX-License-Identifier: GPL-2.0
/* A record for each of one process's calls of one system call, sent the way that tracers send theirs. */
#include "submit.h"

#define MAX_RECORD_BYTES 1400

struct load_record {
	__u64 monotonic_ns;
	__u64 number;
	__u64 cpu;
	__u64 payload[(MAX_RECORD_BYTES - 24) / 8];
};

const volatile __u32 cfg_tgid = 0;
const volatile __u64 cfg_syscall = 0;
const volatile __u32 cfg_record_bytes = MAX_RECORD_BYTES;

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct load_record);
} scratch SEC(".maps");

SEC("tp_btf/sys_enter")
int ring_load(__u64 *ctx)
{
	struct ledger_counters *counters;
	struct load_record *record;
	__u32 zero = 0;

	if (ctx[1] != cfg_syscall || bpf_get_current_pid_tgid() >> 32 != cfg_tgid)
		return 0;
	counters = ledger_of_cpu();
	record = bpf_map_lookup_elem(&scratch, &zero);
	if (!counters || !record)
		return 0;
	count(&counters->hits);
	record->monotonic_ns = bpf_ktime_get_ns();
	record->number = counters->hits;
	record->cpu = bpf_get_smp_processor_id();
	submit(ctx, counters, record->monotonic_ns, record, cfg_record_bytes);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
