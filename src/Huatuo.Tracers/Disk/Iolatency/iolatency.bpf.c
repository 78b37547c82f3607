// SPDX-License-Identifier: GPL-2.0
/*
 * How long requests to disks take: block:block_rq_insert, block_rq_issue and block_rq_complete; and how long disks let
 * none in: the functions that freeze a queue and let it go.
 */
#include "block.h"
#include "cgroups.h"
#include "disk_names.h"
#include "frozen.h"
#include "histogram.h"
#include "in_flight.h"

#define MAX_CGROUPS 2048
#define OPERATIONS  4
#define ZONES       7
#define MS          1000000LL
#define PF_KTHREAD  0x00200000 /* include/linux/sched.h */

enum iolatency_operation {
	OPERATION_READ,
	OPERATION_WRITE,
	OPERATION_FLUSH,
	OPERATION_DISCARD,
};

struct disk_key {
	__u32 device;
	__u32 operation;
};

/* Of one disk and operation. */
struct disk_latency {
	struct histogram queued;
	struct histogram dispatched;
	__u64 queued_zones[ZONES];
	__u64 dispatched_zones[ZONES];
};

/* Of one cgroup and operation. */
struct cgroup_latency {
	__u64 queued_ns;
	__u64 dispatched_ns;
	__u64 queued_zones[ZONES];
	__u64 dispatched_zones[ZONES];
};

struct cgroup_latencies {
	struct cgroup_latency operations[OPERATIONS];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_SERIES);
	__type(key, struct disk_key);
	__type(value, struct disk_latency);
} disks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_CGROUPS);
	__type(key, __u64);
	__type(value, struct cgroup_latencies);
} cgroups SEC(".maps");

const enum iolatency_operation *const abi_iolatency_operation = 0;

static const struct disk_latency no_latency = {};
static const struct cgroup_latencies no_latencies = {};

/* Without branches: the verifier would follow each of them through all that comes after. */
static __always_inline __u32 zone_of(__u64 ns)
{
	return AT_LEAST(20 * MS, ns) + AT_LEAST(30 * MS, ns) + AT_LEAST(50 * MS, ns) + AT_LEAST(100 * MS, ns) +
		AT_LEAST(200 * MS, ns) + AT_LEAST(400 * MS, ns);
}

/* Requests that are commands of a driver have no operation of a disk. */
static __always_inline __u32 operation_of(struct request *rq)
{
	switch (rq->cmd_flags & REQ_OP_MASK) {
	case REQ_OP_READ:
		return OPERATION_READ;
	case REQ_OP_WRITE:
	case REQ_OP_ZONE_APPEND:
		return OPERATION_WRITE;
	case REQ_OP_FLUSH:
		return OPERATION_FLUSH;
	case REQ_OP_DISCARD:
	case REQ_OP_SECURE_ERASE:
	case REQ_OP_WRITE_ZEROES:
		return OPERATION_DISCARD;
	default:
		return OPERATIONS;
	}
}

static __always_inline void count(__u64 *counter, __u64 by)
{
	__sync_fetch_and_add(counter, by);
}

static __always_inline struct cgroup *cgroup_of_bio(struct request *rq)
{
	if (!bpf_core_field_exists(((struct bio *)0)->bi_blkg))
		return NULL;
	return rq->bio->bi_blkg->blkcg->css.cgroup;
}

/*
 * Whose it is: that of the task that hands it over. A thread of the kernel does so for others: then the bio tells,
 * where disks and memory are of the default hierarchy.
 */
static __always_inline void fill_owner(struct request_state *state, struct request *rq)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct task_cgroups cgroups = cgroups_of(task);
	bool is_kernel = task->flags & PF_KTHREAD;
	struct cgroup *cgroup = cgroup_of(cgroups);

	if (is_kernel && cgroup->root->hierarchy_id == 0) {
		struct cgroup *blkcg = cgroup_of_bio(rq);

		if (blkcg && blkcg->root->hierarchy_id == 0)
			cgroup = blkcg;
	}
	state->cgroup_id = cgroup->kn->id;
	state->is_online = cgroup->self.flags & CSS_ONLINE;
}

/* By copies, where no helper gives a task that the verifier knows (before 5.11). */
static __always_inline void fill_owner_copied(struct request_state *state, struct request *rq)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	struct cgroup *cgroup = cgroup_of_any(task);

	if (BPF_CORE_READ(task, flags) & PF_KTHREAD && BPF_CORE_READ(cgroup, root, hierarchy_id) == 0) {
		struct cgroup *blkcg = cgroup_of_bio(rq);

		if (blkcg && blkcg->root->hierarchy_id == 0)
			cgroup = blkcg;
	}
	state->cgroup_id = BPF_CORE_READ(cgroup, kn, id);
	state->is_online = BPF_CORE_READ(cgroup, self.flags) & CSS_ONLINE;
}

static __always_inline void keep(struct request *rq, __u64 inserted_ns, __u64 issued_ns)
{
	struct request_state state = { .request = (__u64)rq, .inserted_ns = inserted_ns, .issued_ns = issued_ns };

	if (bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_get_current_task_btf))
		fill_owner(&state, rq);
	else
		fill_owner_copied(&state, rq);
	keep_state(&state);
}

static __always_inline int on_insert(struct request *rq)
{
	if (operation_of(rq) != OPERATIONS)
		keep(rq, bpf_ktime_get_ns(), 0);
	return 0;
}

/* What is known of an earlier request at the same address, which was merged and never completed, is not of this one. */
static __always_inline int on_issue(struct request *rq)
{
	__u64 now_ns = bpf_ktime_get_ns(), begun_ns = rq->start_time_ns;
	struct request_state *known;

	if (operation_of(rq) == OPERATIONS)
		return 0;
	known = state_of((__u64)rq);
	if (known && known->inserted_ns >= begun_ns)
		known->issued_ns = now_ns;
	else
		keep(rq, now_ns, now_ns);
	return 0;
}

static __always_inline struct disk_latency *latency_of(struct gendisk *disk, __u32 device, __u32 operation)
{
	struct disk_key key = { .device = device, .operation = operation };
	struct disk_latency *latency = bpf_map_lookup_elem(&disks, &key);

	if (!latency) {
		struct disk_name name;

		bpf_core_read(&name, sizeof(name), &disk->disk_name);
		bpf_map_update_elem(&names, &key.device, &name, BPF_ANY);
		bpf_map_update_elem(&disks, &key, &no_latency, BPF_NOEXIST);
		latency = bpf_map_lookup_elem(&disks, &key);
	}
	if (!latency) {
		key.device = OTHER_DISKS;
		latency = bpf_map_lookup_elem(&disks, &key);
	}
	return latency;
}

static __always_inline int on_complete(struct request *rq, __u32 bytes)
{
	__u64 now_ns = bpf_ktime_get_ns(), queued_ns, dispatched_ns = 0, begun_ns = rq->start_time_ns;
	/* Before anything branches: for each path to here the verifier looks the types up anew, by name. */
	struct gendisk *gendisk = disk_of(rq);
	__u32 device = gendisk->major << 20 | gendisk->first_minor;
	struct request_state *state = state_of((__u64)rq);
	__u32 operation = operation_of(rq), queued_zone, dispatched_zone = 0;
	struct cgroup_latencies *owner;
	struct disk_latency *disk;
	bool was_issued;

	/* A request may be completed in parts. */
	if (!state || bytes < rq->__data_len || operation >= OPERATIONS)
		return 0;
	/* The kernel keeps this unless statistics are off for the disk. */
	if (!begun_ns || begun_ns > state->inserted_ns)
		begun_ns = state->inserted_ns;
	was_issued = state->issued_ns;
	queued_ns = now_ns - begun_ns;
	queued_zone = zone_of(queued_ns);
	if (was_issued) {
		dispatched_ns = now_ns - state->issued_ns;
		dispatched_zone = zone_of(dispatched_ns);
	}
	disk = latency_of(gendisk, device, operation);
	if (disk) {
		histogram_add_shared(&disk->queued, queued_ns);
		count(&disk->queued_zones[queued_zone], 1);
		if (was_issued) {
			histogram_add_shared(&disk->dispatched, dispatched_ns);
			count(&disk->dispatched_zones[dispatched_zone], 1);
		}
	}
	owner = cgroup_counters(&cgroups, state->cgroup_id, state->is_online, &no_latencies);
	if (owner) {
		struct cgroup_latency *latency = &owner->operations[operation];

		count(&latency->queued_ns, queued_ns);
		count(&latency->queued_zones[queued_zone], 1);
		if (was_issued) {
			count(&latency->dispatched_ns, dispatched_ns);
			count(&latency->dispatched_zones[dispatched_zone], 1);
		}
	}
	forget_state(state, (__u64)rq);
	return 0;
}

/* The queue came first until 5.10, and until some patch level of it. */
const volatile bool cfg_queue_first = false;

/* In assembly, since a compiler would choose between addresses, which may not be read. */
static __always_inline struct request *request_of(__u64 *ctx)
{
	struct request *rq;

	if (cfg_queue_first)
		asm volatile("%0 = *(u64 *)(%1 + 8)" : "=r"(rq) : "r"(ctx));
	else
		asm volatile("%0 = *(u64 *)(%1 + 0)" : "=r"(rq) : "r"(ctx));
	return rq;
}

SEC("tp_btf/block_rq_insert")
int inserted(__u64 *ctx)
{
	return on_insert(request_of(ctx));
}

SEC("tp_btf/block_rq_issue")
int issued(__u64 *ctx)
{
	return on_issue(request_of(ctx));
}

SEC("tp_btf/block_rq_complete")
int completed(__u64 *ctx)
{
	return on_complete((struct request *)ctx[0], ctx[2]);
}

/* From 6.12 on in a function of its own, which others have within them. */
SEC("fexit/blk_freeze_queue_start")
int frozen_public(__u64 *ctx)
{
	return on_freeze((struct request_queue *)ctx[0]);
}

SEC("fexit/__blk_freeze_queue_start")
int frozen_inner(__u64 *ctx)
{
	return on_freeze((struct request_queue *)ctx[0]);
}

SEC("fexit/blk_freeze_queue_start_non_owner")
int frozen_unowned(__u64 *ctx)
{
	return on_freeze((struct request_queue *)ctx[0]);
}

/* From 5.19 on alike; without "nomemrestore" until 6.14. */
SEC("fexit/blk_mq_unfreeze_queue")
int unfrozen_public(__u64 *ctx)
{
	return on_unfreeze((struct request_queue *)ctx[0]);
}

SEC("fexit/__blk_mq_unfreeze_queue")
int unfrozen_inner(__u64 *ctx)
{
	return on_unfreeze((struct request_queue *)ctx[0]);
}

SEC("fexit/blk_mq_unfreeze_queue_nomemrestore")
int unfrozen_nomemrestore(__u64 *ctx)
{
	return on_unfreeze((struct request_queue *)ctx[0]);
}

SEC("fexit/blk_mq_unfreeze_queue_non_owner")
int unfrozen_unowned(__u64 *ctx)
{
	return on_unfreeze((struct request_queue *)ctx[0]);
}

SEC("tp_btf/cgroup_rmdir")
int cgroup_removed(__u64 *ctx)
{
	return cgroup_removed_from(&cgroups, ctx);
}

char LICENSE[] SEC("license") = "GPL";
