// SPDX-License-Identifier: GPL-2.0
/* Packets that took long from the driver to the network stack, to TCP, or to the process that reads them. */
#include <linux/ptrace.h>
#include "identity.h"
#include "ledger.h"
#include "limit.h"
#include "submit.h"
#include "../Packets/packet.h"

#define AF_INET        2
#define AF_INET6       10
#define SOCK_STREAM    1
#define IPPROTO_TCP    6
#define IPPROTO_UDP    17
#define TCP_SEQ_OFFSET 4
#define TCP_ACK_OFFSET 8

enum rx_stage {
	RX_STAGE_NETIF,
	RX_STAGE_TCP,
	RX_STAGE_USERCOPY,
};

/* include/linux/skbuff.h: enum skb_tstamp_type. SKB_CLOCK_TAI is only for transmission at a given time. */
enum rx_clock {
	RX_CLOCK_WALL,
	RX_CLOCK_MONOTONIC,
};

struct net_rx_latency_record {
	struct event_header header;
	__u64 stamp_ns;
	__u64 socket_cgroup_id;
	__u32 packet_length;
	__u32 tcp_seq;
	__u32 tcp_ack_seq;
	__be16 source_port;
	__be16 destination_port;
	__u8 stage;
	__u8 clock;
	__u8 protocol;
	__u8 family;
	__u8 socket_state;
	__u8 reserved[3];
	char netdev_name[16];
	__u8 source[16]; /* IPv4 is mapped: ::ffff:a.b.c.d */
	__u8 destination[16];
};

const struct net_rx_latency_record *const abi_net_rx_latency_record = 0;
const enum rx_stage *const abi_rx_stage = 0;
const enum rx_clock *const abi_rx_clock = 0;

const volatile __u64 cfg_thresholds_ns[3] = {};
const volatile __u32 cfg_excluded_netns = 0; /* inode number; 0 for none */

/* The wall clock less the monotonic one, which user space keeps right: no helper tells the wall clock. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __s64);
} wall_offset SEC(".maps");

struct arrival {
	__u64 now_ns;
	__u64 stamp_ns;
	__u8 clock;
};

/* Of the host, when that is left out: asked first, since it takes less than reading the clock. */
static __always_inline bool is_excluded(struct net *net)
{
	return cfg_excluded_netns && net->ns.inum == cfg_excluded_netns;
}

static __always_inline bool is_excluded_copied(struct net *net)
{
	return cfg_excluded_netns && BPF_CORE_READ(net, ns.inum) == cfg_excluded_netns;
}

static __always_inline int filtered(struct ledger_counters *counters)
{
	count(&counters->hits);
	count(&counters->filtered);
	return 0;
}

static __always_inline __u8 clock_of(struct sk_buff *skb, bool direct)
{
	struct sk_buff___v6_11 *typed = (void *)skb;
	struct sk_buff___v5_18 *flagged = (void *)skb;

	if (bpf_core_field_exists(typed->tstamp_type))
		return direct ? BPF_CORE_READ_BITFIELD(typed, tstamp_type)
			      : BPF_CORE_READ_BITFIELD_PROBED(typed, tstamp_type);
	if (bpf_core_field_exists(flagged->mono_delivery_time))
		return direct ? BPF_CORE_READ_BITFIELD(flagged, mono_delivery_time)
			      : BPF_CORE_READ_BITFIELD_PROBED(flagged, mono_delivery_time);
	return RX_CLOCK_WALL;
}

/* All that is done for a packet in time. */
static __always_inline bool is_late(struct ledger_counters *counters, struct sk_buff *skb, enum rx_stage stage,
	bool direct, struct arrival *arrival)
{
	__s64 stamp = FIELD(direct, skb, tstamp);
	__u32 zero = 0;
	__s64 *offset;

	count(&counters->hits);
	if (!stamp)
		goto in_time;
	arrival->stamp_ns = stamp;
	arrival->clock = clock_of(skb, direct);
	if (arrival->clock == RX_CLOCK_WALL) {
		offset = bpf_map_lookup_elem(&wall_offset, &zero);
		if (!offset)
			goto in_time;
		stamp -= *offset;
	} else if (arrival->clock != RX_CLOCK_MONOTONIC) {
		goto in_time;
	}
	/* Before the machine was started: by another clock. */
	if (stamp < 0)
		goto in_time;
	arrival->now_ns = bpf_ktime_get_ns();
	if ((__s64)(arrival->now_ns - stamp) >= (__s64)cfg_thresholds_ns[stage])
		return true;
in_time:
	count(&counters->filtered);
	return false;
}

/* Addresses and ports by the packet itself. */
static __always_inline bool fill_packet(struct net_rx_latency_record *record, const struct packet *packet)
{
	struct flow flow = {};

	parse_packet(packet, &flow, true);
	if (!flow.transport)
		return false;
	record->family = packet->ethernet_protocol == ETH_P_IP ? AF_INET : AF_INET6;
	record->protocol = flow.protocol == PACKET_TCP ? IPPROTO_TCP : IPPROTO_UDP;
	record->source_port = flow.ports[0];
	record->destination_port = flow.ports[1];
	__builtin_memcpy(record->source, flow.source.address, sizeof(record->source));
	__builtin_memcpy(record->destination, flow.destination.address, sizeof(record->destination));
	if (flow.protocol == PACKET_TCP && flow.transport + TCP_ACK_OFFSET + 4 <= packet->length) {
		bpf_probe_read_kernel(&record->tcp_seq, 4, packet->start + flow.transport + TCP_SEQ_OFFSET);
		bpf_probe_read_kernel(&record->tcp_ack_seq, 4, packet->start + flow.transport + TCP_ACK_OFFSET);
		record->tcp_seq = bpf_ntohl(record->tcp_seq);
		record->tcp_ack_seq = bpf_ntohl(record->tcp_ack_seq);
	}
	return true;
}

/* The same by the socket: a segment that TCP has merged with others has no headers that can be trusted. */
static __always_inline void fill_segment(struct net_rx_latency_record *record, struct sk_buff *skb, struct sock *sk)
{
	struct tcp_skb_cb *control = (void *)&skb->cb;

	record->protocol = IPPROTO_TCP;
	record->socket_state = BPF_CORE_READ(sk, __sk_common.skc_state);
	record->source_port = BPF_CORE_READ(sk, __sk_common.skc_dport);
	record->destination_port = bpf_htons(BPF_CORE_READ(sk, __sk_common.skc_num));
	record->tcp_seq = BPF_CORE_READ(control, seq);
	record->tcp_ack_seq = BPF_CORE_READ(control, ack_seq);
	/* A socket of IPv6 may speak IPv4. */
	if (BPF_CORE_READ(skb, protocol) == bpf_htons(ETH_P_IP)) {
		__be32 source = BPF_CORE_READ(sk, __sk_common.skc_daddr);
		__be32 destination = BPF_CORE_READ(sk, __sk_common.skc_rcv_saddr);

		record->family = AF_INET;
		record->source[10] = record->source[11] = 0xff;
		record->destination[10] = record->destination[11] = 0xff;
		__builtin_memcpy(record->source + 12, &source, sizeof(source));
		__builtin_memcpy(record->destination + 12, &destination, sizeof(destination));
		return;
	}
	record->family = AF_INET6;
	bpf_core_read(record->source, sizeof(record->source), &sk->__sk_common.skc_v6_daddr);
	bpf_core_read(record->destination, sizeof(record->destination), &sk->__sk_common.skc_v6_rcv_saddr);
}

static __always_inline int tell(void *ctx, struct ledger_counters *counters, struct net_rx_latency_record *record,
	struct sk_buff *skb, struct net *net, const struct arrival *arrival)
{
	fill_netns(&record->header, net);
	if (cfg_excluded_netns && record->header.netns_inum == cfg_excluded_netns) {
		count(&counters->filtered);
		return 0;
	}
	if (!admit_without_fetch(arrival->now_ns)) {
		count(&counters->rate_limited);
		return 0;
	}
	fill_task(&record->header, (struct task_struct *)bpf_get_current_task(), arrival->now_ns);
	/* Only a task reads, also where the kernel does not tell the context. */
	if (record->stage == RX_STAGE_USERCOPY && record->header.context == CONTEXT_UNKNOWN)
		record->header.context = CONTEXT_TASK;
	record->stamp_ns = arrival->stamp_ns;
	record->clock = arrival->clock;
	record->packet_length = BPF_CORE_READ(skb, len);
	submit(ctx, counters, arrival->now_ns, record, sizeof(*record));
	return 0;
}

/* The packet starts at skb->data here: its network header is not set yet. */
static __always_inline int tell_netif(
	void *ctx, struct ledger_counters *counters, struct sk_buff *skb, const struct arrival *arrival)
{
	struct net_rx_latency_record record = { .stage = RX_STAGE_NETIF };
	struct net_device *dev = BPF_CORE_READ(skb, dev);
	struct packet packet = {
		.start = BPF_CORE_READ(skb, data),
		.length = BPF_CORE_READ(skb, len) - BPF_CORE_READ(skb, data_len),
		.ethernet_protocol = bpf_ntohs(BPF_CORE_READ(skb, protocol)),
	};

	if (!fill_packet(&record, &packet)) {
		count(&counters->filtered);
		return 0;
	}
	bpf_core_read(record.netdev_name, sizeof(record.netdev_name), &dev->name);
	return tell(ctx, counters, &record, skb, BPF_CORE_READ(dev, nd_net.net), arrival);
}

static __always_inline int tell_tcp(void *ctx, struct ledger_counters *counters, struct sk_buff *skb, struct sock *sk,
	enum rx_stage stage, const struct arrival *arrival)
{
	struct net_rx_latency_record record = { .stage = stage };

	fill_segment(&record, skb, sk);
	record.socket_cgroup_id = socket_cgroup_id(sk);
	return tell(ctx, counters, &record, skb, BPF_CORE_READ(sk, __sk_common.skc_net.net), arrival);
}

/* A queued datagram does not know its socket: without that the namespace is the one of the task that reads. */
static __always_inline int tell_udp(void *ctx, struct ledger_counters *counters, struct sk_buff *skb, struct sock *sk,
	const struct arrival *arrival)
{
	struct net_rx_latency_record record = { .stage = RX_STAGE_USERCOPY };
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	struct packet packet = packet_of(skb, false);

	if (!fill_packet(&record, &packet) || record.protocol != IPPROTO_UDP) {
		count(&counters->filtered);
		return 0;
	}
	return tell(ctx, counters, &record, skb,
		sk ? BPF_CORE_READ(sk, __sk_common.skc_net.net) : BPF_CORE_READ(task, nsproxy, net_ns), arrival);
}

static __always_inline bool is_tcp(struct sock *sk)
{
	__u16 family = BPF_CORE_READ(sk, __sk_common.skc_family);

	return (family == AF_INET || family == AF_INET6) && BPF_CORE_READ(sk, sk_type) == SOCK_STREAM &&
		BPF_CORE_READ(sk, sk_protocol) == IPPROTO_TCP;
}

/* In a socket of UDP the word of the device serves for something else; in a tap's queue it leads to the device. */
static __always_inline bool in_udp_queue(struct sk_buff *skb)
{
	struct net_device *dev = BPF_CORE_READ(skb, dev);

	return !dev || !is_netns(BPF_CORE_READ(dev, nd_net.net));
}

/* Packet sockets, raw sockets and taps come here as well. */
static __always_inline int on_copy(void *ctx, struct sk_buff *skb, bool with_udp)
{
	struct ledger_counters *counters = ledger_of_cpu();
	struct arrival arrival = {};
	struct sock *sk = skb->sk;

	if (!counters)
		return 0;
	if (sk && is_excluded(sk->__sk_common.skc_net.net))
		return filtered(counters);
	if (!is_late(counters, skb, RX_STAGE_USERCOPY, true, &arrival))
		return 0;
	if (sk && is_tcp(sk))
		return tell_tcp(ctx, counters, skb, sk, RX_STAGE_USERCOPY, &arrival);
	if (!sk && with_udp && in_udp_queue(skb))
		return tell_udp(ctx, counters, skb, NULL, &arrival);
	count(&counters->filtered);
	return 0;
}

SEC("tp_btf/netif_receive_skb")
int rx_netif(__u64 *ctx)
{
	struct sk_buff *skb = (struct sk_buff *)ctx[0];
	struct ledger_counters *counters = ledger_of_cpu();
	struct arrival arrival = {};

	if (!counters)
		return 0;
	if (is_excluded(skb->dev->nd_net.net))
		return filtered(counters);
	if (!is_late(counters, skb, RX_STAGE_NETIF, true, &arrival))
		return 0;
	return tell_netif(ctx, counters, skb, &arrival);
}

/* Where a socket takes up a segment: that waited until then if a task had locked the socket. */
SEC("tp_btf/tcp_probe")
int rx_tcp(__u64 *ctx)
{
	struct sock *sk = (struct sock *)ctx[0];
	struct sk_buff *skb = (struct sk_buff *)ctx[1];
	struct ledger_counters *counters = ledger_of_cpu();
	struct arrival arrival = {};

	if (!counters)
		return 0;
	if (is_excluded(sk->__sk_common.skc_net.net))
		return filtered(counters);
	if (!is_late(counters, skb, RX_STAGE_TCP, true, &arrival))
		return 0;
	return tell_tcp(ctx, counters, skb, sk, RX_STAGE_TCP, &arrival);
}

SEC("tp_btf/skb_copy_datagram_iovec")
int rx_copied(__u64 *ctx)
{
	return on_copy(ctx, (struct sk_buff *)ctx[0], true);
}

/* Where the next one tells of UDP. */
SEC("tp_btf/skb_copy_datagram_iovec")
int rx_copied_tcp(__u64 *ctx)
{
	return on_copy(ctx, (struct sk_buff *)ctx[0], false);
}

/* A datagram in one piece is copied without a tracepoint; this ends the reading of each. A peek has a negative length.
 */
SEC("kprobe/skb_consume_udp")
int rx_consumed_udp(struct pt_regs *ctx)
{
	struct sock *sk = (struct sock *)PT_REGS_PARM1(ctx);
	struct sk_buff *skb = (struct sk_buff *)PT_REGS_PARM2(ctx);
	struct ledger_counters *counters = ledger_of_cpu();
	struct arrival arrival = {};

	if ((int)PT_REGS_PARM3(ctx) < 0 || !counters)
		return 0;
	if (is_excluded_copied(BPF_CORE_READ(sk, __sk_common.skc_net.net)))
		return filtered(counters);
	if (!is_late(counters, skb, RX_STAGE_USERCOPY, false, &arrival))
		return 0;
	return tell_udp(ctx, counters, skb, sk, &arrival);
}

char LICENSE[] SEC("license") = "GPL";
