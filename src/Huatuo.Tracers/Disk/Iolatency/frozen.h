/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Queues that are frozen: from when the kernel lets no request in any more (block/blk-mq.c: __blk_freeze_queue_start)
 * to when it lets them in again (__blk_mq_unfreeze_queue). Who freezes a queue that is frozen makes it deeper; it is
 * frozen once until all of them have let it go.
 */
#pragma once

#include "block.h"
#include "disk_names.h"

#define MAX_FROZEN 1024
#define SAME_NS    1000000ULL

/* Since when, and by which thread, a queue of which disk is. */
struct frozen_queue {
	__u64 since_ns;
	__u64 thread;
	__u64 device;
};

/* Of one disk. */
struct disk_freezes {
	__u64 freezes;
	__u64 frozen_ns;
};

/* By address. The queue of a disk that was removed while it was frozen stays here until another one needs the room. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, MAX_FROZEN);
	__type(key, __u64);
	__type(value, struct frozen_queue);
} frozen SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_SERIES);
	__type(key, __u32);
	__type(value, struct disk_freezes);
} freezes SEC(".maps");

static const struct disk_freezes no_freezes = {};

/* 0 while a queue has no disk. */
static __always_inline __u32 device_of(struct request_queue *q, struct disk_name *name)
{
	struct device___disk *device;
	struct gendisk *disk;

	if (bpf_core_field_exists(q->disk)) {
		disk = q->disk;
		if (!disk)
			return 0;
		bpf_core_read(name, sizeof(*name), &disk->disk_name);
		return disk->major << 20 | disk->first_minor;
	}
	device = (struct device___disk *)BPF_CORE_READ((struct request_queue___v5_14 *)q, kobj.parent);
	if (!device)
		return 0;
	bpf_probe_read_kernel_str(name, sizeof(*name), BPF_CORE_READ(device, kobj.name));
	return BPF_CORE_READ(device, devt);
}

static __always_inline struct disk_freezes *freezes_of(__u32 device)
{
	struct disk_freezes *counted = bpf_map_lookup_elem(&freezes, &device);

	if (counted)
		return counted;
	bpf_map_update_elem(&freezes, &device, &no_freezes, BPF_NOEXIST);
	counted = bpf_map_lookup_elem(&freezes, &device);
	if (counted)
		return counted;
	device = OTHER_DISKS;
	return bpf_map_lookup_elem(&freezes, &device);
}

/*
 * At the end of whatever begins to freeze. The first to do so finds a depth of 1; what is known of the queue then is of
 * one that had its address before, unless it is of this thread and hardly over: of a function that the one which ends
 * now has called. Of two at once, both may find 2.
 */
static __always_inline int on_freeze(struct request_queue *q)
{
	struct frozen_queue begun = { .since_ns = bpf_ktime_get_ns(), .thread = bpf_get_current_pid_tgid() }, *known;
	struct disk_name name = {};
	struct disk_freezes *counted;
	int depth = q->mq_freeze_depth;
	__u64 queue = (__u64)q;
	__u32 device = device_of(q, &name);

	if (!depth || !device)
		return 0;
	known = bpf_map_lookup_elem(&frozen, &queue);
	if (known && (depth > 1 || (known->thread == begun.thread && begun.since_ns - known->since_ns < SAME_NS)))
		return 0;
	begun.device = device;
	if (bpf_map_update_elem(&frozen, &queue, &begun, known ? BPF_ANY : BPF_NOEXIST))
		return 0;
	bpf_map_update_elem(&names, &device, &name, BPF_ANY);
	counted = freezes_of(device);
	if (counted)
		__sync_fetch_and_add(&counted->freezes, 1);
	return 0;
}

/* At the end of whatever lets it go; who takes it out of the map counts. */
static __always_inline int on_unfreeze(struct request_queue *q)
{
	__u64 queue = (__u64)q, now_ns = bpf_ktime_get_ns(), since_ns;
	struct frozen_queue *known = bpf_map_lookup_elem(&frozen, &queue);
	struct disk_freezes *counted;
	__u32 device;

	if (!known || q->mq_freeze_depth)
		return 0;
	since_ns = known->since_ns;
	device = known->device;
	if (bpf_map_delete_elem(&frozen, &queue))
		return 0;
	counted = freezes_of(device);
	if (counted)
		__sync_fetch_and_add(&counted->frozen_ns, now_ns - since_ns);
	return 0;
}
