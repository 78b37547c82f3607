// SPDX-License-Identifier: GPL-2.0
/* Nothing, on the hook of dropwatch: what the measurement itself costs. */
#include "kernel.h"

SEC("tp_btf/kfree_skb")
int empty_drop(__u64 *ctx)
{
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
