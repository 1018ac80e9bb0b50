/* Which of the job's system calls its tracer is asked about: as few as will do, as each costs. */
#include "sandbox.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/futex.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#define MOST_STEPS 400
#define NAMESPACES 0x7E020080U
#define CLONE_UNTRACED_FLAG 0x00800000U
#define TRACE SECCOMP_RET_TRACE
#define ALLOW SECCOMP_RET_ALLOW
#define REFUSE(error) (SECCOMP_RET_ERRNO | (error))
/* Answers 0 and does nothing: what is asked for has no bearing here. */
#define PRETEND SECCOMP_RET_ERRNO

static struct sock_filter steps[MOST_STEPS];
static unsigned short count;

static void step(struct sock_filter filter) { steps[count++] = filter; }
static void answer_with(uint32_t action) { step((struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action)); }
static void load(uint32_t offset) { step((struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset)); }
static void load_number(void) { load(offsetof(struct seccomp_data, nr)); }
static void load_argument(int i) { load((uint32_t)(offsetof(struct seccomp_data, args) + 8 * (size_t)i)); }
static void load_upper(int i) { load((uint32_t)(offsetof(struct seccomp_data, args) + 8 * (size_t)i + 4)); }

static void unless_equal_skip(uint32_t value, uint8_t skipped) {
  step((struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, skipped));
}

static void if_equal_skip(uint32_t value, uint8_t skipped) {
  step((struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, skipped, 0));
}

static void unless_bits_skip(uint32_t bits, uint8_t skipped) {
  step((struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, bits, 0, skipped));
}

static void always(uint32_t number, uint32_t action) {
  unless_equal_skip(number, 1);
  answer_with(action);
}

/* A time-out in milliseconds, as a signed 32-bit argument: only a positive one passes time. */
static void if_positive(uint32_t number, int argument) {
  unless_equal_skip(number, 5);
  load_argument(argument);
  if_equal_skip(0, 2);
  step((struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x80000000U, 1, 0));
  answer_with(TRACE);
  answer_with(ALLOW);
}

/* A time-out that a pointer leads to. */
static void if_pointer(uint32_t number, int argument) {
  unless_equal_skip(number, 6);
  load_argument(argument);
  unless_equal_skip(0, 2);
  load_upper(argument);
  if_equal_skip(0, 1);
  answer_with(TRACE);
  answer_with(ALLOW);
}

static void if_bits(uint32_t number, int argument, uint32_t bits, uint32_t action) {
  unless_equal_skip(number, 4);
  load_argument(argument);
  unless_bits_skip(bits, 1);
  answer_with(action);
  answer_with(ALLOW);
}

static void if_value(uint32_t number, int argument, uint32_t value, uint32_t action) {
  unless_equal_skip(number, 3);
  load_argument(argument);
  unless_equal_skip(value, 1);
  answer_with(action);
  load_number();
}

/* Of the many operations of a futex those that wait, if they have a time-out. */
static void futex_waits(void) {
  static const uint32_t waits[] = {FUTEX_WAIT, FUTEX_WAIT_BITSET, FUTEX_LOCK_PI, FUTEX_WAIT_REQUEUE_PI, 13};
  int kinds = sizeof waits / sizeof *waits;
  unless_equal_skip(SYS_futex, (uint8_t)(8 + kinds));
  load_argument(3);
  unless_equal_skip(0, 2);
  load_upper(3);
  if_equal_skip(0, (uint8_t)(2 + kinds));
  load_argument(1);
  step((struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 127));
  for (int i = 0; i < kinds; i++) if_equal_skip(waits[i], (uint8_t)(kinds - i));
  answer_with(ALLOW);
  answer_with(TRACE);
}

static const uint32_t asked[] = {
    SYS_clock_gettime, SYS_gettimeofday, SYS_time, SYS_clock_getres, SYS_times, SYS_getrusage, SYS_wait4, SYS_waitid,
    SYS_nanosleep, SYS_clock_nanosleep, SYS_sysinfo, SYS_uname, SYS_getrandom, SYS_getcpu, SYS_sched_getaffinity,
    SYS_sched_setaffinity, SYS_open, SYS_openat, SYS_stat, SYS_fstat, SYS_lstat, SYS_newfstatat, SYS_statx,
    SYS_statfs, SYS_fstatfs, SYS_getdents64, SYS_getrlimit};

/* What could undo the tracing, reach into the tracer, or tell what nothing here can answer. */
static void refusals(void) {
  always(SYS_ptrace, REFUSE(EPERM));
  always(SYS_process_vm_readv, REFUSE(EPERM));
  always(SYS_process_vm_writev, REFUSE(EPERM));
  always(SYS_pidfd_getfd, REFUSE(EPERM));
  always(SYS_kcmp, REFUSE(EPERM));
  always(SYS_perf_event_open, REFUSE(EPERM));
  always(SYS_userfaultfd, REFUSE(ENOSYS));
  always(SYS_getdents, REFUSE(ENOSYS));
  always(SYS_openat2, REFUSE(ENOSYS));
  /* Its flags cannot be looked at here; C libraries then take clone. */
  always(SYS_clone3, REFUSE(ENOSYS));
  /* Tells the CPU's number in plain memory. */
  always(SYS_rseq, REFUSE(ENOSYS));
  always(SYS_io_uring_setup, REFUSE(ENOSYS));
  always(SYS_io_uring_enter, REFUSE(ENOSYS));
  always(SYS_io_uring_register, REFUSE(ENOSYS));
  always(SYS_adjtimex, REFUSE(EPERM));
  always(SYS_clock_adjtime, REFUSE(EPERM));
  if_bits(SYS_clone, 0, NAMESPACES | CLONE_UNTRACED_FLAG, REFUSE(EPERM));
  always(SYS_prlimit64, TRACE);
  /* Who is told of a call by a filter of the job's own could let it go on past the tracer. */
  if_bits(SYS_seccomp, 1, SECCOMP_FILTER_FLAG_NEW_LISTENER, REFUSE(EPERM));
  if_value(SYS_prctl, 0, PR_SET_TSC, PRETEND);
  if_value(SYS_prctl, 0, PR_SET_DUMPABLE, PRETEND);
  /* Asking is allowed, changing is not. */
  unless_equal_skip(SYS_personality, 4);
  load_argument(0);
  unless_equal_skip(0xffffffffU, 1);
  answer_with(ALLOW);
  answer_with(PRETEND);
}

void install_filter(void) {
  load(offsetof(struct seccomp_data, arch));
  if_equal_skip(AUDIT_ARCH_X86_64, 1);
  answer_with(REFUSE(ENOSYS));
  load_number();
  /* The other calling conventions of the same machine would be ways round. */
  step((struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000U, 0, 1));
  answer_with(REFUSE(ENOSYS));
  for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) always(asked[i], TRACE);
  refusals();
  if_positive(SYS_poll, 2);
  if_positive(SYS_epoll_wait, 3);
  if_positive(SYS_epoll_pwait, 3);
  if_pointer(SYS_select, 4);
  if_pointer(SYS_pselect6, 4);
  if_pointer(SYS_ppoll, 2);
  if_pointer(SYS_epoll_pwait2, 3);
  if_pointer(SYS_rt_sigtimedwait, 2);
  if_pointer(SYS_semtimedop, 3);
  if_bits(SYS_timerfd_settime, 1, 1, TRACE);
  if_bits(SYS_timer_settime, 1, 1, TRACE);
  futex_waits();
  answer_with(ALLOW);
  struct sock_fprog program = {.len = count, .filter = steps};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0) {
    fail(EXIT_NOT_RUNNABLE, "the engine does not allow filters of system calls");
  }
}
