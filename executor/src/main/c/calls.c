/* The job's questions about the machine, and the start of each of its programs. */
#include "sandbox.h"

#include <elf.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>

#define WORD 8ULL
#define AT_RSEQ_SIZE 27
#define AT_RSEQ_ALIGNMENT 28
#define AT_SIGNAL_STACK 51
/* More than any CPU's registers take. */
#define SIGNAL_STACK 16384
#define USUAL_FEATURES 0x178bfbff
#define MOST_WORDS (1 << 20)
#define MOST_RANDOM 65536

static void random_bytes(struct task *task, struct user_regs_struct *regs) {
  unsigned char bytes[4096];
  uint64_t size = regs->rsi > MOST_RANDOM * 512ULL ? MOST_RANDOM * 512ULL : regs->rsi;
  for (uint64_t done = 0; done < size; done += sizeof bytes) {
    size_t part = size - done < sizeof bytes ? size - done : sizeof bytes;
    stream_bytes(&task->stream, bytes, part);
    if (!poke(task, regs->rdi + done, bytes, part)) {
      answer(task, regs, -EFAULT);
      return;
    }
  }
  answer(task, regs, (int64_t)size);
}

static void system_name(struct task *task, struct user_regs_struct *regs) {
  struct utsname name;
  if (uname(&name) < 0) memset(&name, 0, sizeof name);
  /* The host name is the container's, the same everywhere; everything else names a kernel. */
  memset(name.release, 0, sizeof name.release);
  memset(name.version, 0, sizeof name.version);
  strcpy(name.sysname, "Linux");
  strcpy(name.release, "6.1.0");
  strcpy(name.version, "#1 SMP");
  strcpy(name.machine, "x86_64");
  answer(task, regs, poke(task, regs->rdi, &name, sizeof name) ? 0 : -EFAULT);
}

static void system_facts(struct task *task, struct user_regs_struct *regs) {
  struct sysinfo facts = {.uptime = (long)((UPTIME + clock_query(task)) / NANOS),
                          .totalram = terms.memory,
                          .freeram = terms.memory / 2,
                          .procs = 3,
                          .mem_unit = 1};
  answer(task, regs, poke(task, regs->rdi, &facts, sizeof facts) ? 0 : -EFAULT);
}

static void which_cpu(struct task *task, struct user_regs_struct *regs) {
  unsigned zero = 0;
  bool done = (!regs->rdi || poke(task, regs->rdi, &zero, sizeof zero)) &&
              (!regs->rsi || poke(task, regs->rsi, &zero, sizeof zero));
  answer(task, regs, done ? 0 : -EFAULT);
}

/* Of other threads only the job's own are known; 0 is the caller. */
static struct task *meant(struct task *task, uint64_t tid) { return tid == 0 ? task : task_find((pid_t)tid); }

static void get_cpus(struct task *task, struct user_regs_struct *regs) {
  struct task *other = meant(task, regs->rdi);
  size_t needed = ((size_t)terms.cpus + 63) / 64 * WORD;
  if (!other) answer(task, regs, -ESRCH);
  else if (regs->rsi < needed || regs->rsi % WORD) answer(task, regs, -EINVAL);
  else answer(task, regs, poke(task, regs->rdx, other->mask, needed) ? (int64_t)needed : -EFAULT);
}

/* Remembered, and shown when asked; where threads really run does not concern them. */
static void set_cpus(struct task *task, struct user_regs_struct *regs) {
  struct task *other = meant(task, regs->rdi);
  uint64_t mask[MASK_WORDS] = {0}, any = 0;
  size_t size = regs->rsi < sizeof mask ? regs->rsi : sizeof mask;
  if (!other) {
    answer(task, regs, -ESRCH);
    return;
  }
  if (!peek(task, regs->rdx, mask, size)) {
    answer(task, regs, -EFAULT);
    return;
  }
  for (int i = 0; i < MASK_WORDS; i++) {
    int left = terms.cpus - 64 * i;
    mask[i] &= left >= 64 ? ~0ULL : left <= 0 ? 0 : (1ULL << left) - 1;
    any |= mask[i];
  }
  if (any) memcpy(other->mask, mask, sizeof mask);
  answer(task, regs, any ? 0 : -EINVAL);
}

/* Bounds that the engine leaves as the machine has them are shown as none. */
static void show_limit(struct task *task, uint64_t resource, uint64_t at) {
  struct rlimit none = {RLIM_INFINITY, RLIM_INFINITY};
  bool of_machine = resource == RLIMIT_NPROC || resource == RLIMIT_SIGPENDING || resource == RLIMIT_MSGQUEUE ||
                    resource == RLIMIT_MEMLOCK;
  if (of_machine && at) poke(task, at, &none, sizeof none);
}

static void got_limit(struct task *task, struct user_regs_struct *regs) {
  if (regs->rax == 0) show_limit(task, regs->rdi, regs->rsi);
}

static void got_process_limit(struct task *task, struct user_regs_struct *regs) {
  if (regs->rax == 0) show_limit(task, regs->rsi, regs->r10);
}

/* By the ids of its threads the tracer itself could be limited. */
static void process_limit(struct task *task, struct user_regs_struct *regs) {
  if (meant(task, (pid_t)regs->rdi)) let(task, regs, got_process_limit);
  else answer(task, regs, -EPERM);
}

bool call(struct task *task, struct user_regs_struct *regs) {
  switch (regs->orig_rax) {
    case SYS_getrandom: random_bytes(task, regs); return true;
    case SYS_uname: system_name(task, regs); return true;
    case SYS_sysinfo: system_facts(task, regs); return true;
    case SYS_getcpu: which_cpu(task, regs); return true;
    case SYS_sched_getaffinity: get_cpus(task, regs); return true;
    case SYS_sched_setaffinity: set_cpus(task, regs); return true;
    case SYS_getrlimit: let(task, regs, got_limit); return true;
    case SYS_prlimit64: process_limit(task, regs); return true;
    default: return clock_call(task, regs) || file_call(task, regs);
  }
}

/* The cycle counter, which the kernel has been told to trap. */
bool counter_read(struct task *task, struct user_regs_struct *regs) {
  unsigned char code[3] = {0};
  siginfo_t info;
  if (ptrace(PTRACE_GETSIGINFO, task->tid, 0, &info) < 0 || info.si_code != SI_KERNEL) return false;
  if (!peek(task, regs->rip, code, sizeof code)) return false;
  bool plain = code[0] == 0x0f && code[1] == 0x31;
  bool with_cpu = code[0] == 0x0f && code[1] == 0x01 && code[2] == 0xf9;
  if (!plain && !with_cpu) return false;
  uint64_t cycles = UPTIME + clock_query(task);
  regs->rax = cycles & 0xffffffffU;
  regs->rdx = cycles >> 32;
  if (with_cpu) regs->rcx = 0;
  regs->rip += plain ? 2 : 3;
  return true;
}

/* Where the auxiliary vector is: behind the count, the arguments and the environment. */
static uint64_t auxiliary_vector(struct task *task, uint64_t stack) {
  uint64_t count, words[64];
  if (!peek(task, stack, &count, sizeof count) || count > MOST_WORDS) return 0;
  uint64_t at = stack + (count + 2) * WORD;
  for (;;) {
    if (!peek(task, at, words, WORD)) return 0;
    at += WORD;
    if (words[0] == 0) return at;
  }
}

/*
 * What the kernel tells a new program: not where its shortcut to the clock is, so that every program
 * asks the kernel, and nothing of the CPU.
 */
void started(struct task *task, struct user_regs_struct *regs) {
  uint64_t at = auxiliary_vector(task, regs->rsp), entry[2];
  unsigned char bytes[16];
  task->vdso = 0;
  if (!at && errno == ESRCH) return; /* It has been killed meanwhile. */
  if (!at) {
    /* A program that its user may not read cannot be looked into either. */
    fail(EXIT_NOT_RUNNABLE, "a program that cannot be read cannot be run here");
  }
  for (; peek(task, at, entry, sizeof entry) && entry[0] != AT_NULL; at += sizeof entry) {
    switch (entry[0]) {
      case AT_SYSINFO_EHDR: task->vdso = entry[1]; entry[0] = AT_IGNORE; break;
      case AT_RSEQ_SIZE:
      case AT_RSEQ_ALIGNMENT: entry[0] = AT_IGNORE; break;
      case AT_HWCAP: entry[1] = USUAL_FEATURES; break;
      case AT_HWCAP2: entry[1] = 2; break;
      case AT_SIGNAL_STACK: entry[1] = SIGNAL_STACK; break;
      case AT_RANDOM:
        stream_bytes(&task->stream, bytes, sizeof bytes);
        poke(task, entry[1], bytes, sizeof bytes);
        continue;
      default: continue;
    }
    poke(task, at, entry, sizeof entry);
  }
}
