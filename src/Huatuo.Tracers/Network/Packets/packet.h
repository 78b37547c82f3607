/* SPDX-License-Identifier: GPL-2.0 */
/* The headers of an skb as far as filters need them: addresses, transport protocol, ports. */
#pragma once

#include "kernel.h"

#define ETH_P_IP              0x0800
#define ETH_P_ARP             0x0806
#define ETH_P_IPV6            0x86dd
#define HEADER_UNSET          0xffff
#define ETH_HLEN              14
#define ARPHRD_ETHER          1
#define ARPHRD_LOOPBACK       772
#define MAX_EXTENSION_HEADERS 6

enum packet_protocol {
	PACKET_TCP = 1,
	PACKET_UDP = 2,
	PACKET_ICMP = 4,
	PACKET_ICMPV6 = 8,
	PACKET_ARP = 16,
	PACKET_OTHER = 32,
};

struct address_prefix {
	__u32 bits;
	__u8 address[16];
};

struct flow {
	struct address_prefix source;
	struct address_prefix destination;
	__u32 protocol;  /* enum packet_protocol */
	__u32 transport; /* where its header lies, counted from the network header; 0 when there are no ports */
	__u16 ports[2];
};

struct packet {
	void *start;
	__u32 offset; /* of the start from the skb's head */
	__u32 length;
	__u16 ethernet_protocol;
};

/* The network header and what follows in the linear part; nothing when no header was set. */
static __always_inline struct packet packet_of(struct sk_buff *skb, bool direct)
{
	struct packet packet = {};
	__u32 offset = FIELD(direct, skb, network_header);
	__u32 tail = FIELD(direct, skb, tail);

	packet.ethernet_protocol = bpf_ntohs(FIELD(direct, skb, protocol));
	if (!packet.ethernet_protocol || offset == HEADER_UNSET || tail <= offset)
		return packet;
	packet.start = FIELD(direct, skb, head) + offset;
	packet.offset = offset;
	packet.length = tail - offset;
	return packet;
}

/*
 * The same for a packet that a driver has just taken from its hardware: the network header is what follows the
 * Ethernet header (eth_type_trans), though the kernel sets that only later.
 */
static __always_inline struct packet trapped_packet_of(struct sk_buff *skb)
{
	struct packet packet = {};
	__u32 offset = BPF_CORE_READ(skb, network_header);
	__u32 mac = BPF_CORE_READ(skb, mac_header);
	__u32 tail = BPF_CORE_READ(skb, tail);

	packet.ethernet_protocol = bpf_ntohs(BPF_CORE_READ(skb, protocol));
	if (mac != HEADER_UNSET && (offset == HEADER_UNSET || offset < mac + ETH_HLEN))
		offset = mac + ETH_HLEN;
	if (!packet.ethernet_protocol || offset == HEADER_UNSET || tail <= offset)
		return packet;
	packet.start = BPF_CORE_READ(skb, head) + offset;
	packet.offset = offset;
	packet.length = tail - offset;
	return packet;
}

/* The Ethernet header, where one was set that has its whole length before the network header. */
static __always_inline unsigned char *mac_header_before(struct sk_buff *skb, const struct packet *packet)
{
	__u32 offset = BPF_CORE_READ(skb, mac_header);

	return offset != HEADER_UNSET && offset + ETH_HLEN <= packet->offset ? BPF_CORE_READ(skb, head) + offset : NULL;
}

static __always_inline __u32 transport(__u8 protocol)
{
	switch (protocol) {
	case 6:
		return PACKET_TCP;
	case 17:
		return PACKET_UDP;
	case 1:
		return PACKET_ICMP;
	case 58:
		return PACKET_ICMPV6;
	default:
		return PACKET_OTHER;
	}
}

static __always_inline void map_ipv4(struct address_prefix *prefix, const __u8 *address)
{
	prefix->bits = 128;
	prefix->address[10] = 0xff;
	prefix->address[11] = 0xff;
	__builtin_memcpy(prefix->address + 12, address, 4);
}

static __always_inline void parse_ports(const struct packet *packet, struct flow *flow, __u32 offset)
{
	if (!bpf_probe_read_kernel(flow->ports, sizeof(flow->ports), packet->start + offset))
		flow->transport = offset;
}

static __always_inline void parse_ipv4(const struct packet *packet, struct flow *flow, bool with_ports)
{
	__u8 header[20] = {};
	__u32 offset;

	if (packet->length < sizeof(header) || bpf_probe_read_kernel(header, sizeof(header), packet->start))
		return;
	flow->protocol = transport(header[9]);
	map_ipv4(&flow->source, header + 12);
	map_ipv4(&flow->destination, header + 16);
	offset = (header[0] & 15) * 4;
	/* Only the first fragment has ports. */
	if (with_ports && flow->protocol <= PACKET_UDP && !(header[6] & 0x1f) && !header[7] &&
		offset + 4 <= packet->length)
		parse_ports(packet, flow, offset);
}

static __always_inline void parse_ipv6(const struct packet *packet, struct flow *flow, bool with_ports)
{
	__u8 header[40] = {};
	__u32 offset = sizeof(header);
	__u8 next;

	if (packet->length < sizeof(header) || bpf_probe_read_kernel(header, sizeof(header), packet->start))
		return;
	flow->source.bits = flow->destination.bits = 128;
	__builtin_memcpy(flow->source.address, header + 8, 16);
	__builtin_memcpy(flow->destination.address, header + 24, 16);
	next = header[6];
	for (int i = 0; i < MAX_EXTENSION_HEADERS; i++) {
		__u8 extension[4] = {};

		/* hop-by-hop, routing, fragment, authentication, destination options */
		if (next != 0 && next != 43 && next != 44 && next != 51 && next != 60)
			break;
		if (offset + 8 > packet->length ||
			bpf_probe_read_kernel(extension, sizeof(extension), packet->start + offset))
			return;
		if (next == 44) {
			if (extension[2] || extension[3] & 0xf8) {
				flow->protocol = transport(extension[0]);
				return;
			}
			offset += 8;
		} else {
			offset += next == 51 ? (extension[1] + 2) * 4 : (extension[1] + 1) * 8;
		}
		next = extension[0];
	}
	flow->protocol = transport(next);
	if (with_ports && flow->protocol <= PACKET_UDP && offset + 4 <= packet->length)
		parse_ports(packet, flow, offset);
}

static __always_inline void parse_arp(const struct packet *packet, struct flow *flow)
{
	__u8 header[28] = {};

	flow->protocol = PACKET_ARP;
	if (packet->length < sizeof(header) || bpf_probe_read_kernel(header, sizeof(header), packet->start))
		return;
	map_ipv4(&flow->source, header + 14);
	map_ipv4(&flow->destination, header + 24);
}

/* Leaves the flow empty where there is no header that is known here. */
static __always_inline void parse_packet(const struct packet *packet, struct flow *flow, bool with_ports)
{
	if (packet->ethernet_protocol == ETH_P_IP)
		parse_ipv4(packet, flow, with_ports);
	else if (packet->ethernet_protocol == ETH_P_IPV6)
		parse_ipv6(packet, flow, with_ports);
	else if (packet->ethernet_protocol == ETH_P_ARP)
		parse_arp(packet, flow);
}
