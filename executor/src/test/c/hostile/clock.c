/* Looks for the machine's own clock, by which a job could tell a provider from a mediator. */
#include "hostile.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <setjmp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>

static sigjmp_buf back;

static void fell(int signal) {
  (void)signal;
  siglongjmp(back, 1);
}

/* The kernel keeps the date in a page that it maps beside its shortcut; nothing says where, but it can be looked for. */
static void clock_page(void) {
  FILE *maps = fopen("/proc/self/maps", "r");
  char line[256];
  unsigned long from, to;
  volatile unsigned long shortcut = 0, at;
  while (maps && fgets(line, sizeof line, maps)) {
    if (strstr(line, "[vvar")) printf("ESCAPED by %s", line);
    if (strstr(line, "[vdso]") && sscanf(line, "%lx-%lx", &from, &to) == 2) shortcut = from;
  }
  if (maps) fclose(maps);
  for (at = shortcut - 0x10000; shortcut && at < shortcut; at += 4096) {
    if (sigsetjmp(back, 1)) continue;
    for (unsigned i = 0; i < 512; i++) {
      long word = ((volatile long *)at)[i];
      if (word > START + 10 * 86400L && word < START + 20L * 366 * 86400) must_be_early("a page of the kernel's", word);
    }
  }
}

static void old_pages(void) {
  long seconds = 0;
  if (!sigsetjmp(back, 1)) must_be_early("the old page", ((long (*)(long *))0xffffffffff600400UL)(&seconds));
  if (!sigsetjmp(back, 1)) {
    struct timespec t[2] = {0};
    ((long (*)(void *, void *))0xffffffffff600000UL)(t, 0);
    must_be_early("the old page", t[0].tv_sec);
  }
}

static void as_32_bit_programs_call(void) {
  int result;
  __asm__ volatile("int $0x80" : "=a"(result) : "a"(13), "b"(0) : "memory", "r8", "r9", "r10", "r11");
  must_be_early("the way of 32-bit programs", result);
}

static void as_the_third_kind_calls(void) {
  long seconds[2] = {0};
  must_be_early("the third way", syscall(0x40000000 + SYS_time, 0));
  must_be_early("the third way", syscall(0x40000000L + SYS_gettimeofday, seconds, 0) == 0 ? seconds[0] : 0);
}

/* The kernel may end who calls in another way. */
static void in_a_child(void (*calls)(void)) {
  pid_t child = fork();
  if (child == 0) {
    calls();
    _exit(0);
  }
  waitpid(child, NULL, 0);
}

/*
 * Who filters its own calls may have them told to a listener, which may say: go on. The kernel then
 * goes on past every other filter that only wanted to ask.
 */
static void *ask(void *filter) {
  syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, filter);
  return NULL;
}

static int listener = -1;

static void *say_go_on(void *nothing) {
  struct seccomp_notif question;
  struct seccomp_notif_resp answer;
  for (;;) {
    memset(&question, 0, sizeof question);
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &question) < 0) return nothing;
    answer = (struct seccomp_notif_resp){.id = question.id, .flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE};
    ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer);
  }
}

static void filters_of_its_own(void) {
  struct sock_filter told[] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_time, 0, 1),
                               BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  struct sock_filter open[] = {BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  struct sock_fprog telling = {4, told}, opening = {1, open};
  listener = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &telling);
  must_fail("a listener to its own calls", listener);
  pthread_t thread;
  if (listener >= 0 && pthread_create(&thread, NULL, say_go_on, NULL) == 0) {
    must_be_early("a listener that says go on", syscall(SYS_time, 0));
  }
  pthread_create(&thread, NULL, ask, &opening);
  pthread_join(thread, NULL);
  ask(&opening);
  must_be_early("a filter that allows all", syscall(SYS_time, 0));
}

int main(void) {
  signal(SIGSEGV, fell);
  signal(SIGSYS, fell);
  signal(SIGBUS, fell);
  clock_page();
  in_a_child(old_pages);
  in_a_child(as_32_bit_programs_call);
  in_a_child(as_the_third_kind_calls);
  prctl(PR_SET_TSC, PR_TSC_ENABLE);
  unsigned long before = __builtin_ia32_rdtsc();
  for (volatile int i = 0; i < 20000000; i++) {
  }
  unsigned long passed = __builtin_ia32_rdtsc() - before;
  if (passed > 1000000) printf("ESCAPED by the cycle counter: %lu\n", passed);
  filters_of_its_own();
  must_be_supervised("the end");
  return done();
}
