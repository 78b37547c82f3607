/* SPDX-License-Identifier: GPL-2.0 */
/* Locks of the kernel that are waited for: their kinds, and who waits for which. */
#pragma once

#include "kernel.h"

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

/* A task that waits for a lock may be interrupted by a handler that waits for
 * another. */
struct wait_key {
	__u64 lock;
	__u32 tid;
	__u32 cpu;
};

static __always_inline enum lock_kind lock_kind_of(__u32 flags)
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
static __always_inline struct wait_key wait_key_of(__u64 lock)
{
	struct wait_key key = { .lock = lock, .tid = (__u32)bpf_get_current_pid_tgid() };

	if (!key.tid)
		key.cpu = bpf_get_smp_processor_id() + 1;
	return key;
}
