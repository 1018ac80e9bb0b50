/* The job's memory, as its tracer reads and writes it. */
#include "sandbox.h"

#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

#define PAGE 4096ULL
/* The header of the page is left, for who would look for one. */
#define SCRATCH_OFFSET 1024ULL

static bool slot_taken[SCRATCH_SLOTS];

bool peek(struct task *task, uint64_t from, void *to, size_t size) {
  struct iovec here = {to, size}, there = {(void *)from, size};
  return process_vm_readv(task->tid, &here, 1, &there, 1, 0) == (ssize_t)size;
}

bool poke(struct task *task, uint64_t to, const void *from, size_t size) {
  struct iovec here = {(void *)from, size}, there = {(void *)to, size};
  return process_vm_writev(task->tid, &here, 1, &there, 1, 0) == (ssize_t)size;
}

/* Reads a text of less than size bytes and answers its length; size where it is longer or cannot be read. */
size_t peek_text(struct task *task, uint64_t from, char *to, size_t size) {
  size_t have = 0;
  while (have < size) {
    size_t part = PAGE - (from + have) % PAGE;
    if (part > size - have) part = size - have;
    if (!peek(task, from + have, to + have, part)) return size;
    char *end = memchr(to + have, 0, part);
    if (end) return (size_t)(end - to);
    have += part;
  }
  return size;
}

/*
 * Puts bytes where the kernel finds them as an argument of the job's next call: into the vDSO, which
 * no program uses here, as below the stack may be another's memory. 0 where there is no room.
 */
uint64_t scratch_put(struct task *task, const void *bytes, size_t size) {
  if (!task->vdso || size > SCRATCH_SIZE) return 0;
  int slot = 0;
  while (slot < SCRATCH_SLOTS && slot_taken[slot]) slot++;
  if (slot == SCRATCH_SLOTS) return 0;
  uint64_t at = task->vdso + SCRATCH_OFFSET + (uint64_t)slot * SCRATCH_SIZE;
  for (size_t i = 0; i < size; i += sizeof(long)) {
    long word = 0;
    memcpy(&word, (const char *)bytes + i, size - i < sizeof word ? size - i : sizeof word);
    if (ptrace(PTRACE_POKEDATA, task->tid, at + i, word) < 0) return 0;
  }
  slot_taken[slot] = true;
  task->slot = slot;
  return at;
}

void scratch_free(struct task *task) {
  if (task->slot >= 0) slot_taken[task->slot] = false;
  task->slot = -1;
}
