/* Attacks the process that supervises the job: by its memory, by signals, by storms of threads and programs. */
#include "hostile.h"

#include <pthread.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

/* What runs in the shelf, if it runs: a call of the kernel that leaves a trace. */
static void memory_of_the_helpers(void) {
  for (int pid = 1; pid < 100; pid++) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/mem", pid);
    int memory = open(path, O_RDWR);
    if (memory < 0) continue;
    if (pid != 99) printf("ESCAPED into the memory of %d\n", pid);
    snprintf(path, sizeof path, "/proc/%d/maps", pid);
    FILE *maps = fopen(path, "r");
    char line[256], right[8];
    unsigned long from, to;
    while (maps && fgets(line, sizeof line, maps)) {
      if (sscanf(line, "%lx-%lx %7s", &from, &to, right) != 3 || right[2] != 'x') continue;
      /* mkdir("/tmp/escaped"), then for ever. */
      static unsigned char code[4096];
      memset(code, 0x90, sizeof code);
      static const unsigned char end[] = {0xb8, 83, 0, 0, 0, 0x48, 0x8d, 0x3d, 9, 0, 0, 0, 0xbe, 0xff, 1, 0, 0, 0x0f, 0x05,
                                          0xeb, 0xfe, '/', 't', 'm', 'p', '/', 'e', 's', 'c', 'a', 'p', 'e', 'd', 0};
      memcpy(code + sizeof code - sizeof end, end, sizeof end);
      code[8 + sizeof code - sizeof end] = 9;
      for (unsigned long at = from; at < to && at < from + 0x200000; at += sizeof code) {
        pwrite(memory, code, sizeof code, (off_t)at);
      }
    }
    if (maps) fclose(maps);
    close(memory);
  }
  kill(99, SIGCONT);
  usleep(200000);
  if (access("/tmp/escaped", F_OK) == 0) puts("ESCAPED into a helper, which ran what it was given");
}

static void signals_to_the_first(void) {
  for (int signal = 1; signal <= 64; signal++) kill(1, signal);
  for (int thread = 97; thread <= 98; thread++) {
    for (int signal = 1; signal <= 64; signal++) syscall(SYS_tgkill, 1, thread, signal);
  }
  kill(1, SIGSTOP);
  struct rlimit none = {0, 0};
  must_fail("limits of the first process", syscall(SYS_prlimit64, 1, RLIMIT_NOFILE, &none, 0));
  must_fail("limits of a helper", syscall(SYS_prlimit64, 98, RLIMIT_NOFILE, &none, 0));
  setpriority(PRIO_PROCESS, 1, 19);
  must_be_supervised("signals to the first process");
}

static void flags_of_clone(void) {
  must_fail("a child that is not traced", syscall(SYS_clone, 0x00800000 | SIGCHLD, 0, 0, 0, 0));
  must_fail("a child traced by another", syscall(SYS_clone, 0x00802000 | SIGCHLD, 0, 0, 0, 0));
  long child = syscall(SYS_clone, 0x00002000 | SIGCHLD, 0, 0, 0, 0); /* CLONE_PTRACE */
  if (child == 0) {
    must_be_supervised("a child of a traced one");
    _exit(0);
  }
  waitpid((pid_t)child, NULL, 0);
  child = syscall(SYS_clone, 0x00008000 | SIGCHLD, 0, 0, 0, 0); /* CLONE_PARENT */
  if (child == 0) {
    must_be_supervised("a child of one's parent");
    _exit(0);
  }
  usleep(100000);
  child = vfork();
  if (child == 0) {
    must_be_supervised("a child that borrows its parent's memory");
    _exit(0);
  }
  waitpid((pid_t)child, NULL, 0);
  child = fork();
  if (child == 0) {
    setsid();
    if (fork() == 0) {
      must_be_supervised("an orphan");
      }
    _exit(0);
  }
  waitpid((pid_t)child, NULL, 0);
  usleep(100000);
}

static char *own;

static void *become_another(void *name) {
  char *words[] = {own, name, NULL};
  execv(own, words);
  return NULL;
}

static void *spin(void *nothing) {
  for (;;) sched_yield();
  return nothing;
}

/* A thread that is not its group's first becomes another program, while others run. */
static void programs_begun_by_threads(void) {
  for (int i = 0; i < 20; i++) {
    pid_t child = fork();
    if (child == 0) {
      pthread_t thread;
      for (int n = 0; n < 3; n++) pthread_create(&thread, NULL, spin, NULL);
      pthread_create(&thread, NULL, become_another, "check");
      for (;;) pause();
    }
    int status;
    waitpid(child, &status, 0);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 7) printf("ESCAPED, or broken: a program ended with %d\n", status);
  }
}

/* Children are killed, stopped and continued at every moment of their beginning and end. */
static void races(void) {
  for (int i = 0; i < 300; i++) {
    pid_t child = fork();
    if (child == 0) {
      if (i % 3 == 0) become_another("check");
      if (i % 3 == 1 && vfork() == 0) become_another("check");
      must_be_supervised("a race");
      _exit(0);
    }
    for (int spin = 0; spin < (i * 37) % 4000; spin++) __asm__ volatile("pause");
    kill(child, i % 2 ? SIGKILL : SIGSTOP);
    if (i % 2 == 0) {
      kill(child, SIGCONT);
      kill(child, SIGKILL);
    }
    waitpid(child, NULL, 0);
  }
  while (waitpid(-1, NULL, WNOHANG) > 0) {
  }
  must_be_supervised("after the races");
}

static void *short_life(void *nothing) {
  if (fork() == 0) _exit(0);
  return nothing;
}

static void storm(void) {
  signal(SIGCHLD, SIG_IGN);
  for (int i = 0; i < 150; i++) {
    pthread_t threads[8];
    int count = 0;
    for (int n = 0; n < 8; n++) count += pthread_create(&threads[count], NULL, short_life, NULL) == 0;
    for (int n = 0; n < count; n++) pthread_join(threads[n], NULL);
  }
  signal(SIGCHLD, SIG_DFL);
  must_be_supervised("after the storm");
}

/* Uses up what the tracer hands out, to be given the machine's own. */
static void random_devices(void) {
  for (int children = 0; children < 4; children++) {
    if (fork() == 0) {
      struct stat file;
      for (int i = 0; i < 1000; i++) {
        int device = open("/dev/urandom", O_RDONLY);
        if (device >= 0 && fstat(device, &file) == 0 && !S_ISFIFO(file.st_mode)) puts("ESCAPED to the machine's random numbers");
      }
        _exit(0);
    }
  }
  while (wait(NULL) > 0) {
  }
}

int main(int count, char **words) {
  own = words[0];
  if (count > 1) {
    must_be_supervised("a program begun by a thread");
    return 7;
  }
  prctl(PR_SET_DUMPABLE, 0);
  memory_of_the_helpers();
  signals_to_the_first();
  flags_of_clone();
  programs_begun_by_threads();
  races();
  storm();
  random_devices();
  must_be_supervised("the end");
  return done();
}
