// SPDX-License-Identifier: GPL-2.0
/* Where histogram.h puts a duration, one for each run, and a histogram of all of them. */
#include "histogram.h"

struct histogram_probe {
	__u64 ns;
	__u64 slot;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct histogram_probe);
} probe SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct histogram);
} sums SEC(".maps");

SEC("raw_tp")
int slot_of(void *ctx)
{
	__u32 zero = 0;
	struct histogram_probe *asked = bpf_map_lookup_elem(&probe, &zero);
	struct histogram *histogram = bpf_map_lookup_elem(&sums, &zero);

	if (!asked || !histogram)
		return 0;
	asked->slot = histogram_slot(asked->ns);
	histogram_add(histogram, asked->ns);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
