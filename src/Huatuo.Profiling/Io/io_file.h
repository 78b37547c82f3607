/* SPDX-License-Identifier: GPL-2.0 */
/* Files in samples, and what they are called. */
#pragma once

#include "file.h"
#include "weighed.h"

#define MAX_FILES   8192
#define DEVICE_NAME 32

struct io_file {
	char device[DEVICE_NAME];
	struct file_path path;
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

static __always_inline void name_file(struct file___io *file, struct super_block___io *super, __u64 id)
{
	__u32 zero = 0;
	struct io_file *name;

	if (bpf_map_lookup_elem(&files, &id))
		return;
	name = bpf_map_lookup_elem(&file_scratch, &zero);
	if (!name)
		return;
	bpf_core_read(name->device, sizeof(name->device), &super->s_id);
	fill_path(&name->path, BPF_CORE_READ(file, f_path.dentry));
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
