// SPDX-License-Identifier: GPL-2.0
/* Keeps a CPU from serving softirqs, under BPF_PROG_TEST_RUN, until it is told to stop or half a second is over. */
#include "kernel.h"

#define LONGEST_NS 500000000ULL
#define MANY       (1 << 23)

struct busy_state {
	__u64 began_ns;
	__u64 ended_ns;
	__u64 stop;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct busy_state);
} busy SEC(".maps");

static long turn(__u32 index, struct busy_state **state)
{
	volatile struct busy_state *busy = *state;

	return busy->stop || bpf_ktime_get_ns() - busy->began_ns > LONGEST_NS;
}

SEC("tc")
int spin(struct __sk_buff *skb)
{
	__u32 zero = 0;
	struct busy_state *state = bpf_map_lookup_elem(&busy, &zero);

	if (!state)
		return 0;
	state->began_ns = bpf_ktime_get_ns();
	bpf_loop(MANY, turn, &state, 0);
	state->ended_ns = bpf_ktime_get_ns();
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
