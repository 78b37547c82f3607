/* SPDX-License-Identifier: Apache-2.0 */
/* building ROUNDS SOURCE FOLDER: compiles SOURCE into FOLDER again and again; prints the CPU time of that in ns. */
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

int main(int argc, char **argv)
{
	long rounds = argc == 4 ? atol(argv[1]) : 0;
	struct rusage usage;
	char target[4096];
	int status;
	pid_t pid;

	if (rounds <= 0)
		return 2;
	snprintf(target, sizeof(target), "%s/%d.o", argv[3], getpid());
	while (rounds--) {
		char *line[] = { "gcc", "-O1", "-c", argv[2], "-o", target, NULL };

		if (posix_spawnp(&pid, line[0], NULL, NULL, line, environ) || waitpid(pid, &status, 0) < 0 || status)
			return 1;
	}
	unlink(target);
	getrusage(RUSAGE_CHILDREN, &usage);
	printf("%ld\n",
		(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000000L +
			(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1000L);
	return 0;
}
