/* SPDX-License-Identifier: GPL-2.0 */
/* A pcap expression about a segment whose headers are not written yet: about what they will be. */
#pragma once

#include "packet_filter.h"

#define TCP_FIN 0x01
#define TCP_SYN 0x02

#define IPV4_HEADER_BYTES 20
#define IPV6_HEADER_BYTES 40
#define TCP_HEADER_BYTES  20
#define TCP_PROTOCOL      6

struct segment {
	__u32 seq;
	__u32 end_seq;
	__u32 ack_seq;
	__u16 source_port;
	__u16 destination_port;
	__u8 flags;
};

/* One per context and kind, as a softirq may get in between, and from 7.0 on a task that runs the other program. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, __u8[IPV6_HEADER_BYTES + TCP_HEADER_BYTES]);
} segment_headers SEC(".maps");

static __always_inline void put_be16(__u8 *at, __u16 value)
{
	at[0] = value >> 8;
	at[1] = value;
}

static __always_inline void put_be32(__u8 *at, __u32 value)
{
	put_be16(at, value >> 16);
	put_be16(at + 2, value);
}

static __always_inline void put_tcp(__u8 *at, const struct segment *segment)
{
	put_be16(at, segment->source_port);
	put_be16(at + 2, segment->destination_port);
	put_be32(at + 4, segment->seq);
	put_be32(at + 8, segment->ack_seq);
	at[12] = TCP_HEADER_BYTES / 4 << 4;
	at[13] = segment->flags;
}

static __always_inline bool is_mapped(const __u8 *address)
{
	const __u32 *words = (const __u32 *)address;

	return !words[0] && !words[1] && words[2] == bpf_htonl(0xffff);
}

/* Addresses are those of IPv6, with those of IPv4 mapped into them. */
static __always_inline bool matches_filter(
	const struct segment *segment, const __u8 *source, const __u8 *destination, bool handshake)
{
	__u32 slot, length, payload;
	__u64 start = 0;
	__u8 *headers;

	if (!cfg_filter_raw)
		return true;
	slot = current_context((void *)bpf_get_current_task()) | (handshake ? 4 : 0);
	headers = bpf_map_lookup_elem(&segment_headers, &slot);
	if (!headers)
		return false;
	payload = segment->end_seq - segment->seq - !!(segment->flags & TCP_SYN) - !!(segment->flags & TCP_FIN);
	__builtin_memset(headers, 0, IPV6_HEADER_BYTES + TCP_HEADER_BYTES);
	if (is_mapped(source)) {
		length = IPV4_HEADER_BYTES + TCP_HEADER_BYTES;
		headers[0] = 0x45;
		put_be16(headers + 2, length + payload);
		headers[9] = TCP_PROTOCOL;
		__builtin_memcpy(headers + 12, source + 12, 4);
		__builtin_memcpy(headers + 16, destination + 12, 4);
		put_tcp(headers + IPV4_HEADER_BYTES, segment);
	} else {
		length = IPV6_HEADER_BYTES + TCP_HEADER_BYTES;
		headers[0] = 0x60;
		put_be16(headers + 4, TCP_HEADER_BYTES + payload);
		headers[6] = TCP_PROTOCOL;
		__builtin_memcpy(headers + 8, source, 16);
		__builtin_memcpy(headers + 24, destination, 16);
		put_tcp(headers + IPV6_HEADER_BYTES, segment);
	}
	/* A copy of the pointer is a number, which is what the filter takes. */
	bpf_probe_read_kernel(&start, sizeof(start), &headers);
	return filter_raw(start, length, length + payload);
}
