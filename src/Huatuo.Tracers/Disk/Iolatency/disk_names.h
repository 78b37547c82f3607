/* SPDX-License-Identifier: GPL-2.0 */
/* What disks are called, by major << 20 | minor. */
#pragma once

#include "kernel.h"

#define MAX_SERIES  512
#define OTHER_DISKS (~0u)

struct disk_name {
	char name[32];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_SERIES);
	__type(key, __u32);
	__type(value, struct disk_name);
} names SEC(".maps");
