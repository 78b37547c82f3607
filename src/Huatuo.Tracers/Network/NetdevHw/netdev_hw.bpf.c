// SPDX-License-Identifier: GPL-2.0
/*
 * What the network stack itself dropped of what a device received: net_device.core_stats, which dev_get_stats adds to
 * what the driver counts. Nothing is attached: user space runs these programs when it wants to know.
 */
#include "kernel.h"

#define MAX_CPUS     1024
#define HASH_ENTRIES 256 /* include/net/net_namespace.h: NETDEV_HASHENTRIES */
#define MAX_CHAIN    64

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct hlist_node {
	struct hlist_node *next;
};

struct hlist_head {
	struct hlist_node *first;
};

struct net___devices {
	struct hlist_head *dev_index_head;
};

struct net_device_core_stats {
	unsigned long rx_dropped;
};

struct net_device___counted {
	int ifindex;
	struct hlist_node index_hlist;
	struct net_device_core_stats *core_stats;
};

/* Until 5.17 all CPUs count in one place. */
struct net_device___v5_17 {
	struct {
		__s64 counter;
	} rx_dropped;
};

#pragma clang attribute pop

/* From a CPU's run queue to its this_cpu_off; user space takes it from BTF. */
const volatile __s64 cfg_cpu_base_offset = 0;

/* How many CPUs there may be; the verifier goes through the loop so often. */
const volatile __u32 cfg_cpus = 0;

struct drops_answer {
	__u64 dropped;
	__u64 is_found;
};

/* What is added to a per-CPU pointer for a CPU; 0 when that is not known yet. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, MAX_CPUS);
	__type(key, __u32);
	__type(value, __u64);
} cpu_bases SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct drops_answer);
} answer SEC(".maps");

/* On the CPU whose base is wanted. Whatever runs there leads to its run queue. */
SEC("raw_tp")
int find_cpu_base(struct bpf_raw_tracepoint_args *ctx)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	struct rq *rq = BPF_CORE_READ(task, se.cfs_rq, rq);
	__u32 cpu = bpf_get_smp_processor_id();
	__u64 base = 0;

	if (cfg_cpu_base_offset && rq && !bpf_probe_read_kernel(&base, sizeof(base), (void *)rq + cfg_cpu_base_offset))
		bpf_map_update_elem(&cpu_bases, &cpu, &base, BPF_ANY);
	return 0;
}

static __always_inline struct net_device___counted *device_of(__u32 ifindex)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	struct net___devices *net = (struct net___devices *)BPF_CORE_READ(task, nsproxy, net_ns);
	struct hlist_head *heads = BPF_CORE_READ(net, dev_index_head);
	struct hlist_node *node = NULL;

	/* An array: its entries are pointers, whatever BTF says of the head's size. */
	bpf_probe_read_kernel(&node, sizeof(node), (void *)heads + (ifindex & (HASH_ENTRIES - 1)) * sizeof(void *));
	for (int i = 0; i < MAX_CHAIN; i++) {
		struct net_device___counted *dev;

		if (!node)
			return NULL;
		dev = (void *)node - bpf_core_field_offset(struct net_device___counted, index_hlist);
		if (BPF_CORE_READ(dev, ifindex) == (int)ifindex)
			return dev;
		node = BPF_CORE_READ(node, next);
	}
	return NULL;
}

static __always_inline __u64 sum_of(struct net_device_core_stats *stats)
{
	__u32 offset = bpf_core_field_offset(struct net_device_core_stats, rx_dropped);
	__u64 sum = 0;

	/* Made when the first packet is dropped. */
	if (!stats)
		return 0;
	for (__u32 cpu = 0; cpu < MAX_CPUS && cpu < cfg_cpus; cpu++) {
		/* The counter itself stays in a register, where the verifier knows it. */
		__u32 key = cpu;
		__u64 *base = bpf_map_lookup_elem(&cpu_bases, &key);
		unsigned long one = 0;

		if (!base)
			break;
		if (!*base)
			continue;
		/* What cannot be read is zero. */
		bpf_probe_read_kernel(&one, sizeof(one), (void *)stats + *base + offset);
		sum += one;
	}
	return sum;
}

/* In a task whose network namespace has the device of this index. */
SEC("raw_tp")
int sum_drops(struct bpf_raw_tracepoint_args *ctx)
{
	struct net_device___counted *dev = device_of(ctx->args[0]);
	struct net_device___v5_17 *old = (void *)dev;
	struct drops_answer drops = { .is_found = dev != NULL };
	__u32 zero = 0;

	if (dev && bpf_core_field_exists(dev->core_stats))
		drops.dropped = sum_of(BPF_CORE_READ(dev, core_stats));
	else if (dev && bpf_core_field_exists(old->rx_dropped))
		drops.dropped = BPF_CORE_READ(old, rx_dropped.counter);
	bpf_map_update_elem(&answer, &zero, &drops, BPF_ANY);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
