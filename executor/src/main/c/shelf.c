/*
 * The shelf: a process that shares the tracer's descriptors, so that the job can open them by way of
 * /proc. The job may do so because the shelf has its user, and so it may write into the shelf's
 * memory as well. Therefore the shelf never runs: it is stopped for good before the job begins.
 */
#include "sandbox.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

void shelf_start(void) {
  int status;
  pid_t shelf = (pid_t)syscall(SYS_clone, CLONE_FILES | SIGCHLD, 0, 0, 0, 0);
  if (shelf == 0) {
    for (;;) pause();
  }
  if (shelf < 0) fail(EXIT_NOT_RUNNABLE, "cannot start processes: %s", strerror(errno));
  if (shelf != SHELF_PID) fail(EXIT_NOT_RUNNABLE, "process ids do not count upwards here");
  if (ptrace(PTRACE_SEIZE, shelf, 0, PTRACE_O_EXITKILL) < 0 || ptrace(PTRACE_INTERRUPT, shelf, 0, 0) < 0 ||
      waitpid(shelf, &status, __WALL) < 0 || !WIFSTOPPED(status)) {
    fail(EXIT_NOT_RUNNABLE, "the engine does not allow tracing: %s", strerror(errno));
  }
}

/* Its id could come to be another process's, whose files would be taken for ours. */
void shelf_check(pid_t ended) {
  if (ended == SHELF_PID) fail(EXIT_NOT_RUNNABLE, "the job has ended a process of the sandbox");
}
