/*
 * The scribe takes what the job writes to its standard output and error, and passes it on to the
 * engine: all of it up to a bound, and of what comes then now and again the last part. So a job that
 * writes without end keeps busy nobody but itself.
 */
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#define WHOLE_BYTES (1U << 20)
#define LAST_BYTES (1U << 14)
#define PAUSE_MILLIS 1000
#define PIPE_PAGES 16

static int from;
static int stop[2];
static pthread_t scribe;
static char last[LAST_BYTES];
static size_t last_at;  /* where the next byte goes */
static size_t last_size;
static size_t passed;

static void pass(const char *bytes, size_t size) {
  while (size > 0) {
    ssize_t written = write(STDERR_FILENO, bytes, size);
    if (written < 0 && errno != EINTR) return;
    if (written < 0) continue;
    bytes += written;
    size -= (size_t)written;
  }
}

static void keep_last(const char *bytes, size_t size) {
  for (size_t i = size > LAST_BYTES ? size - LAST_BYTES : 0; i < size; i++) {
    last[last_at] = bytes[i];
    last_at = (last_at + 1) % LAST_BYTES;
    if (last_size < LAST_BYTES) last_size++;
  }
}

static void pass_last(void) {
  size_t begin = (last_at + LAST_BYTES - last_size) % LAST_BYTES;
  size_t until_end = LAST_BYTES - begin < last_size ? LAST_BYTES - begin : last_size;
  pass(last + begin, until_end);
  pass(last, last_size - until_end);
  last_size = 0;
}

/* False once there is nothing to be read. */
static bool take(void) {
  static char bytes[1 << 16];
  ssize_t size = read(from, bytes, sizeof bytes);
  if (size <= 0) return false;
  size_t whole = passed + (size_t)size <= WHOLE_BYTES ? (size_t)size : WHOLE_BYTES - passed;
  pass(bytes, whole);
  passed += whole;
  keep_last(bytes + whole, (size_t)size - whole);
  return true;
}

static void *write_down(void *nothing) {
  bool ending = false;
  while (!ending) {
    struct pollfd polls[] = {{.fd = from, .events = POLLIN}, {.fd = stop[0], .events = POLLIN}};
    int ready = poll(polls, 2, last_size ? PAUSE_MILLIS : -1);
    /* No more than the pipe holds at a time, so that a flood cannot keep what is kept from being passed on. */
    if (ready < 0 && errno != EINTR) break;
    if (ready > 0 && polls[0].revents) take();
    else if (ready == 0) pass_last();
    ending = ready > 0 && polls[1].revents;
  }
  /* Others of the job may write on for ever: what a pipe holds was there when the job ended. */
  for (int i = 0; i < PIPE_PAGES && take(); i++) {
  }
  pass_last();
  return nothing;
}

/* Answers the descriptor for the job to write to. */
int scribe_start(void) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) < 0 || pipe2(stop, O_CLOEXEC) < 0) fail(EXIT_NOT_RUNNABLE, "no pipes");
  from = ends[0];
  fcntl(from, F_SETFL, O_NONBLOCK);
  if (pthread_create(&scribe, NULL, write_down, NULL)) fail(EXIT_NOT_RUNNABLE, "cannot start processes");
  return ends[1];
}

void scribe_end(void) {
  if (write(stop[1], "!", 1) == 1) pthread_join(scribe, NULL);
}
