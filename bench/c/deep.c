/* SPDX-License-Identifier: Apache-2.0 */
/* deep CALLS SECONDS: computes so long, so many calls deep, in code without frame pointers. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static volatile unsigned long sum;

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
}

static __attribute__((noinline)) unsigned long compute(double seconds)
{
	for (double end = now() + seconds; now() < end;)
		for (int i = 0; i < 100000; i++)
			sum += i;
	return sum;
}

static __attribute__((noinline, noclone)) unsigned long down(unsigned long calls, double seconds)
{
	volatile unsigned long left = calls;
	unsigned long found = calls ? down(calls - 1, seconds) : compute(seconds);

	return found + left;
}

int main(int count, char **arguments)
{
	if (count != 3)
		return 2;
	return down(strtoul(arguments[1], NULL, 10), strtod(arguments[2], NULL)) == 1;
}
