/* Time as the job sees it: it starts at one instant, and passes by asking for it and by waiting. */
#include "sandbox.h"

#include <errno.h>
#include <linux/futex.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/times.h>
#include <time.h>

#define TICK (NANOS / 100)
#define MILLI 1000000ULL
#define MICRO 1000ULL
#define PEAK_MEMORY_KIB 10240
#define MOST_SPAN (100ULL * 365 * 86400 * NANOS)

uint64_t clock_query(struct task *task) { return task->clock += CLOCK_STEP; }

/* Work itself passes no time here, and a program that doubles its work until it takes long would never end. */
static uint64_t cpu_query(struct task *task) {
  unsigned before = task->cpu_questions < FEW_QUESTIONS ? task->cpu_questions++ : FEW_QUESTIONS;
  unsigned doublings = before == FEW_QUESTIONS ? LASTING_DOUBLINGS : before < DOUBLINGS ? before : DOUBLINGS;
  task->clock += CLOCK_STEP << doublings;
  return task->clock - task->born;
}

static bool tells_date(int id) {
  return id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE || id == CLOCK_TAI || id == CLOCK_REALTIME_ALARM;
}

/* What a clock shows: the date, the time since the machine's start, or what the process has used. */
static bool shown(struct task *task, int id, uint64_t *nanos) {
  if (id < 0 || id == CLOCK_PROCESS_CPUTIME_ID || id == CLOCK_THREAD_CPUTIME_ID) {
    *nanos = cpu_query(task);
    return true;
  }
  uint64_t now = clock_query(task);
  if (tells_date(id)) *nanos = terms.start * NANOS + now;
  else if (id <= CLOCK_TAI) *nanos = UPTIME + now;
  else return false;
  return true;
}

static struct timespec timespec_of(uint64_t nanos) {
  return (struct timespec){.tv_sec = (time_t)(nanos / NANOS), .tv_nsec = (long)(nanos % NANOS)};
}

/* Nonsense counts as no time: the kernel itself will refuse it. */
static uint64_t nanos_of(struct timespec time) {
  if (time.tv_sec < 0 || time.tv_nsec < 0 || time.tv_nsec >= (long)NANOS) return 0;
  if ((uint64_t)time.tv_sec > MOST_SPAN / NANOS) return MOST_SPAN;
  return (uint64_t)time.tv_sec * NANOS + (uint64_t)time.tv_nsec;
}

static void answer_time(struct task *task, struct user_regs_struct *regs, uint64_t at, const void *value, size_t size,
                        int64_t result) {
  answer(task, regs, at && !poke(task, at, value, size) ? -EFAULT : result);
}

static void gettime(struct task *task, struct user_regs_struct *regs) {
  uint64_t nanos;
  if (!shown(task, (int)regs->rdi, &nanos)) {
    answer(task, regs, -EINVAL);
    return;
  }
  struct timespec time = timespec_of(nanos);
  answer_time(task, regs, regs->rsi, &time, sizeof time, 0);
}

static void getres(struct task *task, struct user_regs_struct *regs) {
  int id = (int)regs->rdi;
  bool coarse = id == CLOCK_REALTIME_COARSE || id == CLOCK_MONOTONIC_COARSE;
  struct timespec resolution = {.tv_nsec = coarse ? 4000000 : 1};
  answer_time(task, regs, regs->rsi, &resolution, sizeof resolution, id > CLOCK_TAI ? -EINVAL : 0);
}

static void timeofday(struct task *task, struct user_regs_struct *regs) {
  uint64_t nanos = terms.start * NANOS + clock_query(task);
  struct timeval time = {.tv_sec = (time_t)(nanos / NANOS), .tv_usec = (suseconds_t)(nanos % NANOS / MICRO)};
  struct timezone zone = {0};
  if (regs->rsi && !poke(task, regs->rsi, &zone, sizeof zone)) answer(task, regs, -EFAULT);
  else answer_time(task, regs, regs->rdi, &time, sizeof time, 0);
}

static void seconds(struct task *task, struct user_regs_struct *regs) {
  time_t time = (time_t)(terms.start + clock_query(task) / NANOS);
  answer_time(task, regs, regs->rdi, &time, sizeof time, time);
}

static void ticks(struct task *task, struct user_regs_struct *regs) {
  struct tms used = {.tms_utime = (clock_t)(cpu_query(task) / TICK)};
  answer_time(task, regs, regs->rdi, &used, sizeof used, (int64_t)((UPTIME + task->clock) / TICK));
}

static struct rusage usage_of(uint64_t nanos) {
  struct rusage usage = {.ru_utime = {.tv_sec = (time_t)(nanos / NANOS), .tv_usec = (suseconds_t)(nanos % NANOS / MICRO)}};
  usage.ru_maxrss = PEAK_MEMORY_KIB;
  return usage;
}

static void usage(struct task *task, struct user_regs_struct *regs) {
  struct rusage used = usage_of(cpu_query(task));
  answer_time(task, regs, regs->rsi, &used, sizeof used, 0);
}

/* Who has waited for another is not earlier than the other was. */
static void meet(struct task *task, pid_t group) {
  uint64_t clock = clock_of_ended(group);
  if (clock > task->clock) task->clock = clock;
}

static void waited(struct task *task, struct user_regs_struct *regs) {
  if ((int64_t)regs->rax <= 0) return;
  meet(task, (pid_t)regs->rax);
  struct rusage used = usage_of(0);
  if (regs->r10) poke(task, regs->r10, &used, sizeof used);
}

static void waited_id(struct task *task, struct user_regs_struct *regs) {
  int32_t pid = 0;
  if ((int64_t)regs->rax < 0) return;
  if (regs->rdx && peek(task, regs->rdx + 12, &pid, sizeof pid) && pid > 0) meet(task, pid);
  struct rusage used = usage_of(0);
  if (regs->r8) poke(task, regs->r8, &used, sizeof used);
}

static void slept(struct task *task, struct user_regs_struct *regs) {
  if (regs->rax == 0) task->clock += task->span;
}

/* Waiting takes its time, so that what is waited for can happen, and no more of the job's time than that. */
static void sleep_for(struct task *task, struct user_regs_struct *regs) {
  struct timespec time = {0};
  peek(task, regs->rdi, &time, sizeof time);
  task->span = nanos_of(time);
  let(task, regs, slept);
}

/* What is left until a moment on one of the job's clocks. */
static uint64_t until(struct task *task, bool date, struct timespec moment) {
  uint64_t now = task->clock + (date ? terms.start * NANOS : UPTIME), then = nanos_of(moment);
  return then > now ? then - now : 0;
}

static void sleep_on_clock(struct task *task, struct user_regs_struct *regs) {
  struct timespec time = {0};
  peek(task, regs->rdx, &time, sizeof time);
  if (!(regs->rsi & TIMER_ABSTIME)) {
    task->span = nanos_of(time);
    let(task, regs, slept);
    return;
  }
  task->span = until(task, tells_date((int)regs->rdi), time);
  if (task->span == 0) {
    answer(task, regs, 0);
    return;
  }
  struct timespec left = timespec_of(task->span);
  uint64_t place = scratch_put(task, &left, sizeof left);
  if (!place) {
    answer(task, regs, -EINTR);
    return;
  }
  regs->rsi = 0;
  regs->rdx = place;
  let(task, regs, slept);
}

static void timed_out_on_zero(struct task *task, struct user_regs_struct *regs) {
  if (regs->rax == 0) task->clock += task->span;
}

static void timed_out_on_error(struct task *task, struct user_regs_struct *regs) {
  int64_t result = (int64_t)regs->rax;
  if (result == -ETIMEDOUT || result == -EAGAIN) task->clock += task->span;
}

static void wait_millis(struct task *task, struct user_regs_struct *regs, int millis) {
  task->span = (uint64_t)millis * MILLI;
  let(task, regs, timed_out_on_zero);
}

static void wait_timespec(struct task *task, struct user_regs_struct *regs, uint64_t at, on_return then) {
  struct timespec time = {0};
  peek(task, at, &time, sizeof time);
  task->span = nanos_of(time);
  let(task, regs, then);
}

/* The kernel writes back what is left, which depends on the machine. */
static void selected(struct task *task, struct user_regs_struct *regs) {
  timed_out_on_zero(task, regs);
  if ((int64_t)regs->rax > 0) {
    struct timeval time = {.tv_sec = (time_t)(task->span / NANOS), .tv_usec = (suseconds_t)(task->span % NANOS / MICRO)};
    poke(task, regs->r8, &time, sizeof time);
  }
}

static void wait_select(struct task *task, struct user_regs_struct *regs) {
  struct timeval time = {0};
  peek(task, regs->r8, &time, sizeof time);
  task->span = nanos_of((struct timespec){.tv_sec = time.tv_sec, .tv_nsec = time.tv_usec * 1000});
  let(task, regs, selected);
}

static struct timespec real_moment(bool date, uint64_t left) {
  struct timespec now;
  clock_gettime(date ? CLOCK_REALTIME : CLOCK_MONOTONIC, &now);
  return timespec_of(nanos_of(now) + left);
}

static void wait_futex(struct task *task, struct user_regs_struct *regs) {
  int operation = (int)regs->rsi & 127;
  struct timespec time = {0};
  peek(task, regs->r10, &time, sizeof time);
  if (operation == FUTEX_WAIT) {
    task->span = nanos_of(time);
    let(task, regs, timed_out_on_error);
    return;
  }
  bool date = operation == FUTEX_LOCK_PI || (regs->rsi & FUTEX_CLOCK_REALTIME);
  task->span = until(task, date, time);
  struct timespec moment = real_moment(date, task->span);
  uint64_t place = scratch_put(task, &moment, sizeof moment);
  if (place) regs->r10 = place;
  let(task, regs, timed_out_on_error);
}

static void armed(struct task *task, struct user_regs_struct *regs) {
  (void)task;
  (void)regs;
}

/* A timer set to a moment of the job's clock is set to the same distance from the machine's. */
static void arm_timer(struct task *task, struct user_regs_struct *regs) {
  struct itimerspec timer = {0};
  peek(task, regs->rdx, &timer, sizeof timer);
  if (timer.it_value.tv_sec || timer.it_value.tv_nsec) {
    /* Which clock it is on only its maker knows; dates are larger than any uptime. */
    bool date = (uint64_t)timer.it_value.tv_sec >= terms.start / 2 && terms.start;
    timer.it_value = real_moment(date, until(task, date, timer.it_value));
  }
  uint64_t place = scratch_put(task, &timer, sizeof timer);
  if (place) regs->rdx = place;
  let(task, regs, armed);
}

bool clock_call(struct task *task, struct user_regs_struct *regs) {
  switch (regs->orig_rax) {
    case SYS_clock_gettime: gettime(task, regs); return true;
    case SYS_gettimeofday: timeofday(task, regs); return true;
    case SYS_time: seconds(task, regs); return true;
    case SYS_clock_getres: getres(task, regs); return true;
    case SYS_times: ticks(task, regs); return true;
    case SYS_getrusage: usage(task, regs); return true;
    case SYS_wait4: let(task, regs, waited); return true;
    case SYS_waitid: let(task, regs, waited_id); return true;
    case SYS_nanosleep: sleep_for(task, regs); return true;
    case SYS_clock_nanosleep: sleep_on_clock(task, regs); return true;
    case SYS_poll: wait_millis(task, regs, (int)regs->rdx); return true;
    case SYS_epoll_wait:
    case SYS_epoll_pwait: wait_millis(task, regs, (int)regs->r10); return true;
    case SYS_select: wait_select(task, regs); return true;
    case SYS_pselect6: wait_timespec(task, regs, regs->r8, timed_out_on_zero); return true;
    case SYS_ppoll: wait_timespec(task, regs, regs->rdx, timed_out_on_zero); return true;
    case SYS_epoll_pwait2: wait_timespec(task, regs, regs->r10, timed_out_on_zero); return true;
    case SYS_rt_sigtimedwait: wait_timespec(task, regs, regs->rdx, timed_out_on_error); return true;
    case SYS_semtimedop: wait_timespec(task, regs, regs->r10, timed_out_on_error); return true;
    case SYS_futex: wait_futex(task, regs); return true;
    case SYS_timerfd_settime:
    case SYS_timer_settime: arm_timer(task, regs); return true;
    default: return false;
  }
}
