/* SPDX-License-Identifier: GPL-2.0 */
/* The block layer's types, only with the fields that are read. */
#pragma once

#include "kernel.h"

/* include/linux/blk_types.h */
#define REQ_OP_MASK         0xffu
#define REQ_OP_READ         0
#define REQ_OP_WRITE        1
#define REQ_OP_FLUSH        2
#define REQ_OP_DISCARD      3
#define REQ_OP_SECURE_ERASE 5
#define REQ_OP_ZONE_APPEND  7
#define REQ_OP_WRITE_ZEROES 9

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct gendisk {
	int major;
	int first_minor;
	char disk_name[32];
};

struct blkcg {
	struct cgroup_subsys_state css;
};

struct blkcg_gq {
	struct blkcg *blkcg;
};

struct bio {
	struct blkcg_gq *bi_blkg;
};

struct request_queue {
	struct gendisk *disk;
	int mq_freeze_depth;
};

struct request {
	struct request_queue *q;
	unsigned int cmd_flags;
	unsigned int __data_len;
	struct bio *bio;
	__u64 start_time_ns;
};

/* Until 5.16. */
struct request___v5_16 {
	struct gendisk *rq_disk;
};

/* Until 5.14 a queue does not know its disk, but is below it in sysfs. */
struct kobject {
	const char *name;
	struct kobject *parent;
};

struct request_queue___v5_14 {
	struct kobject kobj;
};

struct device___disk {
	struct kobject kobj;
	__u32 devt;
};

#pragma clang attribute pop

static __always_inline struct gendisk *disk_of(struct request *rq)
{
	if (bpf_core_field_exists(((struct request___v5_16 *)rq)->rq_disk))
		return ((struct request___v5_16 *)rq)->rq_disk;
	return rq->q->disk;
}
