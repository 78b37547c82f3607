/* SPDX-License-Identifier: GPL-2.0 */
/* Whose pages a bio moves. */
#pragma once

#include "bio.h"
#include "file.h"

#define PAGE_FLAGS 3ul /* in page->mapping: no file of the page cache */
#define TAIL_PAGE  1ul

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct address_space___io {
	struct inode___io *host;
};

struct page___head {
	unsigned long compound_head;
};

/* Since 7.0. */
struct page___info {
	unsigned long compound_info;
};

struct page___mapping {
	struct address_space___io *mapping;
};

/* Since 5.16, at the same address as its first page. */
struct folio___io {
	struct address_space___io *mapping;
};

struct hlist_node___io {
	void *next;
};

struct dentry___union {
	union {
		struct hlist_node___io d_alias;
	} d_u;
};

struct dentry___plain {
	struct hlist_node___io d_alias;
};
#pragma clang attribute pop

/* One of its names; none of what has none, such as the cache of the disk itself. */
static __always_inline struct dentry___io *entry_of(struct inode___io *inode)
{
	void *first = BPF_CORE_READ(inode, i_dentry.first);

	if (!first)
		return NULL;
	if (bpf_core_field_exists(((struct dentry___union *)0)->d_u.d_alias))
		return first - bpf_core_field_offset(((struct dentry___union *)0)->d_u.d_alias);
	if (bpf_core_field_exists(((struct dentry___plain *)0)->d_alias))
		return first - bpf_core_field_offset(((struct dentry___plain *)0)->d_alias);
	return NULL;
}

/* Of a page that belongs to a larger one, the first page of that. */
static __always_inline __u64 first_page(__u64 page)
{
	__u64 info;

	if (bpf_core_field_exists(((struct page___head *)0)->compound_head))
		info = BPF_CORE_READ((struct page___head *)page, compound_head);
	else if (bpf_core_field_exists(((struct page___info *)0)->compound_info))
		info = BPF_CORE_READ((struct page___info *)page, compound_info);
	else
		return page;
	if (!(info & TAIL_PAGE))
		return page;
	/* Some kernels have a mask there (include/linux/page-flags.h: compound_info_has_mask); no page lies so high. */
	return info >> 32 == 0xffffffff ? page & info : info - TAIL_PAGE;
}

/* The file or disk whose cached pages a bio moves; none when they are no such pages. */
static __always_inline struct inode___io *inode_of(struct bio___io *bio)
{
	__u64 vector = (__u64)BPF_CORE_READ(bio, bi_io_vec);
	__u32 at = BPF_CORE_READ(bio, bi_iter.bi_idx);
	struct inode___io *inode;
	__u64 page, mapping;

	if (!vector)
		return NULL;
	page = (__u64)BPF_CORE_READ((struct bio_vec___io *)(vector + at * sizeof(struct bio_vec___io)), bv_page);
	if (!page)
		return NULL;
	page = first_page(page);
	if (bpf_core_field_exists(((struct folio___io *)0)->mapping))
		mapping = (__u64)BPF_CORE_READ((struct folio___io *)page, mapping);
	else
		mapping = (__u64)BPF_CORE_READ((struct page___mapping *)page, mapping);
	if (!mapping || mapping & PAGE_FLAGS)
		return NULL;
	inode = BPF_CORE_READ((struct address_space___io *)mapping, host);
	/* Pages of other kinds have something else in that place. */
	return inode && (__u64)BPF_CORE_READ(inode, i_mapping) == mapping ? inode : NULL;
}
