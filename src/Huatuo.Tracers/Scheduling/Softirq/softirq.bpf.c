// SPDX-License-Identifier: GPL-2.0
/* From irq:softirq_raise to irq:softirq_entry, and from there to irq:softirq_exit, of every vector on every CPU. */
#include "histogram.h"

#define VECTORS 10 /* include/linux/interrupt.h: NR_SOFTIRQS */
#define ZONES   4
#define US      1000ULL

struct softirq_vector {
	struct histogram latency;
	struct histogram handler;
	__u64 zones[ZONES];
};

struct softirq_times {
	__u64 raised_ns;
	__u64 entered_ns;
};

/* A CPU serves one softirq at a time, and the programs that count run in it alone: no atomics. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, VECTORS);
	__type(key, __u32);
	__type(value, struct softirq_vector);
} vectors SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, VECTORS);
	__type(key, __u32);
	__type(value, struct softirq_times);
} times SEC(".maps");

static __always_inline __u32 zone_of(__u64 ns)
{
	if (ns < 10 * US)
		return 0;
	if (ns < 100 * US)
		return 1;
	return ns < 1000 * US ? 2 : 3;
}

/* Raised again before it is served, it is served once: the first counts. An interrupt may raise it at any time. */
SEC("tp_btf/softirq_raise")
int raised(__u64 *ctx)
{
	__u32 vector = ctx[0];
	struct softirq_times *cpu = bpf_map_lookup_elem(&times, &vector);

	if (cpu && !cpu->raised_ns)
		cpu->raised_ns = bpf_ktime_get_ns();
	return 0;
}

SEC("tp_btf/softirq_entry")
int entered(__u64 *ctx)
{
	__u32 vector = ctx[0];
	struct softirq_times *cpu = bpf_map_lookup_elem(&times, &vector);
	struct softirq_vector *counters;
	__u64 raised_ns, now_ns;

	if (!cpu)
		return 0;
	/* At once: what is raised from here on is served the next time. */
	raised_ns = cpu->raised_ns;
	cpu->raised_ns = 0;
	now_ns = bpf_ktime_get_ns();
	cpu->entered_ns = now_ns;
	counters = bpf_map_lookup_elem(&vectors, &vector);
	if (!counters || !raised_ns)
		return 0;
	histogram_add(&counters->latency, now_ns - raised_ns);
	counters->zones[zone_of(now_ns - raised_ns)]++;
	return 0;
}

SEC("tp_btf/softirq_exit")
int left(__u64 *ctx)
{
	__u32 vector = ctx[0];
	struct softirq_times *cpu = bpf_map_lookup_elem(&times, &vector);
	struct softirq_vector *counters = bpf_map_lookup_elem(&vectors, &vector);

	if (!cpu || !counters || !cpu->entered_ns)
		return 0;
	histogram_add(&counters->handler, bpf_ktime_get_ns() - cpu->entered_ns);
	cpu->entered_ns = 0;
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
