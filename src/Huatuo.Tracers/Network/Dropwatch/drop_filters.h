/* SPDX-License-Identifier: GPL-2.0 */
/* Which drops are wanted, by packet, device and reason. */
#pragma once

#include "identity.h"
#include "../Packets/packet_match.h"

#define TCP_TIME_WAIT    6
#define TCP_NEW_SYN_RECV 12

struct netdev_name {
	char name[16];
};

const volatile __u32 cfg_protocols = PACKET_TCP;
const volatile bool cfg_ports = false;
const volatile bool cfg_addresses = false;
const volatile bool cfg_devices = false;
const volatile bool cfg_devices_excluded = false;
const volatile bool cfg_reasons = false;

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 256);
	__type(key, __u16);
	__type(value, __u8);
} ports SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 256);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct address_prefix);
	__type(value, __u8);
} addresses SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, struct netdev_name);
	__type(value, __u8);
} devices SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 256);
	__type(key, __u32);
	__type(value, __u8);
} reasons SEC(".maps");

static __always_inline bool listed(void *map, const void *key)
{
	return bpf_map_lookup_elem(map, key) != NULL;
}

static __always_inline bool is_socket(struct sock *sk)
{
	return sk && is_netns(BPF_CORE_READ(sk, __sk_common.skc_net.net));
}

static __always_inline bool wanted_packet(const struct packet *packet, struct sock *sk)
{
	struct flow flow = {};

	if (cfg_protocols == ~0U && !cfg_ports && !cfg_addresses)
		return true;
	parse_packet(packet, &flow, cfg_ports);
	/* A packet without headers still belongs to its socket. */
	if (!flow.protocol)
		flow.protocol = !packet->ethernet_protocol && is_socket(sk) ? transport(BPF_CORE_READ(sk, sk_protocol))
									    : PACKET_OTHER;
	if (!(flow.protocol & cfg_protocols))
		return false;
	if (cfg_ports && !listed(&ports, &flow.ports[0]) && !listed(&ports, &flow.ports[1]))
		return false;
	if (cfg_addresses &&
		!(flow.source.bits && (listed(&addresses, &flow.source) || listed(&addresses, &flow.destination))))
		return false;
	return true;
}

static __always_inline bool wanted_device(struct net_device *dev)
{
	struct netdev_name name = {};

	if (!cfg_devices && !cfg_devices_excluded)
		return true;
	if (is_device(dev))
		bpf_core_read(&name.name, sizeof(name.name), &dev->name);
	if (cfg_devices)
		return listed(&devices, &name);
	return !listed(&devices, &name);
}
