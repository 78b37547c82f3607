/* SPDX-License-Identifier: GPL-2.0 */
/* What is told of a system call, and where its number and its arguments stand. */
#pragma once

#include "identity.h"

#define MAX_NUMBER      512 /* of a system call; one table for each of the two calling conventions */
#define MAX_ARGUMENTS   8   /* a power of two; there are six */
#define PATH_BYTES      256
#define DATA_BYTES      128
#define ARGV_BYTES      512
#define ARGV_ITEMS      16
#define ARGV_ITEM       128
#define PREFIX_BYTES    128
#define CONTAINER_BYTES 64
#define NAME_BYTES      256
#define CGROUP_LEVELS   4
#define TS_COMPAT       0x2         /* arch/x86/include/asm/thread_info.h: the call came by a 32-bit entry */
#define TIF_32BIT       (1UL << 22) /* arch/arm64/include/asm/thread_info.h */

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct pt_regs___x86 {
	unsigned long r10, r9, r8, dx, si, di, bp, bx, cx, orig_ax;
};

struct pt_regs___arm64 {
	__u64 regs[31];
	__s32 syscallno;
};

struct thread_info___x86 {
	__u32 status;
};

struct thread_info___flags {
	unsigned long flags;
};

struct mm_struct {
	unsigned long arg_start;
	unsigned long arg_end;
};

struct linux_binprm {
	const char *filename;
};

typedef struct {
	unsigned int val;
} kuid_t;

struct cred {
	kuid_t uid;
	kuid_t euid;
};

struct task_struct___audit {
	struct mm_struct *mm;
	const struct cred *cred;
	struct thread_info___x86 thread_info;
};

struct task_struct___flags {
	struct thread_info___flags thread_info;
};

struct cgroup_subsys_state___parent {
	struct cgroup_subsys_state___parent *parent;
	struct cgroup *cgroup;
};

struct cgroup___self {
	struct cgroup_subsys_state___parent self;
};

#pragma clang attribute pop

/* As the files "format" of raw_syscalls:sys_enter and sys_exit tell. */
struct enter_event {
	__u64 common;
	__s64 id;
	__u64 arguments[6];
};

struct exit_event {
	__u64 common;
	__s64 id;
	__s64 ret;
};

enum audit_data {
	AUDIT_DATA_NONE,
	AUDIT_DATA_TEXT,  /* up to a zero */
	AUDIT_DATA_BYTES, /* as many as the argument data_length says */
	AUDIT_DATA_ARGV,  /* of a program to be run */
};

enum audit_flags {
	AUDIT_WATCHED = 1, /* told of */
	AUDIT_EXEC = 2,    /* runs a program: its return comes under the number of execve (arch/x86, binfmt_elf) */
	AUDIT_PATHS = 4,   /* only the paths that are listed */
	AUDIT_BPF = 8,     /* only some commands, bits of cfg_bpf_commands */
};

/* How to read the arguments of a system call; their numbers count from 1, 0 is none. Filled by user space. */
struct audit_plan {
	__u8 call;
	__u8 flags;
	__u8 path;
	__u8 path2;
	__u8 data;
	__u8 data_kind;
	__u8 data_length;
	__u8 reserved;
};

/* Which text was read, and which did not fit. */
enum audit_text {
	AUDIT_PATH_READ = 1,
	AUDIT_PATH_CUT = 2,
	AUDIT_PATH2_READ = 4,
	AUDIT_PATH2_CUT = 8,
	AUDIT_DATA_READ = 16,
	AUDIT_DATA_CUT = 32,
	AUDIT_COMPAT = 64,
};

/* argv_bytes of argv follow. */
struct syscall_audit_record {
	struct event_header header;
	__u64 duration_ns;
	__s64 result;
	__u64 arguments[MAX_ARGUMENTS];
	__u32 number;
	__u32 uid;
	__u32 euid;
	__u32 text;
	struct audit_plan plan;
	__u32 data_bytes;
	__u32 argv_bytes;
	char program[16];
	char path[PATH_BYTES];
	char path2[PATH_BYTES];
	__u8 data[DATA_BYTES];
};

struct audit_scratch {
	struct syscall_audit_record record;
	__u8 argv[ARGV_BYTES + ARGV_ITEM];
};

const struct syscall_audit_record *const abi_syscall_audit_record = 0;
const enum audit_data *const abi_audit_data = 0;
const enum audit_flags *const abi_audit_flags = 0;
const enum audit_text *const abi_audit_text = 0;

/* First the numbers of the machine's own convention, then those of the 32-bit one. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2 * MAX_NUMBER);
	__type(key, __u32);
	__type(value, struct audit_plan);
} plans SEC(".maps");

static __always_inline bool is_compat(struct task_struct *task)
{
	struct task_struct___audit *x86 = (void *)task;

	if (bpf_core_field_exists(((struct thread_info___x86 *)0)->status))
		return BPF_CORE_READ(x86, thread_info.status) & TS_COMPAT;
	return BPF_CORE_READ((struct task_struct___flags *)task, thread_info.flags) & TIF_32BIT;
}

/* The plan of a call that is told of. Every system call of the machine gets here: for others two loads are all. */
static __always_inline struct audit_plan *plan_of(__u64 number, bool *compat)
{
	__u32 key = number;
	struct audit_plan *own, *narrow;

	if (number >= MAX_NUMBER)
		return NULL;
	own = bpf_map_lookup_elem(&plans, &key);
	key += MAX_NUMBER;
	narrow = bpf_map_lookup_elem(&plans, &key);
	if (!own || !narrow || !(own->flags | narrow->flags))
		return NULL;
	*compat = is_compat((void *)bpf_get_current_task());
	if (*compat)
		own = narrow;
	return own->flags ? own : NULL;
}

static __always_inline void fill_arguments(struct syscall_audit_record *record, void *regs, bool compat)
{
	struct pt_regs___x86 *x86 = regs;
	__u64 *to = record->arguments;

	if (bpf_core_field_exists(((struct pt_regs___arm64 *)0)->syscallno)) {
		bpf_core_read(to, sizeof(record->arguments), &((struct pt_regs___arm64 *)regs)->regs);
	} else if (compat) {
		to[0] = (__u32)BPF_CORE_READ(x86, bx);
		to[1] = (__u32)BPF_CORE_READ(x86, cx);
		to[2] = (__u32)BPF_CORE_READ(x86, dx);
		to[3] = (__u32)BPF_CORE_READ(x86, si);
		to[4] = (__u32)BPF_CORE_READ(x86, di);
		to[5] = (__u32)BPF_CORE_READ(x86, bp);
	} else {
		to[0] = BPF_CORE_READ(x86, di);
		to[1] = BPF_CORE_READ(x86, si);
		to[2] = BPF_CORE_READ(x86, dx);
		to[3] = BPF_CORE_READ(x86, r10);
		to[4] = BPF_CORE_READ(x86, r8);
		to[5] = BPF_CORE_READ(x86, r9);
	}
	to[6] = 0;
	to[7] = 0;
}

static __always_inline void copy_arguments(struct syscall_audit_record *record, const struct enter_event *event)
{
	__u64 *to = record->arguments;

	to[0] = event->arguments[0];
	to[1] = event->arguments[1];
	to[2] = event->arguments[2];
	to[3] = event->arguments[3];
	to[4] = event->arguments[4];
	to[5] = event->arguments[5];
	to[6] = 0;
	to[7] = 0;
}

/* Number 0, for no argument, gets to the last place, which is zero. */
static __always_inline __u64 argument(const struct syscall_audit_record *record, __u8 number)
{
	return record->arguments[((__u64)number - 1) & (MAX_ARGUMENTS - 1)];
}
