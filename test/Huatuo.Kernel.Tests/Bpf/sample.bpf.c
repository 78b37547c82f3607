// SPDX-License-Identifier: GPL-2.0
/* Maps of each kind that the wrappers read, and programs that the kernel refuses. */
#include "kernel.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1000);
	__type(key, __u32);
	__type(value, __u64);
} numbers SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 16);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u64);
	__type(value, __u32);
} prefixes SEC(".maps");

struct per_cpu {
	__u32 hits;
	__u32 cpu;
	__u32 odd;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, struct per_cpu);
} per_cpu SEC(".maps");

const volatile __u32 cfg_number = 7;
const volatile __u16 cfg_list[3] = {};

SEC("raw_tp/sys_enter")
int counts(void *ctx)
{
	__u32 key = 1;
	struct per_cpu *value = bpf_map_lookup_elem(&per_cpu, &key);

	if (!value)
		return 0;
	value->hits = cfg_number;
	value->cpu = bpf_get_smp_processor_id() + 1;
	value->odd = cfg_list[2];
	return 0;
}

SEC("raw_tp/sys_enter")
int unchecked(void *ctx)
{
	__u32 key = 1;
	struct per_cpu *value = bpf_map_lookup_elem(&per_cpu, &key);

	return value->hits;
}

SEC("raw_tp/sys_enter")
int unchecked_late(void *ctx)
{
	__u32 key = 1, cpus = 0;
	struct per_cpu *value;

#pragma clang loop unroll(disable)
	for (int i = 0; i < 5000; i++)
		cpus += bpf_get_smp_processor_id();
	value = bpf_map_lookup_elem(&per_cpu, &key);
	return value->hits + cpus;
}

SEC("raw_tp/no_such_tracepoint")
int nowhere(void *ctx)
{
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
