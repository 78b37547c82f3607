/* SPDX-License-Identifier: GPL-2.0 */
/* Bytes that are compared. Of __builtin_memcmp clang 14 makes a call, and nothing answers it. */
#pragma once

#include <linux/types.h>
#include <stdbool.h>

/* The size is a constant. */
static __always_inline bool same_bytes(const char *left, const char *right, __u32 size)
{
	char differing = 0;

#pragma clang loop unroll(full)
	for (__u32 i = 0; i < size; i++)
		differing |= left[i] ^ right[i];
	return !differing;
}
