/* The loop: waits for what happens to any thread of the job, and lets it go on. */
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define SYSCALL_STOP (SIGTRAP | 0x80)
#define SIGNALLED 128
/* Restarted by the kernel: not yet an answer. */
#define ERESTART_FIRST 512
#define ERESTART_LAST 516

/* Tells why the job's first program could not be started; -1 once it has been. */
int trouble_pipe;
static pid_t first;
const char *command_name;

void answer(struct task *task, struct user_regs_struct *regs, int64_t result) {
  regs->orig_rax = (unsigned long long)-1;
  regs->rax = (unsigned long long)result;
  ptrace(PTRACE_SETREGS, task->tid, 0, regs);
  ptrace(PTRACE_CONT, task->tid, 0, 0);
}

void let(struct task *task, struct user_regs_struct *regs, on_return then) {
  task->then = then;
  ptrace(PTRACE_SETREGS, task->tid, 0, regs);
  ptrace(PTRACE_SYSCALL, task->tid, 0, 0);
}

static void go_on(struct task *task, int signal) { ptrace(PTRACE_CONT, task->tid, 0, (long)signal); }

/* A call that was let through has returned: its arguments are the job's own again. */
static void call_returned(struct task *task) {
  struct user_regs_struct regs;
  on_return then = task->then;
  task->then = NULL;
  if (!then || ptrace(PTRACE_GETREGS, task->tid, 0, &regs) < 0) {
    go_on(task, 0);
    return;
  }
  int64_t result = (int64_t)regs.rax;
  regs.rdi = task->asked.rdi;
  regs.rsi = task->asked.rsi;
  regs.rdx = task->asked.rdx;
  regs.r10 = task->asked.r10;
  regs.r8 = task->asked.r8;
  regs.r9 = task->asked.r9;
  if (result >= -ERESTART_LAST && result <= -ERESTART_FIRST) regs.orig_rax = task->asked.orig_rax;
  else then(task, &regs);
  scratch_free(task);
  if (task->held >= 0) close(task->held);
  task->held = -1;
  ptrace(PTRACE_SETREGS, task->tid, 0, &regs);
  go_on(task, 0);
}

static void call_began(struct task *task) {
  if (ptrace(PTRACE_GETREGS, task->tid, 0, &task->asked) < 0) return;
  struct user_regs_struct regs = task->asked;
  if (!call(task, &regs)) go_on(task, 0);
}

/* Where a check asks for it: what depends on who comes first then shows. */
static void unsettle(pid_t tid) {
  static uint64_t count;
  uint64_t draw = mix(terms.unrest ^ mix(++count));
  cpu_set_t allowed, one;
  CPU_ZERO(&one);
  if (sched_getaffinity(0, sizeof allowed, &allowed) == 0) {
    int chosen = (int)(draw % (unsigned)CPU_COUNT(&allowed));
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
      if (CPU_ISSET(cpu, &allowed) && chosen-- == 0) CPU_SET(cpu, &one);
    }
    sched_setaffinity(tid, sizeof one, &one);
  }
  setpriority(PRIO_PROCESS, (id_t)tid, (int)((draw >> 32) % 16));
}

static void child_began(struct task *parent, int event) {
  unsigned long tid = 0;
  struct user_regs_struct regs;
  bool thread = false;
  ptrace(PTRACE_GETEVENTMSG, parent->tid, 0, &tid);
  if (event == PTRACE_EVENT_CLONE && ptrace(PTRACE_GETREGS, parent->tid, 0, &regs) == 0) {
    thread = (regs.rdi & 0x10000) != 0; /* CLONE_THREAD */
  }
  struct task *child = task_find((pid_t)tid);
  if (!child) child = task_add((pid_t)tid);
  task_inherit(child, parent, thread);
  if (terms.unrest) unsettle((pid_t)tid);
  if (child->stopped) go_on(child, 0);
  go_on(parent, 0);
}

static void begun(void) {
  if (trouble_pipe >= 0) close(trouble_pipe);
  trouble_pipe = -1;
}

/* A thread that becomes another program takes the place of its group's first one. */
static void program_began(struct task *leader) {
  begun();
  unsigned long former = 0;
  struct user_regs_struct regs;
  ptrace(PTRACE_GETEVENTMSG, leader->tid, 0, &former);
  struct task *task = task_find((pid_t)former);
  if (task && task != leader) {
    leader->clock = task->clock;
    leader->stream = task->stream;
    leader->children = task->children;
    task_remove(task);
  }
  leader->then = NULL;
  scratch_free(leader);
  if (ptrace(PTRACE_GETREGS, leader->tid, 0, &regs) == 0) started(leader, &regs);
  if (take_clock_page(leader)) go_on(leader, 0);
}

static void first_stop(struct task *task) {
  task->stopped = true;
  if (task->known) go_on(task, 0);
}

static void signal_came(struct task *task, int signal) {
  struct user_regs_struct regs;
  if (signal == SIGSEGV && ptrace(PTRACE_GETREGS, task->tid, 0, &regs) == 0 && counter_read(task, &regs)) {
    ptrace(PTRACE_SETREGS, task->tid, 0, &regs);
    signal = 0;
  }
  go_on(task, signal);
}

static void stopped(struct task *task, int status) {
  int signal = WSTOPSIG(status);
  switch (status >> 16) {
    case 0:
      if (signal == SYSCALL_STOP) call_returned(task);
      else signal_came(task, signal);
      return;
    case PTRACE_EVENT_SECCOMP:
      call_began(task);
      return;
    case PTRACE_EVENT_FORK:
    case PTRACE_EVENT_VFORK:
    case PTRACE_EVENT_CLONE:
      child_began(task, status >> 16);
      return;
    case PTRACE_EVENT_EXEC:
      program_began(task);
      return;
    case PTRACE_EVENT_STOP:
      if (!task->stopped) first_stop(task);
      else if (signal == SIGTRAP) go_on(task, 0);
      else ptrace(PTRACE_LISTEN, task->tid, 0, 0);
      return;
    default:
      go_on(task, 0);
  }
}

_Noreturn static void job_ended(int status) {
  int error;
  scribe_end();
  if (trouble_pipe >= 0 && read(trouble_pipe, &error, sizeof error) == (ssize_t)sizeof error) {
    fail(error == ENOENT || error == ENOTDIR ? EXIT_NOT_FOUND : EXIT_NOT_RUNNABLE, "cannot start %s: %s", command_name,
         strerror(error));
  }
  /* What of the job is left ends with the container's first process, as it always does. */
  _exit(WIFSIGNALED(status) ? SIGNALLED + WTERMSIG(status) : WEXITSTATUS(status));
}

void thread_ended(pid_t tid, int status) {
  shelf_check(tid);
  if (tid == first) job_ended(status);
  struct task *task = task_find(tid);
  if (!task) return;
  if (task->tid == task->group) {
    clock_remember(task->group, task->clock);
    forget_listings(task->group);
  }
  task_remove(task);
}

void trace(pid_t job) {
  first = job;
  for (;;) {
    int status;
    pid_t tid = waitpid(-1, &status, __WALL);
    if (tid < 0) {
      if (errno == EINTR) continue;
      fail(EXIT_NOT_RUNNABLE, "the job is lost: %s", strerror(errno));
    }
    if (!WIFSTOPPED(status)) {
      thread_ended(tid, status);
      continue;
    }
    struct task *task = task_find(tid);
    stopped(task ? task : task_add(tid), status);
  }
}
