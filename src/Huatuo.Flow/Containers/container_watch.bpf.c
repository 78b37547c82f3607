// SPDX-License-Identifier: GPL-2.0
/* Cgroups that come and go in the hierarchy that events are told by, and the first program of each new PID namespace,
 * with its end.
 */
#include "identity.h"

#define TEXT_BYTES 1024 /* kernel/cgroup/cgroup-internal.h: TRACE_CGROUP_PATH_LEN */

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct upid {
	int nr;
};

struct pid {
	unsigned int level;
	struct upid numbers[1];
};

struct uts_namespace {
	struct {
		char nodename[65];
	} name;
};

struct nsproxy___init {
	struct uts_namespace *uts_ns;
	struct net *net_ns;
};

struct task_struct___init {
	struct pid *thread_pid;
	struct nsproxy___init *nsproxy;
};

#pragma clang attribute pop

enum container_change {
	CGROUP_MADE,
	CGROUP_REMOVED,
	INIT_STARTED,
	INIT_ENDED,
};

/* text_bytes of text follow, without a zero: the cgroup's path, or for INIT_STARTED the host name. */
struct container_record {
	__u64 cgroup_id;
	__u64 netns_cookie;
	__u64 monotonic_ns;
	__u32 netns_inum;
	__u32 tgid;
	__u32 change;
	__u32 text_bytes;
	__u32 pid_level; /* of the PID namespace; the host's is 0 */
	__u32 reserved;
};

struct container_scratch {
	struct container_record record;
	char text[TEXT_BYTES];
};

const struct container_record *const abi_container_record = 0;
const enum container_change *const abi_container_change = 0;

/* The id of the hierarchy: that of memory on v1, else 0, the default one. */
const volatile int cfg_hierarchy = 0;

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 18);
} changes SEC(".maps");

/* Records that found no room, so far. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} lost SEC(".maps");

/* By change, since from 7.0 on one program may be preempted by a task that runs another. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, INIT_ENDED + 1);
	__type(key, __u32);
	__type(value, struct container_scratch);
} scratch SEC(".maps");

static __always_inline struct container_scratch *begin(enum container_change change)
{
	__u32 own = change;
	struct container_scratch *slot = bpf_map_lookup_elem(&scratch, &own);

	if (!slot)
		return NULL;
	__builtin_memset(&slot->record, 0, sizeof(slot->record));
	slot->record.change = change;
	slot->record.monotonic_ns = bpf_ktime_get_ns();
	return slot;
}

static __always_inline void finish(struct container_scratch *slot, long text)
{
	/* The helper counts the zero at the end. */
	__u32 bytes = text > 0 ? text - 1 : 0;
	__u32 zero = 0;
	__u64 *counter;

	if (bytes > TEXT_BYTES)
		bytes = TEXT_BYTES;
	slot->record.text_bytes = bytes;
	if (!bpf_ringbuf_output(&changes, slot, sizeof(slot->record) + bytes, 0))
		return;
	counter = bpf_map_lookup_elem(&lost, &zero);
	if (counter)
		__sync_fetch_and_add(counter, 1);
}

static __always_inline int on_cgroup(struct bpf_raw_tracepoint_args *ctx, enum container_change change)
{
	struct cgroup *cgroup = (struct cgroup *)ctx->args[0];
	struct container_scratch *slot;

	if (BPF_CORE_READ(cgroup, root, hierarchy_id) != cfg_hierarchy)
		return 0;
	slot = begin(change);
	if (!slot)
		return 0;
	slot->record.cgroup_id = BPF_CORE_READ(cgroup, kn, id);
	finish(slot, bpf_probe_read_kernel_str(slot->text, sizeof(slot->text), (void *)ctx->args[1]));
	return 0;
}

SEC("raw_tp/cgroup_mkdir")
int cgroup_made(struct bpf_raw_tracepoint_args *ctx)
{
	return on_cgroup(ctx, CGROUP_MADE);
}

SEC("raw_tp/cgroup_rmdir")
int cgroup_removed(struct bpf_raw_tracepoint_args *ctx)
{
	return on_cgroup(ctx, CGROUP_REMOVED);
}

/* How deep the PID namespace lies that a task is process 1 of; 0 for the host's, and for no such task. */
static __always_inline __u32 level_of_init(struct task_struct *task)
{
	struct pid *pid = BPF_CORE_READ((struct task_struct___init *)task, thread_pid);
	__u32 level = BPF_CORE_READ(pid, level);
	int nr = 0;

	if (level == 0)
		return 0;
	bpf_probe_read_kernel(&nr, sizeof(nr),
		(void *)pid + bpf_core_field_offset(struct pid, numbers) + level * bpf_core_type_size(struct upid) +
			bpf_core_field_offset(struct upid, nr));
	return nr == 1 ? level : 0;
}

/* It begins its program: by now its namespaces are what they stay. */
SEC("raw_tp/sched_process_exec")
int init_started(struct bpf_raw_tracepoint_args *ctx)
{
	struct task_struct *task = (struct task_struct *)ctx->args[0];
	struct event_header header = {};
	struct container_scratch *slot;
	struct nsproxy___init *spaces;
	__u32 level = level_of_init(task);

	if (!level)
		return 0;
	slot = begin(INIT_STARTED);
	if (!slot)
		return 0;
	fill_cgroup(&header, task);
	spaces = BPF_CORE_READ((struct task_struct___init *)task, nsproxy);
	fill_netns(&header, BPF_CORE_READ(spaces, net_ns));
	slot->record.cgroup_id = header.cgroup_id;
	slot->record.netns_cookie = header.netns_cookie;
	slot->record.netns_inum = header.netns_inum;
	slot->record.tgid = BPF_CORE_READ(task, tgid);
	slot->record.pid_level = level;
	finish(slot,
		bpf_probe_read_kernel_str(
			slot->text, sizeof(slot->text), &BPF_CORE_READ(spaces, uts_ns)->name.nodename));
	return 0;
}

/* Its namespaces are still there, and may be gone from here on (kernel/exit.c: exit_task_namespaces comes later). */
SEC("raw_tp/sched_process_exit")
int init_ended(struct bpf_raw_tracepoint_args *ctx)
{
	struct task_struct *task = (struct task_struct *)ctx->args[0];
	struct event_header header = {};
	struct container_scratch *slot;

	if (!level_of_init(task))
		return 0;
	slot = begin(INIT_ENDED);
	if (!slot)
		return 0;
	fill_cgroup(&header, task);
	slot->record.cgroup_id = header.cgroup_id;
	slot->record.tgid = BPF_CORE_READ(task, tgid);
	finish(slot, 0);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
