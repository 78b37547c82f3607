/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is known of the requests under way, by their addresses. Each has a place in an array, which costs a tenth of
 * what putting it into a hash and taking it out again does; those whose place is taken by another go into a hash after
 * all.
 */
#pragma once

#include "kernel.h"

#define PLACES_SHIFT  13
#define PLACES        (1 << PLACES_SHIFT)
#define MAX_IN_FLIGHT 16384
#define GOLDEN_RATIO  0x61C88647u /* include/linux/hash.h: GOLDEN_RATIO_32 */

struct request_state {
	__u64 request; /* 0: nothing is known here */
	__u64 inserted_ns;
	__u64 issued_ns;
	__u64 cgroup_id;
	__u64 is_online;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, PLACES);
	__type(key, __u32);
	__type(value, struct request_state);
} places SEC(".maps");

/* The oldest are forgotten when there is no room. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, MAX_IN_FLIGHT);
	__type(key, __u64);
	__type(value, struct request_state);
} crowded SEC(".maps");

/* By the lower half of the address, which is a number once it is copied; the verifier lets nobody calculate with all of
 * it. */
static __always_inline struct request_state *place_of(__u64 request)
{
	__u32 index;

	asm volatile("%0 = %1" : "=w"(index) : "w"((__u32)request));
	index = index * GOLDEN_RATIO >> (32 - PLACES_SHIFT);
	return bpf_map_lookup_elem(&places, &index);
}

/* Nothing else touches the state of a request while a hook has that request. */
static __always_inline struct request_state *state_of(__u64 request)
{
	struct request_state *place = place_of(request);

	if (place && place->request == request)
		return place;
	return bpf_map_lookup_elem(&crowded, &request);
}

/* Two that find the same place free at the same instant: the later one has it, and the other is not counted. */
static __always_inline void keep_state(const struct request_state *state)
{
	struct request_state *place = place_of(state->request);

	if (place && (!place->request || place->request == state->request))
		*place = *state;
	else
		bpf_map_update_elem(&crowded, &state->request, state, BPF_ANY);
}

static __always_inline void forget_state(struct request_state *state, __u64 request)
{
	if (state == place_of(request))
		state->request = 0;
	else
		bpf_map_delete_elem(&crowded, &request);
}
