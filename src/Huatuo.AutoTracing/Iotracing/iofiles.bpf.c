// SPDX-License-Identifier: GPL-2.0
/*
 * Which files on one disk are read and written, and by whom. By calls: raw_syscalls. At the disk: from
 * block:block_bio_queue, by the pages of the page cache that are moved, past the cache by the call that is under way,
 * to the completion of the request.
 */
#include "file_parts.h"
#include "syscall.h"

#if defined(__TARGET_ARCH_arm64)
#define O_DIRECT 0200000
#else
#define O_DIRECT 040000
#endif

static __always_inline __u32 number_of(struct gendisk *disk)
{
	return (__u32)BPF_CORE_READ(disk, major) << 20 | BPF_CORE_READ(disk, first_minor);
}

static __always_inline int queue(__u64 address)
{
	struct bio___io *bio = (struct bio___io *)address;
	__u32 operation = BPF_CORE_READ(bio, bi_opf) & REQ_OP_MASK;
	struct gendisk *disk = disk_of_bio(bio);
	struct part_begun begun = {};

	if (operation != REQ_OP_READ && operation != REQ_OP_WRITE && operation != REQ_OP_ZONE_APPEND)
		return 0;
	begun.bytes = BPF_CORE_READ(bio, bi_iter.bi_size);
	if (!begun.bytes || number_of(disk) != cfg_disk)
		return 0;
	begun.is_write = operation != REQ_OP_READ;
	attribute(&begun.key, bio, begun.is_write);
	begun.begun_ns = bpf_ktime_get_ns();
	if (bpf_map_update_elem(&parts, &address, &begun, BPF_ANY))
		count_lost();
	return 0;
}

SEC("raw_tp/block_bio_queue")
int iofiles_queue(__u64 *ctx)
{
	return queue(ctx[0]);
}

/* Until 5.11 the queue comes first. */
SEC("raw_tp/block_bio_queue")
int iofiles_queue_v5_11(__u64 *ctx)
{
	return queue(ctx[1]);
}

/* A part that goes ahead of the rest is a bio of its own. */
static __always_inline int split(__u64 address)
{
	struct bio___io *bio = (struct bio___io *)address;
	__u64 rest = (__u64)BPF_CORE_READ(bio, bi_private);
	struct part_begun *begun = bpf_map_lookup_elem(&parts, &rest);
	struct part_begun part;

	if (!begun)
		return 0;
	__builtin_memcpy(&part, begun, sizeof(part));
	part.bytes = BPF_CORE_READ(bio, bi_iter.bi_size);
	if (part.bytes >= begun->bytes)
		return 0;
	begun->bytes -= part.bytes;
	if (bpf_map_update_elem(&parts, &address, &part, BPF_ANY))
		count_lost();
	return 0;
}

SEC("raw_tp/block_split")
int iofiles_split(__u64 *ctx)
{
	return split(ctx[0]);
}

SEC("raw_tp/block_split")
int iofiles_split_v5_11(__u64 *ctx)
{
	return split(ctx[1]);
}

static __always_inline int issue(__u64 request)
{
	__u64 now_ns = bpf_ktime_get_ns();

	bpf_map_update_elem(&issued, &request, &now_ns, BPF_ANY);
	return 0;
}

SEC("raw_tp/block_rq_issue")
int iofiles_issue(__u64 *ctx)
{
	return issue(ctx[0]);
}

/* Until 5.10, and some patch level of it, the queue comes first. */
SEC("raw_tp/block_rq_issue")
int iofiles_issue_v5_11(__u64 *ctx)
{
	return issue(ctx[1]);
}

/* Of two that end at once on several CPUs, the longer may not be the one that is kept. */
static __always_inline void longest(__u64 *max_ns, __u64 ns)
{
	if (ns > *max_ns)
		*max_ns = ns;
}

/* issued_ns: when it was handed to the driver; 0 when that is not known. */
__noinline int iofiles_end(__u64 address, __u64 issued_ns)
{
	struct part_begun *found = bpf_map_lookup_elem(&parts, &address);
	__u64 now_ns = bpf_ktime_get_ns();
	struct iofiles_value *value;
	struct part_begun begun;

	if (!found)
		return 0;
	__builtin_memcpy(&begun, found, sizeof(begun));
	bpf_map_delete_elem(&parts, &address);
	value = value_of(&begun.key);
	if (!value)
		return 0;
	__sync_fetch_and_add(begun.is_write ? &value->disk_written_bytes : &value->disk_read_bytes, begun.bytes);
	__sync_fetch_and_add(&value->queued, 1);
	__sync_fetch_and_add(&value->queued_ns, now_ns - begun.begun_ns);
	longest(&value->max_queued_ns, now_ns - begun.begun_ns);
	/* What was issued before it was queued was another one. */
	if (issued_ns < begun.begun_ns)
		return 0;
	__sync_fetch_and_add(&value->dispatched, 1);
	__sync_fetch_and_add(&value->dispatched_ns, now_ns - issued_ns);
	longest(&value->max_dispatched_ns, now_ns - issued_ns);
	return 0;
}

SEC("raw_tp/block_rq_complete")
int iofiles_complete(__u64 *ctx)
{
	__u64 request = ctx[0], *issued_ns = bpf_map_lookup_elem(&issued, &request);

	if (!end_bios((struct request *)request, ctx[2], iofiles_end, issued_ns ? *issued_ns : 0))
		count_lost();
	return 0;
}

/* Drivers without requests, and what ends before it becomes a part of one. */
SEC("raw_tp/block_bio_complete")
int iofiles_bio_complete(__u64 *ctx)
{
	iofiles_end(ctx[1], 0);
	return 0;
}

/* Which argument of a call is the file; less than 0 when it is none that reads or writes. */
static __always_inline int file_argument(long number, __u32 *is_write)
{
	*is_write = 0;
	switch (number) {
	case SYSCALL_READ:
	case SYSCALL_READV:
	case SYSCALL_PREAD64:
	case SYSCALL_PREADV:
	case SYSCALL_PREADV2:
	case SYSCALL_COPY_FILE_RANGE:
		return 0;
	case SYSCALL_SENDFILE:
		return 1;
	case SYSCALL_WRITE:
	case SYSCALL_WRITEV:
	case SYSCALL_PWRITE64:
	case SYSCALL_PWRITEV:
	case SYSCALL_PWRITEV2:
		*is_write = 1;
		return 0;
	default:
		return -1;
	}
}

/* The device that it is on, or is. */
static __always_inline __u32 device_of(struct inode___io *inode)
{
	switch (BPF_CORE_READ(inode, i_mode) & S_IFMT) {
	case S_IFREG:
		return BPF_CORE_READ(inode, i_sb, s_dev);
	case S_IFBLK:
		return BPF_CORE_READ(inode, i_rdev);
	default:
		return 0;
	}
}

SEC("tp_btf/sys_enter")
int iofiles_enter(__u64 *ctx)
{
	struct pt_regs *regs = (struct pt_regs *)ctx[0];
	struct call_begun call = {};
	int argument = file_argument(ctx[1], &call.is_write);
	struct task_struct *task;
	struct inode___io *inode;
	struct file___io *file;
	__u32 number, tid;
	__u64 id;

	if (argument < 0)
		return 0;
	number = argument ? syscall_argument(regs, 1) : syscall_argument(regs, 0);
	task = (struct task_struct *)bpf_get_current_task();
	if (!is_native(task))
		return 0;
	file = file_of(task, number);
	inode = BPF_CORE_READ(file, f_inode);
	if (!inode || !is_on_disk(device_of(inode)))
		return 0;
	id = bpf_get_current_pid_tgid();
	tid = (__u32)id;
	call.key.tgid = id >> 32;
	call.is_raw = (BPF_CORE_READ(inode, i_mode) & S_IFMT) == S_IFBLK;
	call.is_direct = !!(BPF_CORE_READ(file, f_flags) & O_DIRECT);
	identify(&call.key.file, inode);
	name_file(&call.key.file, BPF_CORE_READ(file, f_path.dentry), PATH_OF_CALL);
	if (call.is_write)
		bpf_map_update_elem(&writers, &call.key.file, &call.key.tgid, BPF_ANY);
	if (bpf_map_update_elem(&calls, &tid, &call, BPF_ANY))
		count_lost();
	return 0;
}

SEC("tp_btf/sys_exit")
int iofiles_exit(__u64 *ctx)
{
	__u32 tid = (__u32)bpf_get_current_pid_tgid();
	struct call_begun *found = bpf_map_lookup_elem(&calls, &tid), call;
	struct iofiles_value *value;

	if (!found)
		return 0;
	__builtin_memcpy(&call, found, sizeof(call));
	bpf_map_delete_elem(&calls, &tid);
	if (!ctx[1] || is_failure(ctx[1]))
		return 0;
	value = value_of(&call.key);
	if (!value)
		return 0;
	__sync_fetch_and_add(call.is_write ? &value->written_bytes : &value->read_bytes, ctx[1]);
	if (call.is_direct)
		__sync_fetch_and_add(&value->direct, 1);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
