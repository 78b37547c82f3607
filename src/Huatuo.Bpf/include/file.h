/* SPDX-License-Identifier: GPL-2.0 */
/* Which file an open one is, and its path within its file system. */
#pragma once

#include "kernel.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#define PATH_PARTS 8
#define PATH_PART  32
#define S_IFMT     0170000
#define S_IFREG    0100000
#define S_IFBLK    0060000

/* The innermost part first. */
struct file_path {
	char parts[PATH_PARTS][PATH_PART];
	__u32 count;
	__u32 is_whole;
};

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct super_block___io {
	unsigned int s_dev;
	char s_id[32];
};

struct hlist_head___io {
	void *first;
};

struct inode___io {
	unsigned short i_mode;
	unsigned int i_rdev;
	struct super_block___io *i_sb;
	void *i_mapping;
	unsigned long i_ino;
	struct hlist_head___io i_dentry;
};

struct qstr___io {
	const unsigned char *name;
};

struct dentry___io {
	struct dentry___io *d_parent;
	struct qstr___io d_name;
};

struct path___io {
	struct dentry___io *dentry;
};

struct file___io {
	unsigned int f_flags;
	struct inode___io *f_inode;
	struct path___io f_path;
};

struct fdtable___io {
	unsigned int max_fds;
	struct file___io **fd;
};

struct files_struct___io {
	struct fdtable___io *fdt;
};

struct task_struct___io {
	struct files_struct___io *files;
};
#pragma clang attribute pop

static __always_inline struct file___io *file_of(struct task_struct *task, __u32 number)
{
	struct fdtable___io *table = BPF_CORE_READ((struct task_struct___io *)task, files, fdt);
	struct file___io **files = BPF_CORE_READ(table, fd), *file = NULL;

	if (number < BPF_CORE_READ(table, max_fds))
		bpf_probe_read_kernel(&file, sizeof(file), files + number);
	return file;
}

/* From the name outwards. */
static __always_inline void fill_path(struct file_path *path, struct dentry___io *at)
{
	struct dentry___io *parent;

	path->is_whole = 0;
	path->count = 0;
	for (int i = 0; i < PATH_PARTS; i++) {
		parent = BPF_CORE_READ(at, d_parent);
		if (!parent || parent == at) {
			path->is_whole = 1;
			break;
		}
		bpf_probe_read_kernel_str(path->parts[i], PATH_PART, BPF_CORE_READ(at, d_name.name));
		path->count = i + 1;
		at = parent;
	}
}
