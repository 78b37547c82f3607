// SPDX-License-Identifier: GPL-2.0
/*
 * Packets that the kernel threw away: skb:kfree_skb, with the reason where the kernel gives one (5.17). Packets that a
 * switch or a network card threw away and told the kernel of: devlink:devlink_trap_report (5.10).
 */
#include "drop_filters.h"
#include "identity.h"
#include "ledger.h"
#include "limit.h"
#include "submit.h"
#include "../Packets/packet.h"

#define AF_INET              2
#define AF_INET6             10
#define IFF_UP               1
#define LINK_STATE_NOCARRIER 2 /* include/linux/netdevice.h: bit of net_device.state */
#define PACKET_BYTES         120
#define TRAPPED_BYTES        40
#define IPV4_BYTES           20
#define TRAPPED_NS           10000000ULL

enum drop_link {
	DROP_LINK_KNOWN = 1,
	DROP_LINK_ADMIN_UP = 2,
	DROP_LINK_CARRIER_UP = 4,
};

enum drop_origin {
	DROP_SOFTWARE,
	DROP_HARDWARE,
};

/* The stack follows: header.stack_bytes of it; with DROP_HARDWARE, a struct dropwatch_trap stands between. */
struct dropwatch_record {
	struct event_header header;
	__u64 skb_address;
	__u64 location;
	__u64 socket_cgroup_id;
	__u32 reason;
	__u32 skb_length;
	__u32 netdev_ifindex;
	__u32 netdev_link;
	char netdev_name[16];
	__u16 ethernet_protocol;
	__u16 queue_mapping;
	__u16 socket_family;
	__u16 socket_protocol;
	__u8 socket_state;
	__u8 mac_bytes;
	__u8 packet_bytes;
	__u8 origin;
	__u8 reserved[4];
	__u8 mac[16];
	__u8 packet[PACKET_BYTES];
};

struct dropwatch_trap {
	char name[48];
	char group[32];
};

struct drop_scratch {
	struct dropwatch_record record;
	__u64 rest[(sizeof(struct dropwatch_trap) + MAX_STACK_BYTES) / 8];
};

/* What the hardware told of last on this CPU: the driver frees it next, and that is no second drop. */
struct trapped {
	__u64 skb;
	__u64 head;
	__u64 packet_start;
	__u64 time_ns;
	__u32 length;
	__u32 packet_bytes;
	__u64 packet[TRAPPED_BYTES / 8];
};

enum devlink_trap_type { DEVLINK_TRAP_TYPE_DROP };

struct devlink_trap_metadata {
	const char *trap_name;
	const char *trap_group_name;
	struct net_device *input_dev;
	enum devlink_trap_type trap_type;
} __attribute__((preserve_access_index));

const struct dropwatch_record *const abi_dropwatch_record = 0;
const struct dropwatch_trap *const abi_dropwatch_trap = 0;
const enum packet_protocol *const abi_packet_protocol = 0;
const enum drop_link *const abi_drop_link = 0;
const enum drop_origin *const abi_drop_origin = 0;

/*
 * One per context and origin: a softirq may drop a packet while the task below it is in here, and from 7.0 on a task
 * may be preempted in here by one that runs the other program.
 */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, struct drop_scratch);
} scratch SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct trapped);
} trapped SEC(".maps");

static __always_inline void fill_device(struct dropwatch_record *record, struct net_device *dev)
{
	record->netdev_ifindex = 0;
	record->netdev_link = 0;
	__builtin_memset(record->netdev_name, 0, sizeof(record->netdev_name));
	if (!dev)
		return;
	record->netdev_ifindex = BPF_CORE_READ(dev, ifindex);
	record->netdev_link = DROP_LINK_KNOWN | (BPF_CORE_READ(dev, flags) & IFF_UP ? DROP_LINK_ADMIN_UP : 0) |
		(BPF_CORE_READ(dev, state) & 1UL << LINK_STATE_NOCARRIER ? 0 : DROP_LINK_CARRIER_UP);
	bpf_core_read(record->netdev_name, sizeof(record->netdev_name), &dev->name);
}

static __always_inline void fill_socket(struct dropwatch_record *record, struct sock *sk)
{
	__u8 state;

	record->socket_cgroup_id = 0;
	record->socket_family = 0;
	record->socket_protocol = 0;
	record->socket_state = 0;
	if (!sk)
		return;
	state = BPF_CORE_READ(sk, __sk_common.skc_state);
	record->socket_state = state;
	record->socket_family = BPF_CORE_READ(sk, __sk_common.skc_family);
	if (state == TCP_TIME_WAIT || state == TCP_NEW_SYN_RECV) {
		record->socket_protocol = 6;
		return;
	}
	record->socket_protocol = BPF_CORE_READ(sk, sk_protocol);
	record->socket_cgroup_id = socket_cgroup_id(sk);
}

static __always_inline void fill_packet(
	struct dropwatch_record *record, struct sk_buff *skb, struct net_device *dev, const struct packet *packet)
{
	unsigned char *mac;
	__u32 length = packet->length;

	record->ethernet_protocol = packet->ethernet_protocol;
	record->mac_bytes = 0;
	record->packet_bytes = 0;
	if (!packet->start)
		return;
	if (length > PACKET_BYTES)
		length = PACKET_BYTES;
	if (!bpf_probe_read_kernel(record->packet, length, packet->start))
		record->packet_bytes = length;
	if (!dev || BPF_CORE_READ(dev, type) != ARPHRD_ETHER)
		return;
	mac = mac_header_before(skb, packet);
	if (mac && !bpf_probe_read_kernel(record->mac, ETH_HLEN, mac))
		record->mac_bytes = ETH_HLEN;
}

static __always_inline struct net *netns_of(struct net_device *dev, struct sock *sk)
{
	return dev ? BPF_CORE_READ(dev, nd_net.net) : sk ? BPF_CORE_READ(sk, __sk_common.skc_net.net) : NULL;
}

/* How much was copied: as much as there is room for, or an IPv4 header; a constant is a bound to every verifier. */
static __always_inline __u32 copy_start(__u64 *room, const void *start, __u32 length)
{
	if (length >= TRAPPED_BYTES)
		return bpf_probe_read_kernel(room, TRAPPED_BYTES, start) ? 0 : TRAPPED_BYTES;
	if (length >= IPV4_BYTES)
		return bpf_probe_read_kernel(room, IPV4_BYTES, start) ? 0 : IPV4_BYTES;
	return 0;
}

/* The driver frees what its hardware dropped: the same packet again, by this CPU, at once. */
static __always_inline bool was_trapped(struct sk_buff *skb, bool direct)
{
	__u64 bytes[TRAPPED_BYTES / 8] = {};
	struct trapped *last;
	__u32 zero = 0;

	last = bpf_map_lookup_elem(&trapped, &zero);
	if (!last || last->skb != (__u64)skb)
		return false;
	last->skb = 0;
	if (last->head != (__u64)FIELD(direct, skb, head) || last->length != FIELD(direct, skb, len) ||
		bpf_ktime_get_ns() - last->time_ns > TRAPPED_NS)
		return false;
	/* The network header may have been set since; what lies at the old place is compared. */
	if (copy_start(bytes, (void *)last->packet_start, last->packet_bytes) != last->packet_bytes)
		return false;
	for (int i = 0; i < TRAPPED_BYTES / 8; i++)
		if (bytes[i] != last->packet[i])
			return false;
	return true;
}

static __always_inline void note_trapped(struct sk_buff *skb, const struct packet *packet, __u64 now_ns)
{
	struct trapped *last;
	__u32 zero = 0;

	last = bpf_map_lookup_elem(&trapped, &zero);
	if (!last)
		return;
	__builtin_memset(last->packet, 0, sizeof(last->packet));
	last->packet_start = (__u64)packet->start;
	last->packet_bytes = copy_start(last->packet, packet->start, packet->length);
	last->head = (__u64)BPF_CORE_READ(skb, head);
	last->length = BPF_CORE_READ(skb, len);
	last->time_ns = now_ns;
	last->skb = (__u64)skb;
}

static __always_inline struct drop_scratch *fill_drop(struct sk_buff *skb, struct net_device *dev, struct sock *sk,
	const struct packet *packet, __u64 now_ns, enum drop_origin origin, bool direct)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	__u32 own = current_context(task) | (origin == DROP_HARDWARE ? 4 : 0);
	struct drop_scratch *slot = bpf_map_lookup_elem(&scratch, &own);
	struct dropwatch_record *record;

	if (!slot)
		return NULL;
	if (!is_device(dev))
		dev = NULL;
	if (!is_socket(sk))
		sk = NULL;
	record = &slot->record;
	fill_task(&record->header, task, now_ns);
	fill_netns(&record->header, netns_of(dev, sk));
	record->origin = origin;
	record->skb_address = (__u64)skb;
	record->skb_length = FIELD(direct, skb, len);
	record->queue_mapping = FIELD(direct, skb, queue_mapping);
	fill_device(record, dev);
	fill_socket(record, sk);
	fill_packet(record, skb, dev, packet);
	return slot;
}

static __always_inline int on_drop(
	void *ctx, struct sk_buff *skb, void *location, __u32 reason, struct sock *rx_sk, bool direct)
{
	struct ledger_counters *counters = ledger_of_cpu();
	struct packet packet = packet_of(skb, direct);
	struct net_device *dev = FIELD(direct, skb, dev);
	struct sock *sk = FIELD(direct, skb, sk);
	struct drop_scratch *slot;
	__u64 now_ns = 0;
	long stack_bytes;

	if (!counters)
		return 0;
	count(&counters->hits);
	if (was_trapped(skb, direct)) {
		count(&counters->deduplicated);
		return 0;
	}
	if (!sk)
		sk = rx_sk;
	if ((cfg_reasons && !listed(&reasons, &reason)) || !wanted_device(dev) || !matches_filter(skb, dev, &packet) ||
		!wanted_packet(&packet, sk)) {
		count(&counters->filtered);
		return 0;
	}
	if (!admitted(direct, &now_ns)) {
		count(&counters->rate_limited);
		return 0;
	}
	slot = fill_drop(skb, dev, sk, &packet, now_ns, DROP_SOFTWARE, direct);
	if (!slot) {
		count(&counters->lost);
		return 0;
	}
	slot->record.location = (__u64)location;
	slot->record.reason = reason;
	stack_bytes = stack_taken(&slot->record.header, bpf_get_stack(ctx, slot->rest, MAX_STACK_BYTES, 0));
	submit(ctx, counters, now_ns, slot, sizeof(slot->record) + stack_bytes);
	return 0;
}

static __always_inline int on_trap(
	void *ctx, struct sk_buff *skb, const struct devlink_trap_metadata *metadata, bool fetch)
{
	struct ledger_counters *counters = ledger_of_cpu();
	struct packet packet = trapped_packet_of(skb);
	struct net_device *dev = BPF_CORE_READ(metadata, input_dev);
	struct sock *sk = BPF_CORE_READ(skb, sk);
	struct dropwatch_trap *trap;
	struct drop_scratch *slot;
	__u64 now_ns = 0;
	long stack_bytes;

	/* The others went on to the kernel. */
	if (BPF_CORE_READ(metadata, trap_type) != bpf_core_enum_value(enum devlink_trap_type, DEVLINK_TRAP_TYPE_DROP))
		return 0;
	if (!counters)
		return 0;
	count(&counters->hits);
	if (!dev)
		dev = BPF_CORE_READ(skb, dev);
	if (cfg_reasons || !wanted_device(dev) || !matches_filter(skb, dev, &packet) || !wanted_packet(&packet, sk)) {
		count(&counters->filtered);
		return 0;
	}
	note_trapped(skb, &packet, bpf_ktime_get_ns());
	if (!admitted(fetch, &now_ns)) {
		count(&counters->rate_limited);
		return 0;
	}
	slot = fill_drop(skb, dev, sk, &packet, now_ns, DROP_HARDWARE, false);
	if (!slot) {
		count(&counters->lost);
		return 0;
	}
	slot->record.location = 0;
	slot->record.reason = 0;
	trap = (void *)slot->rest;
	__builtin_memset(trap, 0, sizeof(*trap));
	bpf_probe_read_kernel_str(trap->name, sizeof(trap->name), BPF_CORE_READ(metadata, trap_name));
	bpf_probe_read_kernel_str(trap->group, sizeof(trap->group), BPF_CORE_READ(metadata, trap_group_name));
	stack_bytes = stack_taken(&slot->record.header, bpf_get_stack(ctx, trap + 1, MAX_STACK_BYTES, 0));
	submit(ctx, counters, now_ns, slot, sizeof(slot->record) + sizeof(*trap) + stack_bytes);
	return 0;
}

/* The third and fourth arguments came with 5.17 and 6.11. */
SEC("tp_btf/kfree_skb")
int dropwatch_btf(__u64 *ctx)
{
	struct sock *rx_sk = NULL;
	__u32 reason = -1;

	if (bpf_core_enum_value_exists(enum skb_drop_reason, SKB_DROP_REASON_NOT_SPECIFIED))
		reason = ctx[2];
	if (bpf_core_field_exists(((struct trace_event_raw_kfree_skb *)0)->rx_sk))
		rx_sk = (struct sock *)ctx[3];
	return on_drop(ctx, (struct sk_buff *)ctx[0], (void *)ctx[1], reason, rx_sk, true);
}

SEC("tp/skb/kfree_skb")
int dropwatch_tracepoint(struct trace_event_raw_kfree_skb *ctx)
{
	struct sock *rx_sk = NULL;
	__u32 reason = -1;

	if (bpf_core_field_exists(ctx->reason))
		reason = BPF_CORE_READ(ctx, reason);
	if (bpf_core_field_exists(ctx->rx_sk))
		rx_sk = BPF_CORE_READ(ctx, rx_sk);
	return on_drop(ctx, BPF_CORE_READ(ctx, skbaddr), BPF_CORE_READ(ctx, location), reason, rx_sk, false);
}

SEC("tp_btf/devlink_trap_report")
int dropwatch_trap(__u64 *ctx)
{
	return on_trap(ctx, (struct sk_buff *)ctx[1], (const struct devlink_trap_metadata *)ctx[2], true);
}

/* For kernels whose atomics return nothing. */
SEC("tp_btf/devlink_trap_report")
int dropwatch_trap_without_fetch(__u64 *ctx)
{
	return on_trap(ctx, (struct sk_buff *)ctx[1], (const struct devlink_trap_metadata *)ctx[2], false);
}

char LICENSE[] SEC("license") = "GPL";
