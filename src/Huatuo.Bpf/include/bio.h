/* SPDX-License-Identifier: GPL-2.0 */
/* What is asked of a disk: the bios that requests are made of. */
#pragma once

#include "block.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#define MAX_MERGED 128

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct bvec_iter___io {
	unsigned int bi_size;
	unsigned int bi_idx;
};

struct bio_vec___io {
	struct page *bv_page;
	unsigned int bv_len;
	unsigned int bv_offset;
};

struct block_device___io {
	struct gendisk *bd_disk;
};

struct bio___io {
	struct bio___io *bi_next;
	struct block_device___io *bi_bdev;
	unsigned int bi_opf;
	struct bvec_iter___io bi_iter;
	struct bio_vec___io *bi_io_vec;
	void *bi_private;
};

/* Until 5.11. */
struct bio___v5_11 {
	struct gendisk *bi_disk;
};
#pragma clang attribute pop

static __always_inline struct gendisk *disk_of_bio(struct bio___io *bio)
{
	if (bpf_core_field_exists(((struct bio___v5_11 *)bio)->bi_disk))
		return BPF_CORE_READ((struct bio___v5_11 *)bio, bi_disk);
	return BPF_CORE_READ(bio, bi_bdev, bd_disk);
}

/*
 * Tells each bio that ends with so many bytes of a request. False when there are more than it looks at.
 * The function is one that is verified on its own: once, however many bios a request has.
 */
static __always_inline bool end_bios(struct request *rq, __u32 left, int (*end)(__u64 bio, __u64 ns), __u64 ns)
{
	struct bio___io *bio = (struct bio___io *)BPF_CORE_READ(rq, bio);
	__u32 bytes;

	for (int i = 0; i < MAX_MERGED; i++) {
		if (!bio)
			return true;
		bytes = BPF_CORE_READ(bio, bi_iter.bi_size);
		/* The rest of it is still to come. */
		if (bytes > left)
			return true;
		end((__u64)bio, ns);
		left -= bytes;
		if (!left)
			return true;
		bio = BPF_CORE_READ(bio, bi_next);
	}
	return false;
}
