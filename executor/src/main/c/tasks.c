/* The job's threads, and the clocks of processes that have ended. */
#include "sandbox.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BUCKETS 1024
#define REMEMBERED 4096

static struct task *buckets[BUCKETS];
static struct {
  pid_t group;
  uint64_t clock;
} ended[REMEMBERED];

struct task *task_find(pid_t tid) {
  struct task *task = buckets[(unsigned)tid % BUCKETS];
  while (task && task->tid != tid) task = task->next;
  return task;
}

struct task *task_add(pid_t tid) {
  struct task *task = calloc(1, sizeof *task);
  if (!task) fail(EXIT_NOT_RUNNABLE, "no memory left for the sandbox");
  task->tid = task->group = tid;
  task->slot = task->held = -1;
  task->next = buckets[(unsigned)tid % BUCKETS];
  buckets[(unsigned)tid % BUCKETS] = task;
  return task;
}

void task_remove(struct task *task) {
  struct task **link = &buckets[(unsigned)task->tid % BUCKETS];
  while (*link != task) link = &(*link)->next;
  *link = task->next;
  scratch_free(task);
  if (task->held >= 0) close(task->held);
  free(task);
}

/* A child goes on from where its parent was, with random numbers of its own. */
void task_inherit(struct task *task, struct task *parent, bool thread) {
  task->group = thread ? parent->group : task->tid;
  task->clock = parent->clock;
  task->born = thread ? parent->born : parent->clock;
  task->stream = stream_child(&parent->stream, ++parent->children);
  task->vdso = parent->vdso;
  memcpy(task->mask, parent->mask, sizeof task->mask);
  task->known = true;
}

void clock_remember(pid_t group, uint64_t clock) {
  ended[(unsigned)group % REMEMBERED].group = group;
  ended[(unsigned)group % REMEMBERED].clock = clock;
}

/* 0 where it is not known (any more). */
uint64_t clock_of_ended(pid_t group) {
  unsigned place = (unsigned)group % REMEMBERED;
  return ended[place].group == group ? ended[place].clock : 0;
}
