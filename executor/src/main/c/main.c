/* Reads its terms, starts the job stopped, and becomes its tracer. */
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

struct terms terms = {.start = 0, .seed = 1, .memory = 1ULL << 30, .cpus = 1, .fixed_layout = true, .folder = "/"};

void fail(int code, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fputs("sandbox: ", stderr);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  exit(code);
}

static void read_term(const char *term) {
  const char *equals = strchr(term, '=');
  size_t length = equals ? (size_t)(equals - term) : 0;
  uint64_t value = equals ? strtoull(equals + 1, NULL, 10) : 0;
  if (length == 5 && !memcmp(term, "start", 5)) terms.start = value;
  else if (length == 4 && !memcmp(term, "seed", 4)) terms.seed = value;
  else if (length == 6 && !memcmp(term, "memory", 6)) terms.memory = value;
  else if (length == 5 && !memcmp(term, "order", 5)) terms.order = value;
  else if (length == 6 && !memcmp(term, "unrest", 6)) terms.unrest = value;
  else if (length == 4 && !memcmp(term, "cpus", 4)) terms.cpus = (int)value;
  else if (length == 6 && !memcmp(term, "layout", 6)) terms.fixed_layout = value == 0;
  else if (length == 6 && !memcmp(term, "folder", 6)) terms.folder = equals + 1;
  else fail(EXIT_NOT_RUNNABLE, "unknown term %s", term);
}

/* The same ids for the job's processes, however many the engine's start-up took. */
static void use_up_process_ids(void) {
  volatile pid_t last = 0;
  while (last < FIRST_OWN_PID - 1) {
    pid_t pid = vfork();
    if (pid == 0) _exit(0);
    if (pid < 0) fail(EXIT_NOT_RUNNABLE, "cannot start processes: %s", strerror(errno));
    waitpid(pid, NULL, 0);
    if (pid <= last) fail(EXIT_NOT_RUNNABLE, "process ids do not count upwards here");
    last = pid;
  }
  if (last > FIRST_OWN_PID - 1) fail(EXIT_NOT_RUNNABLE, "too many processes before the job");
}

/* As a shell looks for a command. */
static int execute(char **command) {
  const char *path = getenv("PATH");
  if (strchr(command[0], '/') || !path) {
    execv(command[0], command);
    return errno;
  }
  int error = ENOENT;
  char name[4096];
  for (const char *from = path;; from++) {
    size_t length = strcspn(from, ":");
    if (snprintf(name, sizeof name, "%.*s%s%s", (int)length, from, length ? "/" : "", command[0]) < (int)sizeof name) {
      execv(name, command);
      if (errno != ENOENT && errno != ENOTDIR) error = errno;
    }
    from += length;
    if (!*from) return error;
  }
}

_Noreturn static void become_job(char **command, int go, int trouble, int log) {
  char byte;
  prctl(PR_SET_DUMPABLE, 1);
  signal(SIGPIPE, SIG_DFL);
  if (dup2(log, STDOUT_FILENO) < 0 || dup2(log, STDERR_FILENO) < 0) _exit(EXIT_NOT_RUNNABLE);
  if (read(go, &byte, 1) != 1) _exit(EXIT_NOT_RUNNABLE);
  close(go);
  if (terms.fixed_layout && personality(ADDR_NO_RANDOMIZE) < 0) {
    fail(EXIT_NOT_RUNNABLE, "the engine does not allow a fixed address layout");
  }
  if (prctl(PR_SET_TSC, PR_TSC_SIGSEGV) < 0) fail(EXIT_NOT_RUNNABLE, "the kernel does not hide its cycle counter");
  install_filter();
  /* By the engine's hand, which has more open than the job may see, an image could be led astray. */
  int error = chdir(terms.folder) < 0 ? errno : execute(command);
  if (write(trouble, &error, sizeof error) < 0) _exit(EXIT_NOT_RUNNABLE);
  _exit(error == ENOENT || error == ENOTDIR ? EXIT_NOT_FOUND : EXIT_NOT_RUNNABLE);
}

static void seize(pid_t job) {
  long options = PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACESECCOMP | PTRACE_O_TRACEFORK |
                 PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC;
  if (ptrace(PTRACE_SEIZE, job, 0, options) < 0) {
    fail(EXIT_NOT_RUNNABLE, "the engine does not allow tracing: %s", strerror(errno));
  }
}

int main(int count, char **arguments) {
  int i = 1;
  for (; i < count && strcmp(arguments[i], "--"); i++) read_term(arguments[i]);
  char **command = arguments + i + 1;
  if (i + 1 >= count) fail(EXIT_NOT_RUNNABLE, "no command; the image has none either");
  if (getpid() != 1) fail(EXIT_NOT_RUNNABLE, "must be the first process of a container");

  use_up_process_ids();
  keeper_start();
  int log = scribe_start();
  shelf_start();
  int go[2], trouble[2];
  if (pipe2(go, O_CLOEXEC) < 0 || pipe2(trouble, O_CLOEXEC) < 0) fail(EXIT_NOT_RUNNABLE, "no pipes");
  pid_t job = fork();
  if (job == 0) {
    close(go[1]);
    become_job(command, go[0], trouble[1], log);
  }
  if (job < 0) fail(EXIT_NOT_RUNNABLE, "cannot start processes: %s", strerror(errno));
  close(go[0]);
  close(trouble[1]);
  /* The end for writing stays open, lest the scribe find its pipe ended while the job goes on without it. */
  seize(job);
  /* From here on the job, which has the same user, can neither look into this process nor change it. */
  prctl(PR_SET_DUMPABLE, 0);
  struct task *task = task_add(job);
  task->known = task->stopped = true;
  task->stream = (struct stream){.key = mix(terms.seed)};
  for (int cpu = 0; cpu < terms.cpus; cpu++) task->mask[cpu / 64] |= 1ULL << (cpu % 64);
  if (write(go[1], "!", 1) != 1) fail(EXIT_NOT_RUNNABLE, "the job is gone");
  close(go[1]);
  extern int trouble_pipe;
  extern const char *command_name;
  trouble_pipe = trouble[0];
  command_name = command[0];
  trace(job);
}
