/* What the hostile programs have in common: each tries things that must fail, and says what did not. */
#ifndef HOSTILE_H
#define HOSTILE_H
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

/* Says so if something succeeded; a test looks for this word. */
static inline void must_fail(const char *what, long result) {
  if (result != -1) printf("ESCAPED by %s: %ld\n", what, result);
}

/* The job's own time: the sandbox starts it here, and no test lasts for days. */
#define START 1735689600L
static inline void must_be_early(const char *what, long seconds) {
  if (seconds > START + 10 * 86400L) printf("ESCAPED by %s: it tells the time, %ld\n", what, seconds);
}

/* Whether the calling thread is still supervised: its tracer is the container's first process, and its clock is the job's. */
static inline void must_be_supervised(const char *where) {
  char line[256];
  int tracer = -1;
  FILE *status = fopen("/proc/thread-self/status", "r");
  while (status && fgets(line, sizeof line, status)) sscanf(line, "TracerPid: %d", &tracer);
  if (status) fclose(status);
  if (tracer != 1) printf("ESCAPED in %s: traced by %d\n", where, tracer);
  long seconds[2] = {0};
  syscall(SYS_clock_gettime, 0, seconds);
  must_be_early(where, seconds[0]);
  if (seconds[0] < START) printf("ESCAPED in %s: no time\n", where);
}

/* What was said before the end is kept, however sudden the end. */
__attribute__((constructor)) static void say_at_once(void) {
  setvbuf(stdout, NULL, _IONBF, 0);
  signal(SIGPIPE, SIG_IGN);
}

static inline int done(void) {
  puts("done");
  return 0;
}
#endif
