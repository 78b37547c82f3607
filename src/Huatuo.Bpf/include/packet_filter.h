/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Filters that are written as pcap expressions. User space writes the translation of one over these functions before
 * load; they take numbers only, since kernels before 5.13 hand no other pointer to a global function, and being global
 * they are verified once, by themselves.
 */
#pragma once

#include "kernel.h"

#define FILTER_SLOTS 2048

/* What user space has written, and so what may be called. */
const volatile bool cfg_filter_raw = false;
const volatile bool cfg_filter_ethernet = false;

/*
 * Room for the filter, as data, since each instruction would have its own line in the debug information: r0 = 0, again
 * and again, behind a condition that the verifier knows to hold, so that it removes what stays unused. The arguments
 * have names in the BTF only if they are used; kernels refuse it otherwise (5.10).
 */
#define FILTER_ROOM(start, length, whole)                                                                \
	({                                                                                               \
		__u32 __answer;                                                                          \
		asm volatile("r0 = 0\nif r0 == 0 goto +%[slots]\n.fill %[slots], 8, 0xb7\n%[answer] = 0" \
			: [answer] "=r"(__answer)                                                        \
			: [slots] "i"(FILTER_SLOTS), "r"(start), "r"(length), "r"(whole)                 \
			: "r0");                                                                         \
		__answer;                                                                                \
	})

/*
 * Whether the filter matches the bytes at an address of the kernel. One that begins with the IP header:
 * start: the address; length: how many bytes may be read there; whole: the packet's length from there on.
 */
__noinline __u32 filter_raw(__u64 start, __u32 length, __u32 whole)
{
	return FILTER_ROOM(start, length, whole);
}

/* The same for one that begins with an Ethernet header. */
__noinline __u32 filter_ethernet(__u64 start, __u32 length, __u32 whole)
{
	return FILTER_ROOM(start, length, whole);
}
