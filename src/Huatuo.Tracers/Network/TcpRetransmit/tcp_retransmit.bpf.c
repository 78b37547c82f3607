// SPDX-License-Identifier: GPL-2.0
/* Segments that TCP sent again: tcp:tcp_retransmit_skb (4.15) and tcp:tcp_retransmit_synack (4.16). */
#include "identity.h"
#include "ledger.h"
#include "limit.h"
#include "submit.h"
#include "segment_match.h"

#define AF_INET6    10
#define TCP_SYN_ACK 0x12

#define INITIAL_TIMEOUT_US 1000000ULL
#define LONGEST_TIMEOUT_US 120000000ULL
#define TIMER_SLACK_NS     50000000ULL

/* The way of a SYN-ACK through this host takes less than this, its timer more. */
#define SYNACK_SENDING_NS 100000000ULL

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct inet_connection_sock {
	__u8 icsk_ca_state : 5;
	__u8 icsk_retransmits;
	__u8 icsk_pending;
	__u8 icsk_backoff;
};

struct tcp_sock {
	__u64 tcp_clock_cache;
	__u32 srtt_us; /* eightfold */
	__u32 rttvar_us;
	__u32 rcv_nxt;
	__u32 reord_seen;
	__u32 dsack_dups;
};

struct request_sock {
	__u8 num_retrans;
};

struct inet_request_sock {
	__u16 acked : 1;
};

struct tcp_request_sock {
	__u32 snt_isn;
	__u32 rcv_nxt;
};

struct trace_event_raw_tcp_event_sk_skb {
	const void *skbaddr;
	const void *skaddr;
};

/* 6.8: an event of its own; err came later. */
struct trace_event_raw_tcp_retransmit_skb {
	const void *skbaddr;
	const void *skaddr;
	int err;
};

struct trace_event_raw_tcp_retransmit_synack {
	const void *skaddr;
	const void *req;
};

#pragma clang attribute pop

enum tcp_retransmit_kind {
	TCP_RETRANSMIT_SKB,
	TCP_RETRANSMIT_SYNACK,
};

struct tcp_retransmit_record {
	struct event_header header;
	__u64 skb_address;
	__u64 socket_cgroup_id;
	__u64 sent_after_ns; /* the transmission before this one was later */
	__u64 began_ns;      /* what was dropped from here on is this transmission itself */
	__u32 seq;
	__u32 end_seq;
	__u32 ack_seq;
	__u32 reord_seen;
	__u32 dsack_dups;
	__s32 send_error;
	__u8 source[16];
	__u8 destination[16];
	__u16 source_port;
	__u16 destination_port;
	__u16 flags;
	__u8 kind;
	__u8 state;
	__u8 ca_state;
	__u8 retransmits;
	__u8 pending;
	__u8 acked;
	__u8 reserved[4];
};

const struct tcp_retransmit_record *const abi_tcp_retransmit_record = 0;
const enum tcp_retransmit_kind *const abi_tcp_retransmit_kind = 0;

static __always_inline void fill_endpoints(struct tcp_retransmit_record *record, struct sock_common *common)
{
	record->source_port = BPF_CORE_READ(common, skc_num);
	record->destination_port = bpf_ntohs(BPF_CORE_READ(common, skc_dport));
	record->state = BPF_CORE_READ(common, skc_state);
	if (BPF_CORE_READ(common, skc_family) == AF_INET6) {
		bpf_core_read(record->source, 16, &common->skc_v6_rcv_saddr);
		bpf_core_read(record->destination, 16, &common->skc_v6_daddr);
		return;
	}
	record->source[10] = record->source[11] = record->destination[10] = record->destination[11] = 0xff;
	bpf_core_read(record->source + 12, 4, &common->skc_rcv_saddr);
	bpf_core_read(record->destination + 12, 4, &common->skc_daddr);
}

/* The earliest time at which the lost transmission was sent. Timers are late by up to an eighth. */
static __always_inline __u64 sent_after(__u64 now_ns, __u64 timeout_us, __u32 backoff)
{
	__u64 longest_ns;

	timeout_us <<= backoff & 31;
	if (timeout_us > LONGEST_TIMEOUT_US)
		timeout_us = LONGEST_TIMEOUT_US;
	longest_ns = timeout_us * 1125 + TIMER_SLACK_NS;
	return now_ns > longest_ns ? now_ns - longest_ns : 0;
}

/* net/ipv4/tcp_input.c: tcp_set_rto(). Acknowledgements of earlier data and a loss probe start the timer anew once. */
static __always_inline __u64 timeout_us(struct tcp_sock *tcp)
{
	__u64 measured_us = (BPF_CORE_READ(tcp, srtt_us) >> 3) + (__u64)BPF_CORE_READ(tcp, rttvar_us);

	return BPF_CORE_READ(tcp, srtt_us) ? 2 * measured_us : INITIAL_TIMEOUT_US;
}

static __always_inline void fill_segment(struct tcp_retransmit_record *record, struct sock *sk, struct sk_buff *skb)
{
	struct inet_connection_sock *connection = (void *)sk;
	struct tcp_sock *tcp = (void *)sk;
	struct tcp_skb_cb *cb = (void *)skb + bpf_core_field_offset(((struct sk_buff *)0)->cb);

	record->kind = TCP_RETRANSMIT_SKB;
	record->skb_address = (__u64)skb;
	record->seq = BPF_CORE_READ(cb, seq);
	record->end_seq = BPF_CORE_READ(cb, end_seq);
	record->flags = BPF_CORE_READ_BITFIELD_PROBED(cb, tcp_flags);
	record->ack_seq = BPF_CORE_READ(tcp, rcv_nxt);
	record->reord_seen = BPF_CORE_READ(tcp, reord_seen);
	record->dsack_dups = BPF_CORE_READ(tcp, dsack_dups);
	record->ca_state = BPF_CORE_READ_BITFIELD_PROBED(connection, icsk_ca_state);
	record->retransmits = BPF_CORE_READ(connection, icsk_retransmits);
	record->pending = BPF_CORE_READ(connection, icsk_pending);
}

static __always_inline void fill_handshake(struct tcp_retransmit_record *record, void *req)
{
	record->kind = TCP_RETRANSMIT_SYNACK;
	record->seq = BPF_CORE_READ((struct tcp_request_sock *)req, snt_isn);
	record->end_seq = record->seq + 1;
	record->ack_seq = BPF_CORE_READ((struct tcp_request_sock *)req, rcv_nxt);
	record->flags = TCP_SYN_ACK;
	record->retransmits = BPF_CORE_READ((struct request_sock *)req, num_retrans);
	/* The peer's ACK did arrive; a full accept queue or TCP_DEFER_ACCEPT made the kernel drop it. */
	record->acked = BPF_CORE_READ_BITFIELD_PROBED((struct inet_request_sock *)req, acked);
}

static __always_inline void fill_times(struct tcp_retransmit_record *record, struct sock *sk, __u64 now_ns)
{
	struct inet_connection_sock *connection = (void *)sk;
	struct tcp_sock *tcp = (void *)sk;

	if (record->kind == TCP_RETRANSMIT_SYNACK) {
		record->began_ns = now_ns - SYNACK_SENDING_NS;
		record->sent_after_ns = sent_after(now_ns, INITIAL_TIMEOUT_US, record->retransmits);
		return;
	}
	/* tcp_mstamp_refresh() reads the clock first thing in a timer and for a received segment. */
	record->began_ns = BPF_CORE_READ(tcp, tcp_clock_cache);
	record->sent_after_ns = sent_after(now_ns, timeout_us(tcp), BPF_CORE_READ(connection, icsk_backoff));
}

static __always_inline bool wanted(const struct tcp_retransmit_record *record)
{
	const struct segment segment = {
		.seq = record->seq,
		.end_seq = record->end_seq,
		.ack_seq = record->ack_seq,
		.source_port = record->source_port,
		.destination_port = record->destination_port,
		.flags = record->flags,
	};

	return matches_filter(&segment, record->source, record->destination, record->kind == TCP_RETRANSMIT_SYNACK);
}

static __always_inline int on_retransmit(
	void *ctx, struct sock *sk, struct sk_buff *skb, void *req, int error, bool fetch)
{
	struct ledger_counters *counters = ledger_of_cpu();
	struct tcp_retransmit_record record = {};
	__u64 now_ns = 0;

	if (!counters)
		return 0;
	count(&counters->hits);
	fill_endpoints(&record, req ? req : (void *)sk);
	if (req)
		fill_handshake(&record, req);
	else
		fill_segment(&record, sk, skb);
	if (!wanted(&record)) {
		count(&counters->filtered);
		return 0;
	}
	if (!admitted(fetch, &now_ns)) {
		count(&counters->rate_limited);
		return 0;
	}
	fill_task(&record.header, (void *)bpf_get_current_task(), now_ns);
	fill_netns(&record.header, BPF_CORE_READ(sk, __sk_common.skc_net.net));
	record.socket_cgroup_id = socket_cgroup_id(sk);
	record.send_error = error;
	fill_times(&record, sk, now_ns);
	submit(ctx, counters, now_ns, &record, sizeof(record));
	return 0;
}

SEC("tp_btf/tcp_retransmit_skb")
int tcp_retransmit_skb_btf(__u64 *ctx)
{
	int error = 0;

	if (bpf_core_field_exists(((struct trace_event_raw_tcp_retransmit_skb *)0)->err))
		error = (int)ctx[2];
	return on_retransmit(ctx, (void *)ctx[0], (void *)ctx[1], NULL, error, true);
}

SEC("tp_btf/tcp_retransmit_synack")
int tcp_retransmit_synack_btf(__u64 *ctx)
{
	return on_retransmit(ctx, (void *)ctx[0], NULL, (void *)ctx[1], 0, true);
}

SEC("tp/tcp/tcp_retransmit_skb")
int tcp_retransmit_skb_tracepoint(void *ctx)
{
	struct trace_event_raw_tcp_retransmit_skb *own = ctx;
	struct trace_event_raw_tcp_event_sk_skb *shared = ctx;
	int error = 0;

	if (!bpf_core_type_exists(struct trace_event_raw_tcp_retransmit_skb))
		return on_retransmit(ctx, (void *)BPF_CORE_READ(shared, skaddr), (void *)BPF_CORE_READ(shared, skbaddr),
			NULL, 0, false);
	if (bpf_core_field_exists(own->err))
		error = BPF_CORE_READ(own, err);
	return on_retransmit(
		ctx, (void *)BPF_CORE_READ(own, skaddr), (void *)BPF_CORE_READ(own, skbaddr), NULL, error, false);
}

SEC("tp/tcp/tcp_retransmit_synack")
int tcp_retransmit_synack_tracepoint(struct trace_event_raw_tcp_retransmit_synack *ctx)
{
	return on_retransmit(ctx, (void *)BPF_CORE_READ(ctx, skaddr), NULL, (void *)BPF_CORE_READ(ctx, req), 0, false);
}

char LICENSE[] SEC("license") = "GPL";
