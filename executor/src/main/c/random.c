/* Random numbers that are the same in every run, and the keeper, who hands them out as files. */
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MOST_STREAMS 256
#define PIPE_BYTES 4096

/* The finaliser of splitmix64: every bit of x decides about every bit of the answer. */
uint64_t mix(uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

void stream_bytes(struct stream *stream, void *bytes, size_t size) {
  unsigned char *to = bytes;
  while (size > 0) {
    uint64_t word = mix(stream->key ^ mix(stream->counter++));
    size_t part = size < sizeof word ? size : sizeof word;
    memcpy(to, &word, part);
    to += part;
    size -= part;
  }
}

struct stream stream_child(struct stream *parent, uint64_t number) {
  return (struct stream){.key = mix(mix(parent->key) + number)};
}

/*
 * The keeper shares the tracer's descriptors but not its memory, so that the job can open them by
 * way of /proc without getting at the tracer. It fills the pipes that stand for random devices.
 */
static int orders[2];
static pid_t keeper;

struct order {
  int descriptor;
  struct stream stream;
};

_Noreturn static void keep(void) {
  static struct order streams[MOST_STREAMS];
  static struct pollfd polls[MOST_STREAMS + 1];
  int count = 0;
  signal(SIGPIPE, SIG_IGN);
  for (;;) {
    polls[0] = (struct pollfd){.fd = orders[0], .events = POLLIN};
    for (int i = 0; i < count; i++) polls[i + 1] = (struct pollfd){.fd = streams[i].descriptor, .events = POLLOUT};
    if (poll(polls, (nfds_t)count + 1, -1) < 0) continue;
    for (int i = count - 1; i >= 0; i--) {
      unsigned char bytes[PIPE_BYTES];
      if (polls[i + 1].revents & (POLLERR | POLLNVAL)) {
        close(streams[i].descriptor);
        streams[i] = streams[--count];
      } else if (polls[i + 1].revents & POLLOUT) {
        stream_bytes(&streams[i].stream, bytes, sizeof bytes);
        if (write(streams[i].descriptor, bytes, sizeof bytes) < 0) continue;
      }
    }
    if ((polls[0].revents & POLLIN) && count < MOST_STREAMS) {
      if (read(orders[0], &streams[count], sizeof streams[count]) == (ssize_t)sizeof streams[count]) count++;
    }
  }
}

void keeper_start(void) {
  if (pipe2(orders, O_CLOEXEC) < 0) fail(EXIT_NOT_RUNNABLE, "no pipes");
  keeper = (pid_t)syscall(SYS_clone, CLONE_FILES | SIGCHLD, 0, 0, 0, 0);
  if (keeper == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    keep();
  }
  if (keeper < 0) fail(EXIT_NOT_RUNNABLE, "cannot start processes: %s", strerror(errno));
}

pid_t keeper_pid(void) { return keeper; }

/* Answers the end of a pipe from which this stream can be read without end; -1 where there are too many. */
int keeper_stream(struct stream stream) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) < 0) return -1;
  fcntl(ends[1], F_SETPIPE_SZ, PIPE_BYTES);
  struct order order = {.descriptor = ends[1], .stream = stream};
  if (write(orders[1], &order, sizeof order) != (ssize_t)sizeof order) {
    close(ends[0]);
    close(ends[1]);
    return -1;
  }
  return ends[0];
}
