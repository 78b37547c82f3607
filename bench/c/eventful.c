/* SPDX-License-Identifier: Apache-2.0 */
/*
 * eventful ROUNDS [PARTS [FILE]]: two threads that do the parts again and again; prints the CPU time of both in ns.
 * m: take memory and give it back; f: write and read a file in memory that they share; o: or one of their own;
 * l: compute under a mutex that they share; c: compute; d: read a block of FILE past the page cache. Unless told, mfl.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#define MEMORY  (256 << 10)
#define PAGE    4096
#define DATA    (16 << 10)
#define BLOCKS  8192
#define COMPUTE 20000

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static volatile unsigned long shared;
static const char *parts = "mfl";
static long rounds;
static int file, disk = -1;

static void take_memory(void)
{
	char *memory = mmap(NULL, MEMORY, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		exit(1);
	for (int i = 0; i < MEMORY; i += PAGE)
		((volatile char *)memory)[i] = 1;
	munmap(memory, MEMORY);
}

static void use_file(int used, char *data)
{
	if (pwrite(used, data, DATA, 0) != DATA || pread(used, data, DATA, 0) != DATA)
		exit(1);
}

static void compute(volatile unsigned long *sum)
{
	for (unsigned long i = 0; i < COMPUTE; i++)
		*sum += i;
}

static void do_part(char part, int own, char *data, long round)
{
	volatile unsigned long sum = 0;

	switch (part) {
	case 'm':
		take_memory();
		break;
	case 'f':
		use_file(file, data);
		break;
	case 'o':
		use_file(own, data);
		break;
	case 'l':
		pthread_mutex_lock(&mutex);
		compute(&shared);
		pthread_mutex_unlock(&mutex);
		break;
	case 'c':
		compute(&sum);
		break;
	default:
		if (pread(disk, data, PAGE, round % BLOCKS * PAGE) != PAGE)
			exit(1);
	}
}

static void *run(void *unused)
{
	static __thread char data[DATA] __attribute__((aligned(PAGE)));
	int own = memfd_create("own", 0);

	if (own < 0)
		exit(1);
	for (long i = 0; i < rounds; i++)
		for (const char *part = parts; *part; part++)
			do_part(*part, own, data, i);
	return unused;
}

int main(int argc, char **argv)
{
	struct rusage usage;
	pthread_t other;

	rounds = argc > 1 ? atol(argv[1]) : 0;
	if (argc > 2)
		parts = argv[2];
	if (argc > 3 && (disk = open(argv[3], O_RDONLY | O_DIRECT | O_CLOEXEC)) < 0)
		return 2;
	file = memfd_create("eventful", 0);
	if (rounds <= 0 || file < 0 || pthread_create(&other, NULL, run, NULL))
		return 2;
	run(NULL);
	pthread_join(other, NULL);
	getrusage(RUSAGE_SELF, &usage);
	printf("%ld\n",
		(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000000L +
			(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1000L);
	return 0;
}
