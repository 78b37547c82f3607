// SPDX-License-Identifier: GPL-2.0
/* Chosen system calls with their arguments and results: raw_syscalls sys_enter and sys_exit. */
#include "bytes.h"
#include "identity.h"
#include "ledger.h"
#include "limit.h"
#include "submit.h"

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

struct path_prefix {
	__u32 bits;
	__u8 text[PREFIX_BYTES];
};

struct container_prefix {
	__u32 bits;
	__u8 text[CONTAINER_BYTES];
};

struct task_name {
	char text[16];
};

struct cgroup_name {
	char text[NAME_BYTES + CONTAINER_BYTES];
};

const struct syscall_audit_record *const abi_syscall_audit_record = 0;
const enum audit_data *const abi_audit_data = 0;
const enum audit_flags *const abi_audit_flags = 0;
const enum audit_text *const abi_audit_text = 0;

const volatile bool cfg_uids = false;
const volatile bool cfg_comms = false;
const volatile bool cfg_containers = false;
const volatile __u64 cfg_bpf_commands = 0;
const volatile __u32 cfg_own_tgid = 0;

/* First the numbers of the machine's own convention, then those of the 32-bit one. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2 * MAX_NUMBER);
	__type(key, __u32);
	__type(value, struct audit_plan);
} plans SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 256);
	__type(key, __u32);
	__type(value, __u8);
} uids SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 256);
	__type(key, struct task_name);
	__type(value, __u8);
} comms SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 256);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct container_prefix);
	__type(value, __u8);
} containers SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 256);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct path_prefix);
	__type(value, __u8);
} paths SEC(".maps");

/* Calls that have not returned, by task: an exec may change a thread's number, not its address. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, __u64);
	__type(value, struct syscall_audit_record);
} pending SEC(".maps");

enum audit_slot {
	AUDIT_ENTER,
	AUDIT_EXIT,
	AUDIT_SLOTS,
};

/*
 * Nothing gets in between in task context until 7.0; since then (include/linux/tracepoint.h, __DECLARE_TRACE) a program
 * on a tracepoint may be preempted, and the other one run on the CPU meanwhile. No program runs twice on a CPU.
 */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, AUDIT_SLOTS);
	__type(key, __u32);
	__type(value, struct audit_scratch);
} scratch SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct cgroup_name);
} name_scratch SEC(".maps");

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

/* A text of user space. One byte more than fits is looked at to tell a text that fits exactly from one that is cut. */
static __always_inline __u32 read_text(char *to, __u32 size, __u64 from, __u32 read, __u32 cut)
{
	long length = bpf_probe_read_user_str(to, size, (void *)from);
	char next = 0;

	if (length < 0)
		return 0;
	if (length < size)
		return read;
	bpf_probe_read_user(&next, 1, (void *)from + size - 1);
	return next ? read | cut : read;
}

/* Reads what was not read yet: memory that is not resident at the start of a call is, when the kernel has used it. */
static __always_inline void read_texts(struct syscall_audit_record *record)
{
	const struct audit_plan *plan = &record->plan;

	if (plan->path && !(record->text & AUDIT_PATH_READ))
		record->text |= read_text(
			record->path, PATH_BYTES, argument(record, plan->path), AUDIT_PATH_READ, AUDIT_PATH_CUT);
	if (plan->path2 && !(record->text & AUDIT_PATH2_READ))
		record->text |= read_text(
			record->path2, PATH_BYTES, argument(record, plan->path2), AUDIT_PATH2_READ, AUDIT_PATH2_CUT);
	if (record->text & AUDIT_DATA_READ)
		return;
	if (plan->data_kind == AUDIT_DATA_TEXT) {
		record->text |= read_text((char *)record->data, DATA_BYTES, argument(record, plan->data),
			AUDIT_DATA_READ, AUDIT_DATA_CUT);
		record->data_bytes = DATA_BYTES;
	} else if (plan->data_kind == AUDIT_DATA_BYTES) {
		__u64 length = argument(record, plan->data_length);

		if (length > DATA_BYTES)
			length = DATA_BYTES;
		if (length && !bpf_probe_read_user(record->data, length, (void *)argument(record, plan->data))) {
			record->data_bytes = length;
			record->text |= AUDIT_DATA_READ;
		}
	}
}

static __always_inline bool listed_path(const struct syscall_audit_record *record, struct path_prefix *key)
{
	key->bits = PREFIX_BYTES * 8;
	__builtin_memcpy(key->text, record->path, PREFIX_BYTES);
	return bpf_map_lookup_elem(&paths, key) != NULL;
}

/* Filters that need an argument. Paths that could not be read yet are decided on when the call returns. */
static __always_inline bool wanted_arguments(const struct syscall_audit_record *record)
{
	struct path_prefix key;

	if (record->plan.flags & AUDIT_BPF) {
		__u64 command = record->arguments[0];

		if (command >= 64 || !(cfg_bpf_commands >> (command & 63) & 1))
			return false;
	}
	if (record->plan.flags & AUDIT_PATHS && record->text & AUDIT_PATH_READ)
		return listed_path(record, &key);
	return true;
}

/* The id is the last 64 bytes of the cgroup's name, but for a suffix ".scope". */
static __always_inline bool is_container(struct cgroup *cgroup, struct cgroup_name *name)
{
	struct container_prefix key = { .bits = CONTAINER_BYTES * 8 };
	long bytes = bpf_probe_read_kernel_str(name->text, NAME_BYTES, BPF_CORE_READ(cgroup, kn, name));
	const char scope[] = { '.', 's', 'c', 'o', 'p', 'e' };
	__u64 end = bytes - 1;

	if (bytes <= CONTAINER_BYTES || bytes > NAME_BYTES)
		return false;
	if (end >= CONTAINER_BYTES + sizeof(scope)) {
		__u64 at = (end - sizeof(scope)) & (NAME_BYTES - 1);

		if (same_bytes(name->text + at, scope, sizeof(scope)))
			end = at;
	}
	end = (end - CONTAINER_BYTES) & (NAME_BYTES - 1);
	__builtin_memcpy(key.text, name->text + end, CONTAINER_BYTES);
	return bpf_map_lookup_elem(&containers, &key) != NULL;
}

/* The task's own cgroup, or a few above it: a container may have some of its own. */
static __always_inline bool wanted_container(struct cgroup *cgroup)
{
	__u32 zero = 0;
	struct cgroup_name *name = bpf_map_lookup_elem(&name_scratch, &zero);

	for (int level = 0; name && cgroup && level < CGROUP_LEVELS; level++) {
		if (is_container(cgroup, name))
			return true;
		cgroup = BPF_CORE_READ((struct cgroup___self *)cgroup, self.parent, cgroup);
	}
	return false;
}

static __always_inline bool wanted_task(const struct syscall_audit_record *record, struct cgroup *cgroup)
{
	if (record->header.tgid == cfg_own_tgid)
		return false;
	if (cfg_uids && !bpf_map_lookup_elem(&uids, &record->uid))
		return false;
	if (cfg_comms && !bpf_map_lookup_elem(&comms, record->header.comm))
		return false;
	return !cfg_containers || wanted_container(cgroup);
}

/* The arguments are in the registers of the task, or in order in the event of the plain tracepoint. */
static __always_inline int on_enter(__u64 number, void *regs, const struct enter_event *event)
{
	const struct cred *cred;
	struct task_struct *task;
	struct ledger_counters *counters;
	struct syscall_audit_record *record;
	struct audit_scratch *slot;
	struct audit_plan *plan;
	struct cgroup *cgroup;
	bool compat = false;
	__u32 own = AUDIT_ENTER;
	__u64 key;

	plan = plan_of(number, &compat);
	if (!plan || !(plan->flags & AUDIT_WATCHED))
		return 0;
	task = (void *)bpf_get_current_task();
	key = (__u64)task;
	counters = ledger_of_cpu();
	slot = bpf_map_lookup_elem(&scratch, &own);
	if (!counters || !slot)
		return 0;
	record = &slot->record;
	cred = BPF_CORE_READ((struct task_struct___audit *)task, cred);
	record->uid = BPF_CORE_READ(cred, uid.val);
	record->euid = BPF_CORE_READ(cred, euid.val);
	fill_task(&record->header, task, bpf_ktime_get_ns());
	cgroup = fill_cgroup(&record->header, task);
	record->plan = *plan;
	record->number = number;
	record->text = compat ? AUDIT_COMPAT : 0;
	record->data_bytes = 0;
	record->argv_bytes = 0;
	if (event)
		copy_arguments(record, event);
	else
		fill_arguments(record, regs, compat);
	if (!wanted_task(record, cgroup))
		goto filtered;
	read_texts(record);
	if (!wanted_arguments(record))
		goto filtered;
	fill_netns(&record->header, BPF_CORE_READ(task, nsproxy, net_ns));
	if (bpf_map_update_elem(&pending, &key, record, BPF_ANY)) {
		count(&counters->hits);
		count(&counters->lost);
	}
	return 0;
filtered:
	bpf_map_delete_elem(&pending, &key);
	count(&counters->hits);
	count(&counters->filtered);
	return 0;
}

SEC("tp_btf/sys_enter")
int syscall_audit_enter(__u64 *ctx)
{
	return on_enter(ctx[1], (void *)ctx[0], NULL);
}

SEC("tp/raw_syscalls/sys_enter")
int syscall_audit_enter_plain(struct enter_event *ctx)
{
	return on_enter(ctx->id, NULL, ctx);
}

/* A program that was started: its name as the kernel looked it up, whatever the caller's memory holds by now. */
SEC("tp_btf/sched_process_exec")
int syscall_audit_exec(__u64 *ctx)
{
	__u64 key = bpf_get_current_task();
	struct syscall_audit_record *record = bpf_map_lookup_elem(&pending, &key);
	struct linux_binprm *bprm = (struct linux_binprm *)ctx[2];
	long length;

	if (!record)
		return 0;
	length = bpf_probe_read_kernel_str(record->path, PATH_BYTES, BPF_CORE_READ(bprm, filename));
	if (length > 0)
		record->text = (record->text & ~AUDIT_PATH_CUT) | AUDIT_PATH_READ |
			(length == PATH_BYTES ? AUDIT_PATH_CUT : 0);
	return 0;
}

/* The arguments of a program that runs lie in its own memory, one after the other. */
static __always_inline void read_new_argv(struct audit_scratch *slot, struct task_struct *task)
{
	struct mm_struct *mm = BPF_CORE_READ((struct task_struct___audit *)task, mm);
	unsigned long start = BPF_CORE_READ(mm, arg_start);
	unsigned long bytes = BPF_CORE_READ(mm, arg_end) - start;

	if (bytes > ARGV_BYTES) {
		bytes = ARGV_BYTES;
		slot->record.text |= AUDIT_DATA_CUT;
	}
	if (bytes && !bpf_probe_read_user(slot->argv, bytes, (void *)start)) {
		slot->record.argv_bytes = bytes;
		slot->record.text |= AUDIT_DATA_READ;
	}
}

/* Those of a program that was not started are read one by one. */
static __always_inline void read_old_argv(struct audit_scratch *slot)
{
	struct syscall_audit_record *record = &slot->record;
	bool compat = record->text & AUDIT_COMPAT;
	__u64 list = argument(record, record->plan.data);
	__u64 bytes = 0;

	for (int i = 0; i <= ARGV_ITEMS; i++) {
		__u64 item = 0;
		long length;

		if (bpf_probe_read_user(&item, compat ? 4 : 8, (void *)(list + i * (compat ? 4 : 8))))
			break;
		if (!item)
			break;
		if (i == ARGV_ITEMS || bytes >= ARGV_BYTES) {
			record->text |= AUDIT_DATA_CUT;
			break;
		}
		length = bpf_probe_read_user_str(slot->argv + (bytes & (ARGV_BYTES - 1)), ARGV_ITEM, (void *)item);
		if (length <= 0)
			break;
		if (length == ARGV_ITEM)
			record->text |= AUDIT_DATA_CUT;
		bytes += length;
		record->text |= AUDIT_DATA_READ;
	}
	if (bytes > ARGV_BYTES) {
		bytes = ARGV_BYTES;
		record->text |= AUDIT_DATA_CUT;
	}
	record->argv_bytes = bytes;
}

static __always_inline int on_exit(void *ctx, __u64 number, __s64 result)
{
	struct task_struct *task;
	struct ledger_counters *counters;
	struct syscall_audit_record *record;
	struct audit_scratch *slot;
	struct path_prefix prefix;
	bool compat = false;
	__u64 now_ns = 0;
	__u64 key;
	__u64 bytes;
	__u32 own = AUDIT_EXIT;

	if (!plan_of(number, &compat))
		return 0;
	task = (void *)bpf_get_current_task();
	key = (__u64)task;
	record = bpf_map_lookup_elem(&pending, &key);
	counters = ledger_of_cpu();
	slot = bpf_map_lookup_elem(&scratch, &own);
	if (!record || !counters || !slot)
		return 0;
	__builtin_memcpy(&slot->record, record, sizeof(*record));
	bpf_map_delete_elem(&pending, &key);
	record = &slot->record;
	record->result = result;
	count(&counters->hits);
	if (!(record->plan.flags & AUDIT_EXEC) || record->result < 0)
		read_texts(record);
	if (record->plan.flags & AUDIT_PATHS && !(record->text & AUDIT_PATH_READ && listed_path(record, &prefix))) {
		count(&counters->filtered);
		return 0;
	}
	if (!admitted(false, &now_ns)) {
		count(&counters->rate_limited);
		return 0;
	}
	record->duration_ns = now_ns - record->header.monotonic_ns;
	bpf_get_current_comm(record->program, sizeof(record->program));
	if (record->plan.data_kind == AUDIT_DATA_ARGV) {
		if (record->result < 0)
			read_old_argv(slot);
		else
			read_new_argv(slot, task);
	}
	bytes = record->argv_bytes;
	if (bytes > ARGV_BYTES)
		bytes = ARGV_BYTES;
	submit(ctx, counters, now_ns, slot, sizeof(*record) + bytes);
	return 0;
}

SEC("tp_btf/sys_exit")
int syscall_audit_exit(__u64 *ctx)
{
	__u64 number;

	if (bpf_core_field_exists(((struct pt_regs___arm64 *)0)->syscallno))
		number = ((struct pt_regs___arm64 *)ctx[0])->syscallno;
	else
		number = ((struct pt_regs___x86 *)ctx[0])->orig_ax;
	return on_exit(ctx, number, ctx[1]);
}

SEC("tp/raw_syscalls/sys_exit")
int syscall_audit_exit_plain(struct exit_event *ctx)
{
	return on_exit(ctx, ctx->id, ctx->ret);
}

char LICENSE[] SEC("license") = "GPL";
