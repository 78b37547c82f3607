// SPDX-License-Identifier: GPL-2.0
/*
 * Memory by who asks for it: address space at mmap, mremap and brk (raw_syscalls), pages at kmem:mm_page_alloc, and
 * what is left of these until kmem:mm_page_free.
 */
#include "syscall.h"
#include "weighed.h"

#define MAX_CALLS       16384
#define MAX_PAGES       131072
#define MAX_ORDER       20
#define FRAMES          4096 /* a power of two */
#define FRAME_GROUPS    256
#define MAP_ANONYMOUS   0x20
#define GFP_MOVABLE     0x08u /* include/linux/gfp_types.h: the lowest bits never moved */
#define GFP_RECLAIMABLE 0x10u

enum memory_reason {
	REASON_NONE,
	REASON_UNMOVABLE,
	REASON_RECLAIMABLE,
	REASON_MOVABLE,
	REASON_ANONYMOUS,
	REASON_FILE,
	REASON_BRK,
	REASON_MREMAP,
};

const enum memory_reason *const abi_memory_reason = 0;

const volatile __u32 cfg_page_bytes = 4096;
const volatile __u8 cfg_held = 0;

/* Pages that are held, by the first of them. */
struct memory_page {
	struct profile_key key;
	__u64 count;
	__u64 bytes;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_PAGES);
	__type(key, __u64);
	__type(value, struct memory_page);
} pages SEC(".maps");

/*
 * Whether a frame of memory was ever watched, by its hash: of most that are freed this is all that is asked. A frame
 * is looked for whatever the order it is freed with, since what was taken as a large page may be split.
 */
struct memory_frames {
	__u8 watched[FRAMES];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, FRAME_GROUPS);
	__type(key, __u32);
	__type(value, struct memory_frames);
} frames SEC(".maps");

/* Where the heap ended before a call of brk, by thread. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_CALLS);
	__type(key, __u32);
	__type(value, __u64);
} calls SEC(".maps");

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct mm_struct___memory {
	unsigned long brk;
};

struct task_struct___memory {
	struct mm_struct___memory *mm;
};
#pragma clang attribute pop

/* Which frames are watched is drawn once, so that the others need not be looked for when they are freed. */
static __always_inline __u32 chance_of(__u64 page)
{
	__u64 hash = (page ^ cfg_seed) * 0x9e3779b97f4a7c15ULL;

	hash ^= hash >> 29;
	return (hash * 0xbf58476d1ce4e5b9ULL) >> 32;
}

static __always_inline __u8 *watched(__u64 page)
{
	__u32 chance = chance_of(page), group = chance % FRAME_GROUPS;
	struct memory_frames *found = bpf_map_lookup_elem(&frames, &group);

	return found ? &found->watched[chance / FRAME_GROUPS % FRAMES] : NULL;
}

static __always_inline void let_go(__u64 page)
{
	struct memory_page *held = bpf_map_lookup_elem(&pages, &page);
	struct profile_counters *cpu = counters_of_cpu();
	struct memory_page freed;

	if (!held || !cpu)
		return;
	__builtin_memcpy(&freed, held, sizeof(freed));
	bpf_map_delete_elem(&pages, &page);
	if (!add_value(&freed.key, -freed.count, 0, -freed.bytes)) {
		tally(&cpu->seen);
		tally(&cpu->lost);
	}
}

static __always_inline bool hold(__u64 page, struct memory_page *held)
{
	__u8 *is_watched = watched(page);

	/* Its end was not seen. */
	let_go(page);
	if (!is_watched)
		return false;
	*is_watched = 1;
	if (bpf_map_update_elem(&pages, &page, held, BPF_ANY))
		return false;
	if (add_value(&held->key, held->count, 0, held->bytes))
		return true;
	bpf_map_delete_elem(&pages, &page);
	return false;
}

static __always_inline __u32 kind_of(__u32 gfp)
{
	if (gfp & GFP_MOVABLE)
		return REASON_MOVABLE;
	return gfp & GFP_RECLAIMABLE ? REASON_RECLAIMABLE : REASON_UNMOVABLE;
}

SEC("raw_tp/mm_page_alloc")
int memory_page_alloc(__u64 *ctx)
{
	__u64 page = ctx[0], bytes = cfg_page_bytes, id;
	struct profile_counters *cpu = counters_of_cpu();
	struct memory_page taken = {};
	struct weight weight;
	struct task_struct *task;
	__u32 order = ctx[1];

	if (!page || !cpu || order > MAX_ORDER)
		return 0;
	bytes <<= order;
	tally(&cpu->seen);
	if (!is_drawn(bytes, cfg_held ? chance_of(page) : bpf_get_prandom_u32(), &weight)) {
		tally(&cpu->brief);
		return 0;
	}
	task = (struct task_struct *)bpf_get_current_task();
	id = bpf_get_current_pid_tgid();
	if (!is_target_now(task, id)) {
		tally(&cpu->filtered);
		return 0;
	}
	taken.key.reason = kind_of(ctx[2]);
	taken.bytes = weigh(&weight, bytes);
	taken.count = weigh(&weight, 1);
	if (place_now(ctx, cpu, &taken.key, task, id, STACK_OF_TASK) &&
		(cfg_held ? hold(page, &taken) : add_value(&taken.key, taken.count, 0, taken.bytes)))
		tally(&cpu->sampled);
	else
		tally(&cpu->lost);
	return 0;
}

SEC("raw_tp/mm_page_free")
int memory_page_free(__u64 *ctx)
{
	__u8 *is_watched = watched(ctx[0]);

	if (is_watched && *is_watched)
		let_go(ctx[0]);
	return 0;
}

SEC("tp_btf/sys_enter")
int memory_enter(__u64 *ctx)
{
	struct task_struct *task;
	struct profile_counters *cpu;
	__u64 id, end;
	__u32 tid;

	if (ctx[1] != SYSCALL_BRK)
		return 0;
	task = (struct task_struct *)bpf_get_current_task();
	id = bpf_get_current_pid_tgid();
	cpu = counters_of_cpu();
	if (!cpu || !is_native(task) || !is_target_call(task, id))
		return 0;
	tid = (__u32)id;
	end = BPF_CORE_READ((struct task_struct___memory *)task, mm, brk);
	if (bpf_map_update_elem(&calls, &tid, &end, BPF_ANY)) {
		tally(&cpu->seen);
		tally(&cpu->lost);
	}
	return 0;
}

/* What was added to the address space. */
static __always_inline __u64 grown_by(struct pt_regs *regs, long number, long returned, __u32 tid, __u32 *reason)
{
	__u64 *end, was, is;

	switch (number) {
	case SYSCALL_MMAP:
		*reason = syscall_argument(regs, 3) & MAP_ANONYMOUS ? REASON_ANONYMOUS : REASON_FILE;
		return is_failure(returned) ? 0 : syscall_argument(regs, 1);
	case SYSCALL_MREMAP:
		*reason = REASON_MREMAP;
		was = syscall_argument(regs, 1);
		is = syscall_argument(regs, 2);
		return is_failure(returned) || is <= was ? 0 : is - was;
	default:
		*reason = REASON_BRK;
		end = bpf_map_lookup_elem(&calls, &tid);
		if (!end)
			return 0;
		was = *end;
		bpf_map_delete_elem(&calls, &tid);
		return (__u64)returned > was ? (__u64)returned - was : 0;
	}
}

SEC("tp_btf/sys_exit")
int memory_exit(__u64 *ctx)
{
	struct pt_regs *regs = (struct pt_regs *)ctx[0];
	long number = syscall_number(regs);
	struct profile_counters *cpu;
	struct profile_key key = {};
	struct weight weight;
	struct task_struct *task;
	__u64 id, bytes;

	if (number != SYSCALL_MMAP && number != SYSCALL_BRK && number != SYSCALL_MREMAP)
		return 0;
	task = (struct task_struct *)bpf_get_current_task();
	id = bpf_get_current_pid_tgid();
	cpu = counters_of_cpu();
	if (!cpu || !is_native(task))
		return 0;
	bytes = grown_by(regs, number, ctx[1], (__u32)id, &key.reason);
	if (!bytes)
		return 0;
	bytes = (bytes + cfg_page_bytes - 1) & ~((__u64)cfg_page_bytes - 1);
	tally(&cpu->seen);
	if (!is_target_call(task, id)) {
		tally(&cpu->filtered);
		return 0;
	}
	if (!is_drawn(bytes, bpf_get_prandom_u32(), &weight)) {
		tally(&cpu->brief);
		return 0;
	}
	if (place_now(ctx, cpu, &key, task, id, STACK_AT_SYSCALL) &&
		add_value(&key, weigh(&weight, 1), 0, weigh(&weight, bytes)))
		tally(&cpu->sampled);
	else
		tally(&cpu->lost);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
