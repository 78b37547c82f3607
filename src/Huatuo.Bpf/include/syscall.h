/* SPDX-License-Identifier: GPL-2.0 */
/* Numbers and arguments of system calls at raw_syscalls:sys_enter and sys_exit, of 64-bit programs. */
#pragma once

#include "kernel.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct pt_regs___x86 {
	unsigned long r10;
	unsigned long r8;
	unsigned long dx;
	unsigned long si;
	unsigned long di;
	unsigned long orig_ax;
};

struct pt_regs___arm64 {
	__u64 regs[31];
	__u64 orig_x0;
	__s32 syscallno;
};

struct thread_info___x86 {
	__u32 status;
};

struct thread_info___flags {
	unsigned long flags;
};

struct task_struct___x86 {
	struct thread_info___x86 thread_info;
};

struct task_struct___flags {
	struct thread_info___flags thread_info;
};

#pragma clang attribute pop

#if defined(__TARGET_ARCH_x86)

#define TS_COMPAT 2u /* arch/x86/include/asm/thread_info.h */

enum {
	SYSCALL_READ = 0,
	SYSCALL_WRITE = 1,
	SYSCALL_MMAP = 9,
	SYSCALL_BRK = 12,
	SYSCALL_PREAD64 = 17,
	SYSCALL_PWRITE64 = 18,
	SYSCALL_READV = 19,
	SYSCALL_WRITEV = 20,
	SYSCALL_MREMAP = 25,
	SYSCALL_SENDFILE = 40,
	SYSCALL_FSYNC = 74,
	SYSCALL_FDATASYNC = 75,
	SYSCALL_FUTEX = 202,
	SYSCALL_PREADV = 295,
	SYSCALL_PWRITEV = 296,
	SYSCALL_COPY_FILE_RANGE = 326,
	SYSCALL_PREADV2 = 327,
	SYSCALL_PWRITEV2 = 328,
};

static __always_inline long syscall_number(struct pt_regs *regs)
{
	return ((struct pt_regs___x86 *)regs)->orig_ax;
}

static __always_inline __u64 syscall_argument(struct pt_regs *regs, int number)
{
	struct pt_regs___x86 *own = (struct pt_regs___x86 *)regs;

	switch (number) {
	case 0:
		return own->di;
	case 1:
		return own->si;
	case 2:
		return own->dx;
	case 3:
		return own->r10;
	default:
		return own->r8;
	}
}

/* A 32-bit program has other numbers. */
static __always_inline bool is_native(struct task_struct *task)
{
	return !(BPF_CORE_READ((struct task_struct___x86 *)task, thread_info.status) & TS_COMPAT);
}

#elif defined(__TARGET_ARCH_arm64)

#define TIF_32BIT (1ul << 22) /* arch/arm64/include/asm/thread_info.h */

enum {
	SYSCALL_READ = 63,
	SYSCALL_WRITE = 64,
	SYSCALL_READV = 65,
	SYSCALL_WRITEV = 66,
	SYSCALL_PREAD64 = 67,
	SYSCALL_PWRITE64 = 68,
	SYSCALL_PREADV = 69,
	SYSCALL_PWRITEV = 70,
	SYSCALL_SENDFILE = 71,
	SYSCALL_FSYNC = 82,
	SYSCALL_FDATASYNC = 83,
	SYSCALL_FUTEX = 98,
	SYSCALL_BRK = 214,
	SYSCALL_MREMAP = 216,
	SYSCALL_MMAP = 222,
	SYSCALL_COPY_FILE_RANGE = 285,
	SYSCALL_PREADV2 = 286,
	SYSCALL_PWRITEV2 = 287,
};

static __always_inline long syscall_number(struct pt_regs *regs)
{
	return ((struct pt_regs___arm64 *)regs)->syscallno;
}

/* What the call returns overwrites its first argument. */
static __always_inline __u64 syscall_argument(struct pt_regs *regs, int number)
{
	struct pt_regs___arm64 *own = (struct pt_regs___arm64 *)regs;

	return number ? own->regs[number] : own->orig_x0;
}

static __always_inline bool is_native(struct task_struct *task)
{
	return !(BPF_CORE_READ((struct task_struct___flags *)task, thread_info.flags) & TIF_32BIT);
}

#endif

/* The same on all of them since 5.0. */
#define SYSCALL_FUTEX_WAITV 449
#define SYSCALL_FUTEX_WAIT  455

static __always_inline bool is_failure(long returned)
{
	return returned < 0 && returned >= -4095;
}
