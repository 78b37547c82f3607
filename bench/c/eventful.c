/* SPDX-License-Identifier: Apache-2.0 */
/*
 * eventful ROUNDS: two threads that take memory and give it back, write and read a file in memory, compute, and share a
 * mutex; prints the CPU time of both in ns.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#define MEMORY  (256 << 10)
#define PAGE    4096
#define DATA    (16 << 10)
#define COMPUTE 20000

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static volatile unsigned long shared;
static long rounds;
static int file;

static void take_memory(void)
{
	char *memory = mmap(NULL, MEMORY, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		exit(1);
	for (int i = 0; i < MEMORY; i += PAGE)
		((volatile char *)memory)[i] = 1;
	munmap(memory, MEMORY);
}

static void use_file(char *data)
{
	if (pwrite(file, data, DATA, 0) != DATA || pread(file, data, DATA, 0) != DATA)
		exit(1);
}

static void *run(void *unused)
{
	static __thread char data[DATA];

	for (long i = 0; i < rounds; i++) {
		take_memory();
		use_file(data);
		pthread_mutex_lock(&mutex);
		for (unsigned long j = 0; j < COMPUTE; j++)
			shared += j;
		pthread_mutex_unlock(&mutex);
	}
	return unused;
}

int main(int argc, char **argv)
{
	struct rusage usage;
	pthread_t other;

	rounds = argc > 1 ? atol(argv[1]) : 0;
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
