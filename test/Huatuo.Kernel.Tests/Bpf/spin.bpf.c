// SPDX-License-Identifier: GPL-2.0
/*
 * Keeps a CPU in the kernel until told to stop: a test run of `spin` does not let other tasks run, `hold` keeps one
 * thread where it wakes another and `delay` where it raises a softirq, with interrupts off, and `stay` a CPU in a
 * timer's interrupt.
 */
#include "kernel.h"

#define ROUNDS      2000 /* the verifier follows each: more take it seconds on an emulated CPU */
#define ROUND_BYTES (1 << 21)
#define NET_RX      3 /* include/linux/interrupt.h: NET_RX_SOFTIRQ */

struct spin_control {
	__u64 until_ns; /* monotonic; moved into the past to stop */
	__u64 rounds;   /* so far */
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct spin_control);
} control SEC(".maps");

/* What a round copies takes 200 us and more: before 5.17 there is no longer loop than one that is followed. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__uint(value_size, ROUND_BYTES);
} copy SEC(".maps");

/* `spin` itself, which calls it when its rounds are over. */
struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} again SEC(".maps");

const volatile __u32 cfg_tid = 0;

static __always_inline bool spun_to_the_end(void)
{
	__u32 zero = 0, one = 1;
	struct spin_control *now = bpf_map_lookup_elem(&control, &zero);
	void *to = bpf_map_lookup_elem(&copy, &zero);
	void *from = bpf_map_lookup_elem(&copy, &one);

	if (!now || !to || !from)
		return true;
	for (int i = 0; i < ROUNDS; i++) {
		if (bpf_ktime_get_ns() >= *(volatile __u64 *)&now->until_ns)
			return true;
		bpf_probe_read_kernel(to, ROUND_BYTES, from);
		now->rounds++;
	}
	return false;
}

SEC("raw_tp/sys_enter")
int spin(void *ctx)
{
	if (!spun_to_the_end())
		bpf_tail_call(ctx, &again, 0);
	return 0;
}

SEC("tp_btf/sched_waking")
int hold(__u64 *ctx)
{
	if ((__u32)bpf_get_current_pid_tgid() == cfg_tid)
		spun_to_the_end();
	return 0;
}

SEC("tp_btf/softirq_raise")
int delay(__u64 *ctx)
{
	if ((__u32)bpf_get_current_pid_tgid() == cfg_tid && ctx[0] == NET_RX)
		spun_to_the_end();
	return 0;
}

SEC("perf_event")
int stay(void *ctx)
{
	spun_to_the_end();
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
