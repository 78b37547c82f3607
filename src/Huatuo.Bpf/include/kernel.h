/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's types, only with the fields that are read. Offsets come from the running kernel's BTF at load. */
#pragma once

#include <linux/types.h>
#include <linux/bpf.h>
#include <stdbool.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

enum cgroup_subsys_id { memory_cgrp_id = 4 };

enum skb_drop_reason { SKB_DROP_REASON_NOT_SPECIFIED = 2 };

struct kernfs_node {
	const char *name;
	__u64 id;
};

struct cgroup_root {
	int hierarchy_id;
};

struct cgroup;

struct cgroup_subsys_state {
	struct cgroup *cgroup;
	unsigned int flags;
};

struct cgroup {
	struct cgroup_subsys_state self;
	struct kernfs_node *kn;
	struct cgroup_root *root;
};

struct css_set {
	struct cgroup_subsys_state *subsys[16];
	struct cgroup *dfl_cgrp;
};

struct thread_info___arm64 {
	struct {
		__u32 count;
	} preempt;
};

struct rq {
	__u64 clock;
};

struct cfs_rq {
	struct rq *rq;
};

struct sched_entity {
	struct cfs_rq *cfs_rq;
};

struct net;

struct nsproxy {
	struct net *net_ns;
};

struct thread_info {
	__u32 cpu;
};

struct sched_info {
	unsigned long long last_queued;
};

struct task_struct {
	struct thread_info thread_info;
	unsigned int __state;
	unsigned int flags;
	struct sched_entity se;
	struct sched_info sched_info;
	int pid;
	int tgid;
	char comm[16];
	struct css_set *cgroups;
	struct nsproxy *nsproxy;
};

/* Until 5.16 the CPU stands in the task itself on x86. */
struct task_struct___v5_10 {
	unsigned int cpu;
};

/* Until 5.13. */
struct task_struct___v5_13 {
	volatile long state;
};

struct task_struct___rt {
	int softirq_disable_cnt;
};

struct task_struct___arm64 {
	struct thread_info___arm64 thread_info;
};

struct ns_common {
	unsigned int inum;
};

struct net_device;

struct net {
	struct ns_common ns;
	struct net_device *loopback_dev;
	__u64 net_cookie;
};

/* Before 5.12 the cookie is an atomic that is zero until somebody asks for it. */
struct net___v5_10 {
	struct {
		__s64 counter;
	} net_cookie;
};

typedef struct {
	struct net *net;
} possible_net_t;

struct net_device {
	char name[16];
	int ifindex;
	unsigned int flags;
	unsigned long state;
	unsigned short type;
	possible_net_t nd_net;
};

struct in6_addr {
	__u8 bytes[16];
};

struct sock_common {
	__be32 skc_daddr;
	__be32 skc_rcv_saddr;
	__be16 skc_dport;
	__u16 skc_num;
	unsigned short skc_family;
	volatile unsigned char skc_state;
	possible_net_t skc_net;
	struct in6_addr skc_v6_daddr;
	struct in6_addr skc_v6_rcv_saddr;
};

struct sock_cgroup_data {
	struct cgroup *cgroup;
};

/* Before 5.15 the pointer shares its word with flags in the low bits. */
struct sock_cgroup_data___v5_10 {
	__u64 val;
};

struct sock {
	struct sock_common __sk_common;
	struct sock_cgroup_data sk_cgrp_data;
	__u16 sk_type;
	__u16 sk_protocol;
};

struct sock___v5_10 {
	struct sock_cgroup_data___v5_10 sk_cgrp_data;
};

struct sk_buff {
	struct net_device *dev;
	struct sock *sk;
	__s64 tstamp;
	char cb[48];
	unsigned char *head;
	unsigned char *data;
	unsigned int tail;
	unsigned int len;
	unsigned int data_len;
	__be16 protocol;
	__u16 queue_mapping;
	__u16 network_header;
	__u16 mac_header;
};

/* Which clock tstamp is of: one bit from 5.18, two from 6.11; always the wall clock before. */
struct sk_buff___v5_18 {
	__u8 mono_delivery_time : 1;
};

struct sk_buff___v6_11 {
	__u8 tstamp_type : 2;
};

struct tcp_skb_cb {
	__u32 seq;
	__u32 end_seq;
	__u16 tcp_flags;
	__u32 ack_seq;
};

struct trace_event_raw_kfree_skb {
	void *skbaddr;
	void *location;
	void *rx_sk;
	enum skb_drop_reason reason;
};

#pragma clang attribute pop

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_tracing.h>

/*
 * One field of a kernel object. A BTF tracepoint hands out pointers that the verifier knows, which are read directly;
 * elsewhere the same line is a checked copy.
 */
#define FIELD(direct, pointer, field)                                                \
	({                                                                           \
		typeof((pointer)->field) __value;                                    \
		if (direct)                                                          \
			__value = (pointer)->field;                                  \
		else                                                                 \
			bpf_core_read(&__value, sizeof(__value), &(pointer)->field); \
		__value;                                                             \
	})
