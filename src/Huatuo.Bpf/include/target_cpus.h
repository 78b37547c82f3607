/* SPDX-License-Identifier: GPL-2.0 */
/* The CPUs that are asked for. */
#pragma once

#include "kernel.h"

/* Whether only the CPUs of the map count. */
const volatile __u8 cfg_some_cpus = 0;

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} cpus SEC(".maps");

static __always_inline bool is_target_cpu(void)
{
	__u32 cpu = bpf_get_smp_processor_id();
	__u32 *is_asked_for;

	if (!cfg_some_cpus)
		return true;
	is_asked_for = bpf_map_lookup_elem(&cpus, &cpu);
	return is_asked_for && *is_asked_for;
}
