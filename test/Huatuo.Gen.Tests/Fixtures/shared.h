/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include <linux/types.h>
#include <linux/bpf.h>
#include <stdbool.h>
#include <bpf/bpf_helpers.h>

enum event_context {
	CONTEXT_TASK,
	CONTEXT_SOFTIRQ,
};

struct event_header {
	__u64 monotonic_ns;
	char comm[16];
	enum event_context context;
	__u32 tgid;
};
