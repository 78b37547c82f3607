// SPDX-License-Identifier: GPL-2.0
/* What in_flight.h knows of two requests: after both have come, and after the first has gone. */
#include "../../../src/Huatuo.Tracers/Disk/Iolatency/in_flight.h"

struct two_requests {
	__u64 first;
	__u64 second;
	__u64 both[2];
	__u64 one[2];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct two_requests);
} requests SEC(".maps");

static __always_inline __u64 known_of(__u64 request)
{
	struct request_state *state = state_of(request);

	return state ? state->inserted_ns : 0;
}

SEC("raw_tp")
int keep_two(void *ctx)
{
	__u32 zero = 0;
	struct two_requests *asked = bpf_map_lookup_elem(&requests, &zero);
	struct request_state state = {}, *first;

	if (!asked)
		return 0;
	state.request = asked->first;
	state.inserted_ns = 1;
	keep_state(&state);
	state.request = asked->second;
	state.inserted_ns = 2;
	keep_state(&state);
	asked->both[0] = known_of(asked->first);
	asked->both[1] = known_of(asked->second);
	first = state_of(asked->first);
	if (first)
		forget_state(first, asked->first);
	asked->one[0] = known_of(asked->first);
	asked->one[1] = known_of(asked->second);
	first = state_of(asked->second);
	if (first)
		forget_state(first, asked->second);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
