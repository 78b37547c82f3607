// SPDX-License-Identifier: GPL-2.0
/* Asks a packet filter about bytes that a test has put into a map. */
#include "packet_filter.h"

struct filter_packet {
	__u64 address;
	__u32 length;
	__u32 whole;
	__u8 bytes[2048];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct filter_packet);
} packets SEC(".maps");

static __always_inline volatile struct filter_packet *the_packet(void)
{
	__u32 zero = 0;
	struct filter_packet *packet = bpf_map_lookup_elem(&packets, &zero);

	if (!packet)
		return NULL;
	/* Read back, an address is a number to the verifier. */
	*(volatile __u64 *)&packet->address = (__u64)packet->bytes;
	return packet;
}

SEC("raw_tp/filter")
int ask_raw(void *ctx)
{
	volatile struct filter_packet *packet = the_packet();

	return packet && cfg_filter_raw ? filter_raw(packet->address, packet->length, packet->whole) : 0;
}

SEC("raw_tp/filter")
int ask_ethernet(void *ctx)
{
	volatile struct filter_packet *packet = the_packet();

	return packet && cfg_filter_ethernet ? filter_ethernet(packet->address, packet->length, packet->whole) : 0;
}

char LICENSE[] SEC("license") = "GPL";
