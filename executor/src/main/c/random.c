/* Random numbers that are the same in every run, and the keeper, who hands them out as files. */
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
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
 * The keeper fills the pipes that stand for random devices. It is a thread of the tracer, so that
 * the job can neither get at its memory nor end it.
 */
static struct {
  int descriptor;
  struct stream stream;
} streams[MOST_STREAMS];
static int stream_count;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int wake[2];

/* A pipe takes so many bytes whole or not at all; those that it does not take are not lost. */
static bool fill(int i) {
  unsigned char bytes[PIPE_BYTES];
  struct stream ahead = streams[i].stream;
  stream_bytes(&ahead, bytes, sizeof bytes);
  if (write(streams[i].descriptor, bytes, sizeof bytes) < 0) return errno == EAGAIN;
  streams[i].stream = ahead;
  return true;
}

static void look_after(struct pollfd *polls, int count) {
  for (int i = count - 1; i >= 0; i--) {
    bool lost = polls[i].revents & (POLLERR | POLLNVAL);
    if (!lost && (polls[i].revents & POLLOUT)) lost = !fill(i);
    if (lost) {
      close(streams[i].descriptor);
      streams[i] = streams[--stream_count];
    }
  }
}

static void *keep(void *nothing) {
  static struct pollfd polls[MOST_STREAMS + 1];
  for (;;) {
    pthread_mutex_lock(&lock);
    int count = stream_count;
    for (int i = 0; i < count; i++) polls[i] = (struct pollfd){.fd = streams[i].descriptor, .events = POLLOUT};
    pthread_mutex_unlock(&lock);
    polls[count] = (struct pollfd){.fd = wake[0], .events = POLLIN};
    if (poll(polls, (nfds_t)count + 1, -1) < 0) continue;
    char bytes[64];
    if (polls[count].revents && read(wake[0], bytes, sizeof bytes) < 0) continue;
    pthread_mutex_lock(&lock);
    look_after(polls, count);
    pthread_mutex_unlock(&lock);
  }
  return nothing;
}

void keeper_start(void) {
  pthread_t thread;
  signal(SIGPIPE, SIG_IGN);
  if (pipe2(wake, O_CLOEXEC | O_NONBLOCK) < 0) fail(EXIT_NOT_RUNNABLE, "no pipes");
  if (pthread_create(&thread, NULL, keep, NULL)) fail(EXIT_NOT_RUNNABLE, "cannot start processes");
}

/* Answers the end of a pipe from which this stream can be read without end; -1 where there are too many. */
int keeper_stream(struct stream stream) {
  int ends[2] = {-1, -1};
  pthread_mutex_lock(&lock);
  bool room = stream_count < MOST_STREAMS && pipe2(ends, O_CLOEXEC) == 0;
  if (room) {
    fcntl(ends[1], F_SETPIPE_SZ, PIPE_BYTES);
    fcntl(ends[1], F_SETFL, O_NONBLOCK);
    streams[stream_count].descriptor = ends[1];
    streams[stream_count++].stream = stream;
  }
  pthread_mutex_unlock(&lock);
  if (room && write(wake[1], "!", 1) < 0 && errno != EAGAIN) return -1;
  return ends[0];
}
