/*
 * Beside its shortcut to the clock the kernel maps the clock itself, as a page that every program can
 * read. Programs that look for it find it without being told where; so it is taken away.
 */
#include "sandbox.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define CODE_BYTES 8192
#define SYSCALL_STOP (SIGTRAP | 0x80)

/* Where the pages are, from the shortcut's place on: the same for every program of one kernel. */
static struct {
  bool known;
  uint64_t before; /* so many bytes of them come before it; 0 for none */
  uint64_t call;   /* an instruction in it that calls the kernel */
} pages;

static void look_for_pages(struct task *task) {
  char name[64], line[256];
  uint64_t from, to, first = 0;
  snprintf(name, sizeof name, "/proc/%d/maps", (int)task->tid);
  FILE *maps = fopen(name, "re");
  while (maps && fgets(line, sizeof line, maps)) {
    bool clock = strstr(line, "[vvar") != NULL;
    if (clock && sscanf(line, "%lx-%lx", &from, &to) == 2 && (!first || from < first)) first = from;
  }
  if (maps) fclose(maps);
  pages.before = first && first < task->vdso ? task->vdso - first : 0;
}

static void look_for_call(struct task *task) {
  unsigned char code[CODE_BYTES];
  if (!peek(task, task->vdso, code, sizeof code) && !peek(task, task->vdso, code, sizeof code / 2)) return;
  for (size_t i = 0; i + 1 < sizeof code; i++) {
    if (code[i] == 0x0f && code[i + 1] == 0x05) {
      pages.call = i;
      return;
    }
  }
}

/* Lets the thread go on until it stops with this signal; false where it has ended. */
static bool step(struct task *task, int request, int signal) {
  for (;;) {
    int status;
    if (ptrace(request, task->tid, 0, 0) < 0 || waitpid(task->tid, &status, __WALL) < 0) return false;
    if (!WIFSTOPPED(status)) {
      thread_ended(task->tid, status);
      return false;
    }
    /* What another process sends meanwhile, which can only be a stop, is too early to be heeded. */
    if (WSTOPSIG(status) == signal && status >> 16 == 0) return true;
  }
}

/* Has the program that is about to begin call the kernel once, as if by itself. */
static bool take_away(struct task *task) {
  struct user_regs_struct begin, regs;
  if (!step(task, PTRACE_SYSCALL, SYSCALL_STOP) || ptrace(PTRACE_GETREGS, task->tid, 0, &begin) < 0) return false;
  regs = begin;
  regs.rip = task->vdso + pages.call;
  regs.rax = SYS_munmap;
  regs.rdi = task->vdso - pages.before;
  regs.rsi = pages.before;
  regs.orig_rax = (unsigned long long)-1;
  ptrace(PTRACE_SETREGS, task->tid, 0, &regs);
  if (!step(task, PTRACE_SINGLESTEP, SIGTRAP) || ptrace(PTRACE_GETREGS, task->tid, 0, &regs) < 0) return false;
  if (regs.rax != 0) fail(EXIT_NOT_RUNNABLE, "the kernel does not let its clock be taken out of a program");
  ptrace(PTRACE_SETREGS, task->tid, 0, &begin);
  return true;
}

bool take_clock_page(struct task *task) {
  uint64_t mask, none = ~0ULL;
  if (!task->vdso) return true;
  if (!pages.known) {
    pages.known = true;
    look_for_pages(task);
    look_for_call(task);
  }
  if (!pages.before || !pages.call) return true;
  if (ptrace(PTRACE_GETSIGMASK, task->tid, sizeof mask, &mask) < 0) return true;
  ptrace(PTRACE_SETSIGMASK, task->tid, sizeof none, &none);
  if (!take_away(task)) return false;
  ptrace(PTRACE_SETSIGMASK, task->tid, sizeof mask, &mask);
  return true;
}
