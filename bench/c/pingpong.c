/* SPDX-License-Identifier: Apache-2.0 */
/* pingpong ROUNDS: two processes that hand a byte to and fro and compute between; prints the CPU time of both in ns. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define COMPUTE 20000

static volatile unsigned long sum;

static void compute(void)
{
	for (unsigned long i = 0; i < COMPUTE; i++)
		sum += i;
}

static int hand_on(int from, int to, long rounds)
{
	char byte = 0;

	while (rounds--) {
		if (read(from, &byte, 1) != 1)
			return 1;
		compute();
		if (write(to, &byte, 1) != 1)
			return 1;
	}
	return 0;
}

static long cpu_ns(int who)
{
	struct rusage usage;

	getrusage(who, &usage);
	return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000000L +
		(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1000L;
}

int main(int argc, char **argv)
{
	long rounds = argc > 1 ? atol(argv[1]) : 0;
	int there[2], back[2], failed;

	if (rounds <= 0 || pipe(there) || pipe(back))
		return 2;
	if (!fork())
		return hand_on(there[0], back[1], rounds);
	if (write(there[1], "x", 1) != 1)
		return 1;
	failed = hand_on(back[0], there[1], rounds - 1) || read(back[0], &(char){ 0 }, 1) != 1 || wait(NULL) < 0;
	if (!failed)
		printf("%ld\n", cpu_ns(RUSAGE_SELF) + cpu_ns(RUSAGE_CHILDREN));
	return failed;
}
