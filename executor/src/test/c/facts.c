/* Prints whatever a program can find out about the machine and the moment, and writes some of it to a file. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

static void instant(const char *name, struct timespec t) { printf("%s %lld.%09ld\n", name, (long long)t.tv_sec, t.tv_nsec); }

static void now(const char *name) {
  struct timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  instant(name, t);
}

static void hex(const char *name, const unsigned char *bytes, int count) {
  printf("%s ", name);
  for (int i = 0; i < count; i++) printf("%02x", bytes[i]);
  puts("");
}

static void *work(void *text) {
  unsigned char b[2];
  struct timespec t;
  getrandom(b, sizeof b, 0);
  clock_gettime(CLOCK_REALTIME, &t);
  snprintf(text, 64, "%02x%02x %lld.%09ld", b[0], b[1], (long long)t.tv_sec, t.tv_nsec);
  return text;
}

static void clocks(void) {
  struct timespec t;
  struct timeval v;
  struct tms m;
  struct rusage u;
  unsigned cpu;
  for (int i = 0; i < 12; i++) {
    t = (struct timespec){0};
    printf("clock %d: %d ", i, clock_gettime(i, &t));
    instant("", t);
  }
  gettimeofday(&v, 0);
  printf("timeofday %lld.%06ld time %lld\n", (long long)v.tv_sec, (long)v.tv_usec, (long long)time(0));
  printf("times %ld\n", (long)times(&m));
  getrusage(RUSAGE_SELF, &u);
  printf("usage %lld.%06ld %ld\n", (long long)u.ru_utime.tv_sec, (long)u.ru_utime.tv_usec, u.ru_maxrss);
  printf("cycles %llu\n", (unsigned long long)__rdtsc());
  printf("cycles %llu", (unsigned long long)__rdtscp(&cpu));
  printf(" %u\n", cpu);
}

static void machine(void) {
  struct utsname n;
  struct sysinfo s;
  int here;
  uname(&n);
  sysinfo(&s);
  printf("name %s %s %s %s %s\n", n.sysname, n.nodename, n.release, n.version, n.machine);
  printf("up %ld memory %lu free %lu\n", s.uptime, s.totalram, s.freeram);
  printf("cpu %d of %ld pid %d\n", sched_getcpu(), sysconf(_SC_NPROCESSORS_ONLN), getpid());
  printf("addresses %p %p %p %lx\n", (void *)&here, malloc(10), (void *)machine, getauxval(AT_SYSINFO_EHDR));
}

static void randomness(void) {
  unsigned char b[16];
  getrandom(b, sizeof b, 0);
  hex("getrandom", b, 16);
  hex("at_random", (unsigned char *)getauxval(AT_RANDOM), 16);
  int f = open("/dev/urandom", O_RDONLY);
  if (read(f, b, sizeof b) == sizeof b) hex("urandom", b, 16);
  close(f);
}

static void waiting(void) {
  struct timespec t;
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
  nanosleep(&(struct timespec){0, 50000000}, 0);
  now("slept");
  poll(0, 0, 50);
  now("polled");
  clock_gettime(CLOCK_MONOTONIC, &t);
  t.tv_nsec += 50000000;
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, 0);
  now("slept until");
  pthread_mutex_lock(&mutex);
  clock_gettime(CLOCK_REALTIME, &t);
  t.tv_nsec += 50000000;
  printf("waited %d\n", pthread_cond_timedwait(&condition, &mutex, &t));
  now("waited until");
  do clock_gettime(CLOCK_MONOTONIC, &t);
  while (t.tv_nsec < 400000000);
  now("asked until");
}

static void processes(void) {
  pthread_t threads[4];
  char texts[4][64];
  for (int i = 0; i < 4; i++) {
    if (pthread_create(&threads[i], 0, work, texts[i])) puts("no thread");
  }
  for (int i = 0; i < 4; i++) {
    pthread_join(threads[i], 0);
    printf("thread %s\n", texts[i]);
  }
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    nanosleep(&(struct timespec){0, 70000000}, 0);
    now("child");
    fflush(stdout);
    _exit(3);
  }
  int status;
  waitpid(child, &status, 0);
  printf("child %d ended with %d\n", child, WEXITSTATUS(status));
  now("after the child");
}

static void files(void) {
  const char *names[] = {"z", "a", "m", "b"};
  char path[64];
  struct stat s;
  mkdir("/tmp/d", 0755);
  for (int i = 0; i < 4; i++) {
    snprintf(path, sizeof path, "/tmp/d/%s", names[i]);
    close(open(path, O_CREAT | O_WRONLY, 0644));
  }
  DIR *folder = opendir("/tmp/d");
  for (struct dirent *e; (e = readdir(folder));) printf("%s %lu|", e->d_name, (unsigned long)e->d_ino);
  rewinddir(folder);
  for (int i = 0; i < 3; i++) readdir(folder);
  long place = telldir(folder);
  printf(" %s", readdir(folder)->d_name);
  seekdir(folder, place);
  printf(" %s\n", readdir(folder)->d_name);
  closedir(folder);
  stat("/tmp/d/a", &s);
  printf("file %lu %lu %lld.%09ld %ld\n", (unsigned long)s.st_dev, (unsigned long)s.st_ino, (long long)s.st_mtime,
         s.st_mtim.tv_nsec, (long)s.st_blocks);
  utimensat(AT_FDCWD, "/tmp/d/a", (struct timespec[2]){{1000, 5}, {2000, 7}}, 0);
  stat("/tmp/d/a", &s);
  printf("set %lld.%09ld\n", (long long)s.st_mtime, s.st_mtim.tv_nsec);
}

static void texts(const char *path) {
  char line[256];
  FILE *f = fopen(path, "r");
  while (f && fgets(line, sizeof line, f)) printf("%s: %s", path, line);
  if (f) fclose(f);
}

int main(void) {
  clocks();
  machine();
  randomness();
  waiting();
  processes();
  files();
  const char *paths[] = {"/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/version", "/proc/uptime", "/proc/loadavg",
                         "/proc/self/stat", "/proc/self/mountinfo", "/proc/sys/kernel/random/uuid",
                         "/proc/sys/kernel/random/boot_id", "/sys/devices/system/cpu/online"};
  for (unsigned i = 0; i < sizeof paths / sizeof *paths; i++) texts(paths[i]);
  printf("kill of the first process %d\n", kill(1, SIGKILL));
  printf("trace %ld\n", syscall(SYS_ptrace, 16, 1, 0, 0));
  printf("tracer's memory %d\n", open("/proc/1/mem", O_RDWR));
  now("end");
  return 0;
}
