// SPDX-License-Identifier: GPL-2.0
#include "shared.h"

enum verdict {
	VERDICT_PASS,
	VERDICT_ALL = 0xffffffff,
};

union address {
	__u8 bytes[16];
	__u32 words[4];
};

struct endpoint {
	union address address;
	__u16 ports[2][3];
	__u32 size;
};

struct sample_record {
	struct event_header header;
	struct endpoint ends[2];
	union {
		__u64 raw;
		struct {
			__u32 low;
			__u32 high;
		} halves;
	} cookie;
	enum verdict verdict;
	__u32 generation;
	__s64 latency_ns;
	__s8 level;
	char grade;
	bool is_first;
	bool flags[5];
	__u64 stack[];
};

struct netdev_key {
	char netdev_key[16];
};

struct bucket_range {
	__u16 first;
	__u16 last;
};

const struct sample_record *const abi_sample_record = 0;

const volatile bool cfg_enabled = true;
const volatile __u32 cfg_limit = 100;
const volatile enum verdict cfg_verdict = VERDICT_PASS;
const volatile __u16 cfg_port_list[8] = {};
const volatile bool cfg_switches[3] = {};
const volatile char cfg_device[16] = "";
const volatile struct bucket_range cfg_range = {};
const volatile bool cfg_devices = false;

static const volatile __u32 table[4] = { 1, 2, 3, 4 };
int hits;
int started = 1;

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, struct netdev_key);
	__type(value, bool);
} devices SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct event_header);
} scratch SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64[64]);
} latency_histogram SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events_ring SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
} events_perf SEC(".maps");

static __noinline int local(int x)
{
	return x * hits + started;
}

__noinline int subprogram(int x)
{
	return x * hits + 2;
}

SEC("raw_tp/sys_enter")
int on_enter(void *ctx)
{
	hits++;
	return cfg_enabled ? local(cfg_limit + table[hits & 3]) + subprogram(3) : 0;
}

SEC("tp/syscalls/sys_exit_getpgrp")
int on_exit(void *ctx)
{
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
