/* Folders, listed by name whatever the file system's order, and numbers for files. */
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CHUNK 65536
#define FIRST_NUMBERS 1024

/* As the kernel writes them. */
struct entry {
  uint64_t inode;
  int64_t next;
  uint16_t size;
  uint8_t kind;
  char name[];
};

/* What a folder held when its listing began; it is read from there though the folder changes. */
struct listing {
  pid_t group;
  int descriptor;
  uint64_t count;
  struct entry **entries;
  char *bytes;
  struct listing *next;
};

static struct listing *listings;

static struct {
  uint64_t device, inode, number;
} *numbers;
static size_t number_room, number_count;

static size_t number_place(uint64_t device, uint64_t inode) {
  size_t place = mix(device * 31 + mix(inode)) & (number_room - 1);
  while (numbers[place].number && (numbers[place].device != device || numbers[place].inode != inode)) {
    place = (place + 1) & (number_room - 1);
  }
  return place;
}

static void make_room(void) {
  size_t old_room = number_room;
  typeof(numbers) old = numbers;
  number_room = old_room ? old_room * 2 : FIRST_NUMBERS;
  numbers = calloc(number_room, sizeof *numbers);
  if (!numbers) fail(EXIT_NOT_RUNNABLE, "no memory left for the sandbox");
  for (size_t i = 0; i < old_room; i++) {
    if (old[i].number) numbers[number_place(old[i].device, old[i].inode)] = old[i];
  }
  free(old);
}

/* Files are numbered in the order in which the job comes across them. */
uint64_t inode_number(uint64_t device, uint64_t inode) {
  if (2 * number_count >= number_room) make_room();
  size_t place = number_place(device, inode);
  if (!numbers[place].number) {
    numbers[place].device = device;
    numbers[place].inode = inode;
    numbers[place].number = ++number_count;
  }
  return numbers[place].number;
}

static void drop(struct listing **link) {
  struct listing *listing = *link;
  *link = listing->next;
  free(listing->entries);
  free(listing->bytes);
  free(listing);
}

static struct listing **find(pid_t group, int descriptor) {
  struct listing **link = &listings;
  while (*link && ((*link)->group != group || (*link)->descriptor != descriptor)) link = &(*link)->next;
  return link;
}

void forget_listings(pid_t group) {
  struct listing **link = &listings;
  while (*link) {
    if ((*link)->group == group) drop(link);
    else link = &(*link)->next;
  }
}

static bool is_dots(const char *name) { return !strcmp(name, ".") || !strcmp(name, ".."); }

static uint64_t rank(const char *name) {
  uint64_t hash = terms.order;
  for (; *name; name++) hash = mix(hash ^ (unsigned char)*name);
  return hash;
}

static int compare(const void *a, const void *b) {
  const char *left = (*(struct entry *const *)a)->name, *right = (*(struct entry *const *)b)->name;
  bool left_dots = is_dots(left), right_dots = is_dots(right);
  if (left_dots != right_dots) return left_dots ? -1 : 1;
  if (terms.order && !left_dots) {
    uint64_t l = rank(left), r = rank(right);
    return l < r ? -1 : l > r;
  }
  return strcmp(left, right);
}

static bool read_all(int folder, struct listing *listing) {
  size_t size = 0, room = CHUNK;
  listing->bytes = malloc(room);
  for (;;) {
    if (room - size < CHUNK / 2) {
      char *larger = realloc(listing->bytes, room *= 2);
      if (!larger) return false;
      listing->bytes = larger;
    }
    long part = syscall(SYS_getdents64, folder, listing->bytes + size, room - size);
    if (part < 0) return false;
    if (part == 0) break;
    size += (size_t)part;
  }
  for (size_t at = 0; at < size; listing->count++) at += ((struct entry *)(listing->bytes + at))->size;
  listing->entries = calloc(listing->count + 1, sizeof *listing->entries);
  if (!listing->entries) return false;
  struct stat own;
  uint64_t device = fstat(folder, &own) == 0 ? own.st_dev : 0;
  uint64_t i = 0;
  for (size_t at = 0; at < size; at += listing->entries[i++]->size) {
    listing->entries[i] = (struct entry *)(listing->bytes + at);
  }
  qsort(listing->entries, listing->count, sizeof *listing->entries, compare);
  for (i = 0; i < listing->count; i++) listing->entries[i]->inode = inode_number(device, listing->entries[i]->inode);
  return true;
}

static struct listing *begin(struct task *task, int descriptor) {
  char path[64];
  struct listing **old = find(task->group, descriptor);
  if (*old) drop(old);
  snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)task->tid, descriptor);
  int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return NULL;
  struct listing *listing = calloc(1, sizeof *listing);
  if (!listing) fail(EXIT_NOT_RUNNABLE, "no memory left for the sandbox");
  listing->group = task->group;
  listing->descriptor = descriptor;
  listing->next = listings;
  listings = listing;
  bool read = read_all(folder, listing);
  close(folder);
  if (!read) drop(&listings);
  return read ? listing : NULL;
}

/* How far the job has come in a folder: it may have gone back to the beginning by itself. */
static int64_t position(struct task *task, int descriptor) {
  char path[64], text[128];
  snprintf(path, sizeof path, "/proc/%d/fdinfo/%d", (int)task->tid, descriptor);
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return -1;
  ssize_t size = read(file, text, sizeof text - 1);
  close(file);
  if (size <= 0) return -1;
  text[size] = 0;
  long long at;
  return sscanf(text, "pos: %lld", &at) == 1 ? at : -1;
}

static void moved(struct task *task, struct user_regs_struct *regs) {
  if ((int64_t)regs->rax >= 0) regs->rax = task->answer;
}

bool list_folder(struct task *task, struct user_regs_struct *regs) {
  static char bytes[CHUNK];
  int descriptor = (int)regs->rdi;
  int64_t from = position(task, descriptor);
  if (from < 0) return false;
  struct listing *listing = from == 0 ? NULL : *find(task->group, descriptor);
  if (!listing) listing = begin(task, descriptor);
  if (!listing) return false;
  size_t room = regs->rdx < sizeof bytes ? regs->rdx : sizeof bytes, size = 0;
  uint64_t i = (uint64_t)from;
  for (; i < listing->count && size + listing->entries[i]->size <= room; i++) {
    struct entry *entry = listing->entries[i];
    entry->next = (int64_t)i + 1;
    memcpy(bytes + size, entry, entry->size);
    size += entry->size;
  }
  if (size == 0) {
    answer(task, regs, i < listing->count ? -EINVAL : 0);
    return true;
  }
  if (!poke(task, regs->rsi, bytes, size)) {
    answer(task, regs, -EFAULT);
    return true;
  }
  task->answer = size;
  regs->orig_rax = SYS_lseek;
  regs->rsi = i;
  regs->rdx = SEEK_SET;
  let(task, regs, moved);
  return true;
}
