/* Takes without end what there is to be taken: fill WHAT. */
#include "hostile.h"

#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#define CHUNK (1 << 20)

static char chunk[CHUNK];

static void bomb(void) {
  signal(SIGCHLD, SIG_IGN);
  for (;;) fork();
}

static void memory(void) {
  for (;;) {
    char *more = mmap(0, CHUNK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (more != MAP_FAILED) memset(more, 1, CHUNK);
  }
}

static void memory_of_children(void) {
  for (int i = 0; i < 30; i++) {
    if (fork() == 0) {
      for (int n = 0; n < 8; n++) memset(mmap(0, CHUNK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), 1, CHUNK);
      for (;;) pause();
    }
  }
  for (;;) pause();
}

/* Writes until nothing more can be written, and then something else. */
static void write_all(int file, long most) {
  while (file >= 0 && most > 0) {
    ssize_t written = write(file, chunk, CHUNK);
    if (written <= 0) return;
    most -= written;
  }
}

static void memory_files(void) {
  for (;;) write_all((int)syscall(SYS_memfd_create, "x", 0), 1L << 40);
}

static void temporary(void) {
  char name[64];
  for (int i = 0; i < 1000; i++) {
    snprintf(name, sizeof name, i % 2 ? "/tmp/%d" : "/dev/shm/%d", i);
    write_all(open(name, O_CREAT | O_WRONLY, 0600), 1L << 40);
  }
}

static void output(void) {
  char name[64];
  for (int i = 0;; i++) {
    snprintf(name, sizeof name, "/out/%d", i);
    int file = open(name, O_CREAT | O_WRONLY, 0600);
    write_all(file, 4 * CHUNK);
    close(file);
  }
}

/* Of files that are in no folder and nobody's open one: they are on their way between two sockets. */
static void files_on_their_way(void) {
  int ends[2];
  socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
  for (int i = 0; i < 200; i++) {
    int file = open("/out/x", O_CREAT | O_RDWR | O_TRUNC, 0600);
    unlink("/out/x");
    write_all(file, 4 * CHUNK);
    char control[CMSG_SPACE(sizeof file)] = {0};
    struct iovec part = {"x", 1};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    struct cmsghdr *head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof file);
    memcpy(CMSG_DATA(head), &file, sizeof file);
    sendmsg(ends[0], &message, MSG_DONTWAIT);
    close(file);
  }
  for (;;) pause();
}

/* Removed, closed, and still in memory. */
static void files_in_memory(void) {
  for (int i = 0; i < 200; i++) {
    int file = open("/out/x", O_CREAT | O_RDWR, 0600);
    write_all(file, 2 * CHUNK);
    mmap(0, 4096, PROT_READ, MAP_SHARED, file, 0);
    unlink("/out/x");
    close(file);
  }
  for (;;) pause();
}

/* Folders that are links at every second look. */
static void flicker(void) {
  mkdir("/out/a", 0700);
  symlink("/", "/out/b");
  if (fork() == 0) {
    for (;;) syscall(SYS_renameat2, AT_FDCWD, "/out/a", AT_FDCWD, "/out/b", 2);
  }
  char name[64];
  for (int i = 0;; i++) {
    snprintf(name, sizeof name, "/out/%d", i);
    int file = open(name, O_CREAT | O_WRONLY, 0600);
    write_all(file, CHUNK);
    close(file);
    usleep(20000);
  }
}

static void entries(void) {
  char name[64];
  for (long i = 0;; i++) {
    snprintf(name, sizeof name, "/out/%ld", i);
    close(open(name, O_CREAT | O_WRONLY, 0600));
  }
}

static void tower(int storeys) {
  chdir("/out");
  for (int i = 0; i < storeys; i++) {
    if (mkdir("deep", 0700) < 0 || chdir("deep") < 0) return;
  }
}

static void large_below(void) {
  tower(200);
  for (int i = 0;; i++) {
    char name[16];
    snprintf(name, sizeof name, "%d", i);
    write_all(open(name, O_CREAT | O_WRONLY, 0600), CHUNK);
    usleep(20000);
  }
}

static void text(void) {
  memset(chunk, 'y', CHUNK);
  for (;;) {
    if (write(1, chunk, CHUNK) < 0 && write(2, chunk, CHUNK) < 0) pause();
  }
}

static void deaf(void) {
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, 0);
  for (int i = 1; i < 64; i++) signal(i, SIG_IGN);
  if (fork() == 0) setsid();
  for (;;) pause();
}

static void stopped(void) {
  kill(getpid(), SIGSTOP);
  for (;;) pause();
}

static void locks(void) {
  for (;;) {
    void *more = mmap(0, CHUNK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (more == MAP_FAILED || mlock(more, CHUNK) < 0) break;
  }
  memory();
}

/* As programs do that adjust their work to the machine: twice as much each time, until it takes long. */
static int calibrate(void) {
  for (unsigned long count = 65536; count < 65536UL << 9; count *= 2) {
    long before[2], after[2];
    syscall(SYS_clock_gettime, 3, before);
    for (volatile unsigned long i = 0; i < count; i++) {
    }
    syscall(SYS_clock_gettime, 3, after);
    if ((after[0] - before[0]) * 1000 + (after[1] - before[1]) / 1000000 > 250) return done();
  }
  puts("never long enough");
  return 1;
}

static void socket_in_output(void) {
  struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "/out/socket"};
  if (bind(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&name, sizeof name) < 0) puts("no socket");
}

int main(int count, char **words) {
  const char *what = count > 1 ? words[1] : "";
  if (!strcmp(what, "bomb")) bomb();
  if (!strcmp(what, "memory")) memory();
  if (!strcmp(what, "children")) memory_of_children();
  if (!strcmp(what, "memory-files")) memory_files();
  if (!strcmp(what, "locks")) locks();
  if (!strcmp(what, "temporary")) temporary();
  if (!strcmp(what, "output")) output();
  if (!strcmp(what, "on-their-way")) files_on_their_way();
  if (!strcmp(what, "in-memory")) files_in_memory();
  if (!strcmp(what, "flicker")) flicker();
  if (!strcmp(what, "entries")) entries();
  if (!strcmp(what, "tower")) tower(5000);
  if (!strcmp(what, "large-below")) large_below();
  if (!strcmp(what, "text")) text();
  if (!strcmp(what, "deaf")) deaf();
  if (!strcmp(what, "stopped")) stopped();
  if (!strcmp(what, "socket")) socket_in_output();
  return strcmp(what, "calibrate") ? 0 : calibrate();
}
