/* SPDX-License-Identifier: GPL-2.0 */
/* Which file an open one is, and its path. */
#pragma once

#include "weighed.h"

#define MAX_FILES   8192
#define PATH_PARTS  8
#define PATH_PART   32
#define DEVICE_NAME 32
#define S_IFMT      0170000
#define S_IFREG     0100000
#define S_IFBLK     0060000

/* The innermost part first. */
struct io_file {
	char device[DEVICE_NAME];
	char parts[PATH_PARTS][PATH_PART];
	__u32 count;
	__u32 is_whole;
};

const struct io_file *const abi_io_file = 0;

/* Names of files by what stands in samples; user space asks for each once. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, MAX_FILES);
	__type(key, __u64);
	__type(value, struct io_file);
} files SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct io_file);
} file_scratch SEC(".maps");

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct super_block___io {
	unsigned int s_dev;
	char s_id[32];
};

struct inode___io {
	unsigned short i_mode;
	struct super_block___io *i_sb;
	unsigned long i_ino;
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

/* Its path within its file system, from the name outwards. */
static __always_inline void name_file(struct file___io *file, struct super_block___io *super, __u64 id)
{
	struct dentry___io *at = BPF_CORE_READ(file, f_path.dentry), *parent;
	__u32 zero = 0;
	struct io_file *name;

	if (bpf_map_lookup_elem(&files, &id))
		return;
	name = bpf_map_lookup_elem(&file_scratch, &zero);
	if (!name)
		return;
	bpf_core_read(name->device, sizeof(name->device), &super->s_id);
	name->is_whole = 0;
	name->count = 0;
	for (int i = 0; i < PATH_PARTS; i++) {
		parent = BPF_CORE_READ(at, d_parent);
		if (!parent || parent == at) {
			name->is_whole = 1;
			break;
		}
		bpf_probe_read_kernel_str(name->parts[i], PATH_PART, BPF_CORE_READ(at, d_name.name));
		name->count = i + 1;
		at = parent;
	}
	bpf_map_update_elem(&files, &id, name, BPF_ANY);
}

/* Writes which file it is into the key. False when it is none. */
static __always_inline bool is_file(struct task_struct *task, __u32 number, struct profile_key *key)
{
	struct file___io *file = file_of(task, number);
	struct inode___io *inode = BPF_CORE_READ(file, f_inode);
	__u32 type = BPF_CORE_READ(inode, i_mode) & S_IFMT;
	struct super_block___io *super;
	__u64 id;

	if (type != S_IFREG && type != S_IFBLK)
		return false;
	super = BPF_CORE_READ(inode, i_sb);
	id = (BPF_CORE_READ(inode, i_ino) ^ cfg_seed) * 0x9e3779b97f4a7c15ULL;
	id = (id ^ (id >> 29) ^ BPF_CORE_READ(super, s_dev)) * 0xbf58476d1ce4e5b9ULL;
	__builtin_memcpy(key->waker, &id, sizeof(id));
	name_file(file, super, id);
	return true;
}
