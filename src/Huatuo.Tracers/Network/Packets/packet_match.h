/* SPDX-License-Identifier: GPL-2.0 */
/* A pcap expression about an skb. */
#pragma once

#include "identity.h"
#include "packet.h"
#include "packet_filter.h"

/* skb->dev and skb->sk share their words with other uses of a queued packet. */
static __always_inline bool is_device(struct net_device *dev)
{
	return dev && is_netns(BPF_CORE_READ(dev, nd_net.net));
}

/* How long the packet is from there on, with what is not in the linear part. */
static __always_inline __u32 whole_length(struct sk_buff *skb, __u64 start)
{
	return BPF_CORE_READ(skb, len) + (__u32)((__u64)BPF_CORE_READ(skb, data) - start);
}

/*
 * IP is asked about from its own header on, whatever is before that. Everything else, and what only an Ethernet header
 * can answer, from the Ethernet header on; a packet without one does not match.
 */
static __always_inline bool matches_filter(struct sk_buff *skb, struct net_device *dev, const struct packet *packet)
{
	__u64 start;
	__u16 type;
	__u64 mac;

	if (!cfg_filter_raw && !cfg_filter_ethernet)
		return true;
	if (!packet->start)
		return false;
	/* A copy is a number to every verifier; what a BTF tracepoint hands out is a pointer to some (6.17). */
	start = (__u64)BPF_CORE_READ(skb, head) + packet->offset;
	if (cfg_filter_raw && (packet->ethernet_protocol == ETH_P_IP || packet->ethernet_protocol == ETH_P_IPV6))
		return filter_raw(start, packet->length, whole_length(skb, start));
	if (!cfg_filter_ethernet || !is_device(dev))
		return false;
	type = BPF_CORE_READ(dev, type);
	mac = (__u64)mac_header_before(skb, packet);
	if (!mac || (type != ARPHRD_ETHER && type != ARPHRD_LOOPBACK))
		return false;
	return filter_ethernet(mac, packet->length + (__u32)(start - mac), whole_length(skb, mac));
}
