// SPDX-License-Identifier: GPL-2.0
/* Nothing, on any tracepoint: what the measurement itself costs there. */
#include "kernel.h"

SEC("raw_tp")
int empty_hook(__u64 *ctx)
{
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
