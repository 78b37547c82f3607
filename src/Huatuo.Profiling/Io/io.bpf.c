// SPDX-License-Identifier: GPL-2.0
/*
 * Input and output by who asks for it. Of disks: from block:block_bio_queue, where the asking task's stack is, to the
 * completion of the request that it became a part of, or of itself where a driver has no requests. Of files: calls that
 * read and write them (raw_syscalls).
 */
#include "bio.h"
#include "io_file.h"
#include "syscall.h"
#include "weighed.h"

#define MAX_BIOS     32768
#define MAX_CALLS    32768
#define NS_PER_QUOTA 20 /* what takes 2^20 ns counts like what moves a whole interval */

enum io_reason {
	REASON_NONE,
	REASON_READ,
	REASON_WRITE,
	REASON_FLUSH,
	REASON_DISCARD,
	REASON_COPY,
	REASON_OTHER,
};

const enum io_reason *const abi_io_reason = 0;

const volatile __u64 cfg_min_ns = 0;

struct io_begun {
	struct profile_key key;
	__u64 begun_ns;
	__u64 bytes;
	struct weight weight;
};

/* By the address of the bio. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_BIOS);
	__type(key, __u64);
	__type(value, struct io_begun);
} bios SEC(".maps");

/* When a thread's call began; 0 while it is in none. It stays for the next one until the thread is gone. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_CALLS);
	__type(key, __u32);
	__type(value, __u64);
} calls SEC(".maps");

static __always_inline void count_lost(struct profile_counters *cpu)
{
	tally(&cpu->seen);
	tally(&cpu->lost);
}

static __always_inline __u32 operation_of(struct bio___io *bio)
{
	switch (BPF_CORE_READ(bio, bi_opf) & REQ_OP_MASK) {
	case REQ_OP_READ:
		return REASON_READ;
	case REQ_OP_WRITE:
	case REQ_OP_ZONE_APPEND:
		return REASON_WRITE;
	case REQ_OP_FLUSH:
		return REASON_FLUSH;
	case REQ_OP_DISCARD:
	case REQ_OP_SECURE_ERASE:
	case REQ_OP_WRITE_ZEROES:
		return REASON_DISCARD;
	default:
		return REASON_OTHER;
	}
}

static __always_inline int queue(__u64 *ctx, __u64 address)
{
	__u64 id = bpf_get_current_pid_tgid();
	struct bio___io *bio = (struct bio___io *)address;
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	struct profile_counters *cpu = counters_of_cpu();
	struct io_begun begun = {};
	__u64 bytes;

	if (!cpu)
		return 0;
	/* The end of another one in this place was not seen. */
	if (bpf_map_lookup_elem(&bios, &address))
		bpf_map_delete_elem(&bios, &address);
	if (!is_target_now(task, id)) {
		tally(&cpu->seen);
		tally(&cpu->filtered);
		return 0;
	}
	bytes = BPF_CORE_READ(bio, bi_iter.bi_size);
	begun.key.reason = operation_of(bio);
	/* REQ_PREFLUSH */
	if (begun.key.reason == REASON_WRITE && !bytes)
		begun.key.reason = REASON_FLUSH;
	if (begun.key.reason == REASON_READ || begun.key.reason == REASON_WRITE)
		begun.bytes = bytes;
	/* What moves nothing is rare, and all of it is taken. */
	if (!is_drawn(begun.bytes ? begun.bytes : ~0ULL, bpf_get_prandom_u32(), &begun.weight)) {
		tally(&cpu->seen);
		tally(&cpu->brief);
		return 0;
	}
	begun.begun_ns = bpf_ktime_get_ns();
	bpf_core_read(begun.key.waker, sizeof(begun.key.waker), &disk_of_bio(bio)->disk_name);
	if (!place_now(ctx, cpu, &begun.key, task, id, STACK_OF_TASK) ||
		bpf_map_update_elem(&bios, &address, &begun, BPF_ANY))
		count_lost(cpu);
	return 0;
}

SEC("raw_tp/block_bio_queue")
int io_queue(__u64 *ctx)
{
	return queue(ctx, ctx[0]);
}

/* Until 5.11 the queue comes first. */
SEC("raw_tp/block_bio_queue")
int io_queue_v5_11(__u64 *ctx)
{
	return queue(ctx, ctx[1]);
}

/*
 * A part that goes ahead of the rest is a bio of its own, whose end the rest waits for. It is told with its own bytes;
 * the rest is counted as one more operation.
 */
static __always_inline int split(__u64 address)
{
	struct bio___io *bio = (struct bio___io *)address;
	__u64 rest = (__u64)BPF_CORE_READ(bio, bi_private);
	struct io_begun *begun = bpf_map_lookup_elem(&bios, &rest);
	struct profile_counters *cpu = counters_of_cpu();
	struct io_begun part;

	if (!begun || !cpu)
		return 0;
	__builtin_memcpy(&part, begun, sizeof(part));
	if (part.bytes) {
		part.bytes = BPF_CORE_READ(bio, bi_iter.bi_size);
		if (part.bytes >= begun->bytes)
			return 0;
		begun->bytes -= part.bytes;
	}
	if (bpf_map_update_elem(&bios, &address, &part, BPF_ANY))
		count_lost(cpu);
	return 0;
}

SEC("raw_tp/block_split")
int io_split(__u64 *ctx)
{
	return split(ctx[0]);
}

SEC("raw_tp/block_split")
int io_split_v5_11(__u64 *ctx)
{
	return split(ctx[1]);
}

/* Verified once, however many bios a request has. */
__noinline int io_end(__u64 address, __u64 now_ns)
{
	struct io_begun *found = bpf_map_lookup_elem(&bios, &address);
	struct profile_counters *cpu = counters_of_cpu();
	struct io_begun begun;
	__u64 ns;

	if (!found || !cpu)
		return 0;
	__builtin_memcpy(&begun, found, sizeof(begun));
	bpf_map_delete_elem(&bios, &address);
	ns = now_ns - begun.begun_ns;
	tally(&cpu->seen);
	if (ns < cfg_min_ns)
		tally(&cpu->brief);
	else if (add_value(&begun.key, weigh(&begun.weight, 1), weigh(&begun.weight, ns),
			 weigh(&begun.weight, begun.bytes)))
		tally(&cpu->sampled);
	else
		tally(&cpu->lost);
	return 0;
}

SEC("raw_tp/block_rq_complete")
int io_complete(__u64 *ctx)
{
	struct profile_counters *cpu;

	if (end_bios((struct request *)ctx[0], ctx[2], io_end, bpf_ktime_get_ns()))
		return 0;
	cpu = counters_of_cpu();
	if (cpu)
		count_lost(cpu);
	return 0;
}

/* Drivers without requests, and what ends before it becomes a part of one. */
SEC("raw_tp/block_bio_complete")
int io_bio_complete(__u64 *ctx)
{
	io_end(ctx[1], bpf_ktime_get_ns());
	return 0;
}

/* What a call does, and which of its arguments is the file. */
static __always_inline __u32 call_of(long number, int *argument)
{
	*argument = 0;
	switch (number) {
	case SYSCALL_READ:
	case SYSCALL_READV:
	case SYSCALL_PREAD64:
	case SYSCALL_PREADV:
	case SYSCALL_PREADV2:
		return REASON_READ;
	case SYSCALL_WRITE:
	case SYSCALL_WRITEV:
	case SYSCALL_PWRITE64:
	case SYSCALL_PWRITEV:
	case SYSCALL_PWRITEV2:
		return REASON_WRITE;
	case SYSCALL_FSYNC:
	case SYSCALL_FDATASYNC:
		return REASON_FLUSH;
	case SYSCALL_SENDFILE:
		*argument = 1;
		return REASON_COPY;
	case SYSCALL_COPY_FILE_RANGE:
		return REASON_COPY;
	default:
		return REASON_NONE;
	}
}

SEC("tp_btf/sys_enter")
int io_enter(__u64 *ctx)
{
	__u64 id, begun_ns, *known;
	struct profile_counters *cpu;
	struct task_struct *task;
	int argument;
	__u32 tid;

	if (!call_of(ctx[1], &argument))
		return 0;
	task = (struct task_struct *)bpf_get_current_task();
	id = bpf_get_current_pid_tgid();
	cpu = counters_of_cpu();
	if (!cpu || !is_native(task) || !is_target_call(task, id))
		return 0;
	tid = (__u32)id;
	known = bpf_map_lookup_elem(&calls, &tid);
	begun_ns = bpf_ktime_get_ns();
	if (known)
		*known = begun_ns;
	else if (bpf_map_update_elem(&calls, &tid, &begun_ns, BPF_ANY))
		count_lost(cpu);
	return 0;
}

SEC("tp_btf/sched_process_exit")
int io_thread_exit(__u64 *ctx)
{
	__u32 tid = (__u32)bpf_get_current_pid_tgid();

	bpf_map_delete_elem(&calls, &tid);
	return 0;
}

SEC("tp_btf/sys_exit")
int io_exit(__u64 *ctx)
{
	struct pt_regs *regs = (struct pt_regs *)ctx[0];
	__u64 id, ns, size, bytes, *begun_ns;
	struct profile_counters *cpu;
	struct profile_key key = {};
	struct weight weight;
	struct task_struct *task;
	__u32 tid, number;
	int argument;

	key.reason = call_of(syscall_number(regs), &argument);
	if (!key.reason)
		return 0;
	id = bpf_get_current_pid_tgid();
	tid = (__u32)id;
	begun_ns = bpf_map_lookup_elem(&calls, &tid);
	cpu = counters_of_cpu();
	if (!begun_ns || !*begun_ns || !cpu)
		return 0;
	ns = bpf_ktime_get_ns() - *begun_ns;
	*begun_ns = 0;
	task = (struct task_struct *)bpf_get_current_task();
	bytes = is_failure(ctx[1]) || key.reason == REASON_FLUSH ? 0 : ctx[1];
	number = argument ? syscall_argument(regs, 1) : syscall_argument(regs, 0);
	size = (ns * interval_now()) >> NS_PER_QUOTA;
	tally(&cpu->seen);
	if (ns < cfg_min_ns || !is_drawn(size > bytes ? size : bytes, bpf_get_prandom_u32(), &weight))
		tally(&cpu->brief);
	else if (!is_file(task, number, &key))
		tally(&cpu->filtered);
	else if (place_now(ctx, cpu, &key, task, id, STACK_AT_SYSCALL) &&
		add_value(&key, weigh(&weight, 1), weigh(&weight, ns), weigh(&weight, bytes)))
		tally(&cpu->sampled);
	else
		tally(&cpu->lost);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
