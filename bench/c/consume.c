/* SPDX-License-Identifier: Apache-2.0 */
/* The readers to compare with, on libbpf, and the system calls that make records. Loaded into the benchmark. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include <linux/perf_event.h>
#include <bpf/libbpf.h>

#define CACHE_LINE_WORDS 8
#define HEADER_WORDS     3

struct tally {
	uint64_t events;
	uint64_t bytes;
	uint64_t sum;
	uint64_t damaged;
};

/* What any consumer does at least: check the length, and read every cache line. */
static inline void touch(struct tally *tally, const void *data, uint32_t size)
{
	const uint64_t *words = data;

	if (size < HEADER_WORDS * sizeof(*words)) {
		tally->damaged++;
		return;
	}
	for (uint32_t i = 0; i < size / sizeof(*words); i += CACHE_LINE_WORDS)
		tally->sum += words[i];
	tally->events++;
	tally->bytes += size;
}

static int on_ring(void *tally, void *data, size_t size)
{
	touch(tally, data, size);
	return 0;
}

static enum bpf_perf_event_ret on_perf(void *tally, int cpu, struct perf_event_header *event)
{
	const char *bytes = (const char *)event;
	uint32_t raw;

	(void)cpu;
	if (event->type == PERF_RECORD_SAMPLE) {
		memcpy(&raw, bytes + sizeof(*event), sizeof(raw));
		touch(tally, bytes + sizeof(*event) + sizeof(raw), raw);
	}
	return LIBBPF_PERF_EVENT_CONT;
}

struct ring_buffer *bench_ring_open(int map_fd, struct tally *tally)
{
	return ring_buffer__new(map_fd, on_ring, tally, NULL);
}

int bench_ring_consume(struct ring_buffer *ring)
{
	return ring_buffer__consume(ring);
}

void bench_ring_close(struct ring_buffer *ring)
{
	ring_buffer__free(ring);
}

struct perf_buffer *bench_perf_open(int map_fd, uint64_t pages, uint32_t watermark, struct tally *tally)
{
	struct perf_event_attr attributes = {
		.size = sizeof(attributes),
		.type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_BPF_OUTPUT,
		.sample_type = PERF_SAMPLE_RAW,
		.sample_period = 1,
		.watermark = 1,
		.wakeup_watermark = watermark,
	};

	return perf_buffer__new_raw(map_fd, pages, &attributes, on_perf, tally, NULL);
}

int bench_perf_consume(struct perf_buffer *perf)
{
	return perf_buffer__consume(perf);
}

/* The mapping of one CPU's ring, NULL after the last. */
void *bench_perf_page(struct perf_buffer *perf, int index)
{
	void *page;
	size_t size;

	if (index >= (int)perf_buffer__buffer_cnt(perf) || perf_buffer__buffer(perf, index, &page, &size))
		return NULL;
	return page;
}

void bench_perf_close(struct perf_buffer *perf)
{
	perf_buffer__free(perf);
}

/* As the product's pump does: after records were found it looks once more a millisecond later, after many four. */
static void pause_after(int64_t records)
{
	const int64_t busy = 16;
	struct timespec pause = { 0, records < busy ? 1000000 : 4000000 };

	while (clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, &pause) == EINTR)
		;
}

void bench_ring_live(struct ring_buffer *ring, const volatile int *stop)
{
	while (!*stop) {
		int count = ring_buffer__poll(ring, 100);

		while (count > 0) {
			pause_after(count);
			count = ring_buffer__consume(ring);
		}
	}
	ring_buffer__consume(ring);
}

void bench_perf_live(struct perf_buffer *perf, int idle_ms, const volatile int *stop, const struct tally *tally)
{
	while (!*stop) {
		uint64_t before = tally->events;

		perf_buffer__poll(perf, idle_ms);
		perf_buffer__consume(perf);
		while (tally->events != before) {
			pause_after(tally->events - before);
			before = tally->events;
			perf_buffer__consume(perf);
		}
	}
	perf_buffer__consume(perf);
}

/* The system call that the BPF program waits for. */
long bench_load_syscall(void)
{
	return SYS_getpgid;
}

void bench_load(long count)
{
	for (long i = 0; i < count; i++)
		syscall(SYS_getpgid, 0);
}

static int64_t monotonic_ns(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

/* At an even pace: sleeps when there is time to, else spins. Returns nanoseconds. */
int64_t bench_load_paced(long count, double per_second, const volatile int *stop)
{
	const int64_t worth_sleeping_ns = 200000;
	int64_t start = monotonic_ns();

	for (long i = 0; i < count && !*stop; i++) {
		int64_t due = start + (int64_t)(i * 1e9 / per_second);

		if (due - monotonic_ns() > worth_sleeping_ns) {
			int64_t until = due - worth_sleeping_ns / 2;
			struct timespec wake = { until / 1000000000LL, until % 1000000000LL };

			while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &wake, NULL) == EINTR)
				;
		}
		while (monotonic_ns() < due)
			;
		syscall(SYS_getpgid, 0);
	}
	return monotonic_ns() - start;
}
