// SPDX-License-Identifier: GPL-2.0
/* Waits for locks of the kernel by the kind of lock: lock:contention_begin and
 * contention_end (5.19). */
#include "histogram.h"

#define MAX_WAITING 16384

/* include/trace/events/lock.h: LCB_F_* */
#define LCB_F_SPIN   1
#define LCB_F_READ   2
#define LCB_F_WRITE  4
#define LCB_F_RT     8
#define LCB_F_PERCPU 16
#define LCB_F_MUTEX  32

enum lock_kind {
	LOCK_SPINLOCK,
	LOCK_RWLOCK_READ,
	LOCK_RWLOCK_WRITE,
	LOCK_MUTEX,
	LOCK_RWSEM_READ,
	LOCK_RWSEM_WRITE,
	LOCK_PERCPU_RWSEM_READ,
	LOCK_PERCPU_RWSEM_WRITE,
	LOCK_RTMUTEX,
	LOCK_OTHER,
};

#define KINDS 10

const enum lock_kind *const abi_lock_kind = 0;

/* A task that waits for a lock may be interrupted by a handler that waits for
 * another. */
struct wait_key {
	__u64 lock;
	__u32 tid;
	__u32 cpu;
};

struct wait_begun {
	__u64 begun_ns;
	__u64 kind;
};

/* contention_end alone counts, and the kernel lets no program run twice on a
 * CPU: no atomics. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, KINDS);
	__type(key, __u32);
	__type(value, struct histogram);
} kinds SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_WAITING);
	__type(key, struct wait_key);
	__type(value, struct wait_begun);
} waits SEC(".maps");

static __always_inline enum lock_kind kind_of(__u32 flags)
{
	if (flags & LCB_F_MUTEX)
		return LOCK_MUTEX;
	if (flags & LCB_F_RT)
		return LOCK_RTMUTEX;
	if (flags & LCB_F_PERCPU)
		return flags & LCB_F_WRITE ? LOCK_PERCPU_RWSEM_WRITE : LOCK_PERCPU_RWSEM_READ;
	if (flags & LCB_F_SPIN) {
		if (flags & LCB_F_READ)
			return LOCK_RWLOCK_READ;
		return flags & LCB_F_WRITE ? LOCK_RWLOCK_WRITE : LOCK_SPINLOCK;
	}
	if (flags & LCB_F_READ)
		return LOCK_RWSEM_READ;
	return flags & LCB_F_WRITE ? LOCK_RWSEM_WRITE : LOCK_OTHER;
}

/* The idle tasks of all CPUs have the same id. */
static __always_inline struct wait_key key_of(__u64 lock)
{
	struct wait_key key = { .lock = lock, .tid = (__u32)bpf_get_current_pid_tgid() };

	if (!key.tid)
		key.cpu = bpf_get_smp_processor_id() + 1;
	return key;
}

/* A mutex that was spun for at first begins again when the task goes to sleep. */
SEC("tp_btf/contention_begin")
int contention_begin(__u64 *ctx)
{
	struct wait_key key = key_of(ctx[0]);
	struct wait_begun begun = { .begun_ns = bpf_ktime_get_ns(), .kind = kind_of(ctx[1]) };

	bpf_map_update_elem(&waits, &key, &begun, BPF_NOEXIST);
	return 0;
}

SEC("tp_btf/contention_end")
int contention_end(__u64 *ctx)
{
	struct wait_key key = key_of(ctx[0]);
	struct wait_begun *begun = bpf_map_lookup_elem(&waits, &key);
	struct histogram *histogram;
	__u32 kind;

	if (!begun)
		return 0;
	kind = begun->kind;
	histogram = bpf_map_lookup_elem(&kinds, &kind);
	if (histogram)
		histogram_add(histogram, bpf_ktime_get_ns() - begun->begun_ns);
	bpf_map_delete_elem(&waits, &key);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
