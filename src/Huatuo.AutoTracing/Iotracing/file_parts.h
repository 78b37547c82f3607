/* SPDX-License-Identifier: GPL-2.0 */
/* What files on a disk move, by file and process, and whose a part is that goes to the disk. */
#pragma once

#include "bio.h"
#include "io_page.h"

#define MAX_DEVICES 1024
#define MAX_FILES   8192
#define MAX_FLIGHT  32768
#define PF_KTHREAD  0x00200000 /* include/linux/sched.h */

/* The device as the kernel has it: 20 bits are the minor number. */
struct iofiles_file {
	__u64 inode; /* 0, with device 0, for what has no file, or none that is known */
	__u32 device;
	__u32 reserved;
};

struct iofiles_key {
	struct iofiles_file file;
	__u32 tgid;
	__u32 reserved;
};

struct iofiles_value {
	__u64 read_bytes; /* by calls */
	__u64 written_bytes;
	__u64 disk_read_bytes;
	__u64 disk_written_bytes;
	__u64 queued; /* parts of requests */
	__u64 queued_ns;
	__u64 max_queued_ns;
	__u64 dispatched;
	__u64 dispatched_ns;
	__u64 max_dispatched_ns;
	__u64 direct; /* calls past the page cache */
};

struct iofiles_counters {
	__u64 lost; /* no room */
};

const struct iofiles_key *const abi_iofiles_key = 0;
const struct iofiles_value *const abi_iofiles_value = 0;

struct call_begun {
	struct iofiles_key key;
	__u32 is_write;
	__u32 is_direct;
	__u32 is_raw; /* of the disk itself, or a partition */
	__u32 reserved;
};

struct part_begun {
	struct iofiles_key key;
	__u64 begun_ns;
	__u64 bytes;
	__u64 is_write;
};

/* What goes to it is seen as it goes there, not as it goes to what lies on it. */
const volatile __u32 cfg_disk = 0;

/* The disk, its partitions, and what lies on these: where its files are. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_DEVICES);
	__type(key, __u32);
	__type(value, __u32);
} devices SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_FILES);
	__type(key, struct iofiles_key);
	__type(value, struct iofiles_value);
} files SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, MAX_FILES);
	__type(key, struct iofiles_file);
	__type(value, struct file_path);
} paths SEC(".maps");

/* By program: from 7.0 on one may be preempted by another. */
enum path_place {
	PATH_OF_PART,
	PATH_OF_CALL,
	PATH_PLACES,
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, PATH_PLACES);
	__type(key, __u32);
	__type(value, struct file_path);
} path_scratch SEC(".maps");

/* Who wrote to a file last: threads of the kernel write it back. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, MAX_FILES);
	__type(key, struct iofiles_file);
	__type(value, __u32);
} writers SEC(".maps");

/* By thread. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_FLIGHT);
	__type(key, __u32);
	__type(value, struct call_begun);
} calls SEC(".maps");

/* By the address of the bio. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_FLIGHT);
	__type(key, __u64);
	__type(value, struct part_begun);
} parts SEC(".maps");

/* When a request was handed to the driver, by its address. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, MAX_FLIGHT);
	__type(key, __u64);
	__type(value, __u64);
} issued SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct iofiles_counters);
} counters SEC(".maps");

static const struct iofiles_value no_value = {};

static __always_inline void count_lost(void)
{
	__u32 zero = 0;
	struct iofiles_counters *counts = bpf_map_lookup_elem(&counters, &zero);

	if (counts)
		__sync_fetch_and_add(&counts->lost, 1);
}

static __always_inline bool is_on_disk(__u32 device)
{
	return bpf_map_lookup_elem(&devices, &device);
}

static __always_inline struct iofiles_value *value_of(struct iofiles_key *key)
{
	struct iofiles_value *value = bpf_map_lookup_elem(&files, key);

	if (value)
		return value;
	bpf_map_update_elem(&files, key, &no_value, BPF_NOEXIST);
	value = bpf_map_lookup_elem(&files, key);
	if (!value)
		count_lost();
	return value;
}

static __always_inline void name_file(struct iofiles_file *file, struct dentry___io *entry, enum path_place place)
{
	__u32 slot = place;
	struct file_path *path;

	if (!entry || bpf_map_lookup_elem(&paths, file))
		return;
	path = bpf_map_lookup_elem(&path_scratch, &slot);
	if (!path)
		return;
	fill_path(path, entry);
	bpf_map_update_elem(&paths, file, path, BPF_ANY);
}

static __always_inline void identify(struct iofiles_file *file, struct inode___io *inode)
{
	file->inode = BPF_CORE_READ(inode, i_ino);
	file->device = BPF_CORE_READ(inode, i_sb, s_dev);
}

static __always_inline void attribute(struct iofiles_key *key, struct bio___io *bio, bool is_write)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	__u64 id = bpf_get_current_pid_tgid();
	struct inode___io *inode = inode_of(bio);
	__u32 tid = (__u32)id, *writer = NULL;
	struct call_begun *call;

	if (inode && (BPF_CORE_READ(inode, i_mode) & S_IFMT) == S_IFREG) {
		identify(&key->file, inode);
		name_file(&key->file, entry_of(inode), PATH_OF_PART);
		if (is_write && BPF_CORE_READ(task, flags) & PF_KTHREAD)
			writer = bpf_map_lookup_elem(&writers, &key->file);
		key->tgid = writer ? *writer : id >> 32;
		return;
	}
	call = bpf_map_lookup_elem(&calls, &tid);
	if (call && (inode ? call->is_raw : call->is_direct))
		*key = call->key;
}
