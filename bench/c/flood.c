/* SPDX-License-Identifier: Apache-2.0 */
/*
 * flood DEVICE: sends TCP SYNs as raw frames, numbered in their sequence number. For each line "RATE MILLISECONDS" on
 * standard input (rate 0: as fast as it goes) it answers "PACKETS CPU_NS WALL_NS" when it is through, and it ends with
 * its input. It begins just after a full second of the monotonic clock, where the windows of rate limits begin.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <net/if.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_SECOND 1000000000LL
#define TICK_NS       1000000LL

struct frame {
	struct ethhdr ethernet;
	struct iphdr ip;
	struct tcphdr tcp;
} __attribute__((packed));

static int64_t now_ns(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return time.tv_sec * NS_PER_SECOND + time.tv_nsec;
}

static void sleep_until(int64_t monotonic_ns)
{
	struct timespec wake = { monotonic_ns / NS_PER_SECOND, monotonic_ns % NS_PER_SECOND };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &wake, NULL) == EINTR)
		;
}

static uint16_t checksum(const void *data, size_t bytes)
{
	const uint16_t *words = data;
	uint32_t sum = 0;

	for (size_t i = 0; i < bytes / 2; i++)
		sum += words[i];
	sum = (sum & 0xffff) + (sum >> 16);
	return ~(sum + (sum >> 16));
}

static void make(struct frame *frame)
{
	static const unsigned char source[ETH_ALEN] = { 2, 0, 0, 0, 0, 1 },
				   destination[ETH_ALEN] = { 2, 0, 0, 0, 0, 2 };

	memset(frame, 0, sizeof(*frame));
	memcpy(frame->ethernet.h_source, source, ETH_ALEN);
	memcpy(frame->ethernet.h_dest, destination, ETH_ALEN);
	frame->ethernet.h_proto = htons(ETH_P_IP);
	frame->ip.version = 4;
	frame->ip.ihl = sizeof(frame->ip) / 4;
	frame->ip.tot_len = htons(sizeof(frame->ip) + sizeof(frame->tcp));
	frame->ip.ttl = 64;
	frame->ip.protocol = IPPROTO_TCP;
	frame->ip.saddr = inet_addr("192.0.2.1");
	frame->ip.daddr = inet_addr("192.0.2.2");
	frame->ip.check = checksum(&frame->ip, sizeof(frame->ip));
	frame->tcp.dest = htons(80);
	frame->tcp.doff = sizeof(frame->tcp) / 4;
	frame->tcp.syn = 1;
	frame->tcp.window = htons(64240);
}

/* One to the driver is one to the wire: a frame that found no room is sent again. */
static void send_frame(int fd, struct frame *frame, uint64_t number)
{
	frame->tcp.source = htons(1024 + number % 60000);
	frame->tcp.seq = htonl((uint32_t)number);
	while (send(fd, frame, sizeof(*frame), 0) < 0 && (errno == ENOBUFS || errno == EINTR))
		;
}

static uint64_t run(int fd, struct frame *frame, uint64_t first, long rate, long milliseconds)
{
	int64_t start = (now_ns(CLOCK_MONOTONIC) / NS_PER_SECOND + 1) * NS_PER_SECOND + TICK_NS;
	int64_t end = start + milliseconds * 1000000LL - 2 * TICK_NS;
	int64_t cpu, wall;
	uint64_t count = 0;

	sleep_until(start);
	cpu = now_ns(CLOCK_PROCESS_CPUTIME_ID);
	wall = now_ns(CLOCK_MONOTONIC);
	if (rate == 0)
		for (; now_ns(CLOCK_MONOTONIC) < end; count++)
			send_frame(fd, frame, first + count);
	for (int64_t tick = start; rate > 0 && tick < end; tick += TICK_NS) {
		uint64_t due = (uint64_t)((double)(tick - start + TICK_NS) * rate / NS_PER_SECOND);

		sleep_until(tick);
		for (; count < due; count++)
			send_frame(fd, frame, first + count);
	}
	cpu = now_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu;
	wall = now_ns(CLOCK_MONOTONIC) - wall;
	printf("%llu %lld %lld\n", (unsigned long long)count, (long long)cpu, (long long)wall);
	fflush(stdout);
	return first + count;
}

int main(int argc, char **argv)
{
	struct sockaddr_ll address = { .sll_family = AF_PACKET };
	struct frame frame;
	cpu_set_t first_cpu;
	uint64_t next = 0;
	long rate, milliseconds;
	int fd = socket(AF_PACKET, SOCK_RAW, 0);

	if (argc != 2 || fd < 0 || !(address.sll_ifindex = if_nametoindex(argv[1])) ||
		bind(fd, (struct sockaddr *)&address, sizeof(address))) {
		perror("flood");
		return 1;
	}
	CPU_ZERO(&first_cpu);
	CPU_SET(0, &first_cpu);
	sched_setaffinity(0, sizeof(first_cpu), &first_cpu);
	make(&frame);
	while (scanf("%ld %ld", &rate, &milliseconds) == 2)
		next = run(fd, &frame, next, rate, milliseconds);
	return 0;
}
