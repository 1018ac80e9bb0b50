/* Files: their times and numbers, and those that tell of the machine. */
#include "sandbox.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#define FACE "/.modicum/face"
#define BLOCK 4096
#define SECTOR 512
#define FOLDER_SIZE 4096
#define KIND 0170000
#define FOLDER 0040000
#define PROC_MAGIC 0x9fa0
#define FILE_SYSTEM_MAGIC 0x794c7630
#define DISK_BLOCKS (1ULL << 22)
#define DISK_ENTRIES (1ULL << 20)
#define LONGEST_NAME 128

/* No file is younger than the start of the job: what it writes shows that moment. */
static uint64_t shown_time(uint64_t seconds, uint64_t *nanos) {
  if ((int64_t)seconds < 0 || seconds < terms.start) return seconds;
  *nanos = 0;
  return terms.start;
}

static uint64_t blocks_of(uint64_t size) { return (size + SECTOR - 1) / SECTOR; }

static void rewrite_stat(struct task *task, struct user_regs_struct *regs, uint64_t at) {
  struct stat file;
  if (regs->rax != 0 || !peek(task, at, &file, sizeof file)) return;
  uint64_t nanos = (uint64_t)file.st_mtim.tv_nsec;
  file.st_mtim.tv_sec = (time_t)shown_time((uint64_t)file.st_mtim.tv_sec, &nanos);
  file.st_mtim.tv_nsec = (long)nanos;
  file.st_atim = file.st_ctim = file.st_mtim;
  file.st_ino = inode_number(file.st_dev, file.st_ino);
  file.st_dev = 1;
  file.st_blksize = BLOCK;
  if ((file.st_mode & KIND) == FOLDER) {
    file.st_size = FOLDER_SIZE;
    file.st_nlink = 1;
  }
  file.st_blocks = (long)blocks_of((uint64_t)file.st_size);
  poke(task, at, &file, sizeof file);
}

static void stat_returned(struct task *task, struct user_regs_struct *regs) { rewrite_stat(task, regs, regs->rsi); }
static void statat_returned(struct task *task, struct user_regs_struct *regs) { rewrite_stat(task, regs, regs->rdx); }

static void statx_returned(struct task *task, struct user_regs_struct *regs) {
  struct statx file;
  if (regs->rax != 0 || !peek(task, regs->r8, &file, sizeof file)) return;
  uint64_t nanos = file.stx_mtime.tv_nsec;
  struct statx_timestamp time = {.tv_sec = (int64_t)shown_time((uint64_t)file.stx_mtime.tv_sec, &nanos)};
  time.tv_nsec = (uint32_t)nanos;
  struct statx shown = {.stx_mask = STATX_BASIC_STATS,
                        .stx_blksize = BLOCK,
                        .stx_nlink = file.stx_nlink,
                        .stx_uid = file.stx_uid,
                        .stx_gid = file.stx_gid,
                        .stx_mode = file.stx_mode,
                        .stx_size = file.stx_size,
                        .stx_atime = time,
                        .stx_ctime = time,
                        .stx_mtime = time,
                        .stx_rdev_major = file.stx_rdev_major,
                        .stx_rdev_minor = file.stx_rdev_minor,
                        .stx_dev_major = 0,
                        .stx_dev_minor = 1};
  /* As the other calls number it: their device is the same two numbers, put together. */
  uint64_t device = (file.stx_dev_minor & 0xff) | (uint64_t)file.stx_dev_major << 8 |
                    (uint64_t)(file.stx_dev_minor & ~0xffU) << 12;
  shown.stx_ino = inode_number(device, file.stx_ino);
  if ((file.stx_mode & KIND) == FOLDER) {
    shown.stx_size = FOLDER_SIZE;
    shown.stx_nlink = 1;
  }
  shown.stx_blocks = blocks_of(shown.stx_size);
  poke(task, regs->r8, &shown, sizeof shown);
}

static void statfs_returned(struct task *task, struct user_regs_struct *regs) {
  struct statfs disk;
  if (regs->rax != 0 || !peek(task, regs->rsi, &disk, sizeof disk)) return;
  if (disk.f_type != PROC_MAGIC) disk.f_type = FILE_SYSTEM_MAGIC;
  disk.f_bsize = disk.f_frsize = BLOCK;
  disk.f_blocks = DISK_BLOCKS;
  disk.f_bfree = disk.f_bavail = DISK_BLOCKS / 2;
  disk.f_files = DISK_ENTRIES;
  disk.f_ffree = DISK_ENTRIES / 2;
  disk.f_namelen = 255;
  disk.f_flags = 0;
  memset(&disk.f_fsid, 0, sizeof disk.f_fsid);
  poke(task, regs->rsi, &disk, sizeof disk);
}

/* Has the job open another file in place of the one it names; how it opens it stays its own choice. */
static void open_instead(struct task *task, struct user_regs_struct *regs, const char *path, on_return then) {
  uint64_t place = scratch_put(task, path, strlen(path) + 1);
  if (place) {
    if (regs->orig_rax == SYS_open) regs->rdi = place;
    else regs->rsi = place;
  }
  let(task, regs, then);
}

/* What was held open for the job is closed when the call has returned. */
static void opened(struct task *task, struct user_regs_struct *regs) {
  (void)task;
  (void)regs;
}

static void open_held(struct task *task, struct user_regs_struct *regs, int descriptor) {
  char path[64];
  task->held = descriptor;
  snprintf(path, sizeof path, "/proc/%d/fd/%d", SHELF_PID, descriptor);
  open_instead(task, regs, path, opened);
}

/* The machine's own file must not be what is opened instead. */
static bool refuse_for_now(struct task *task, struct user_regs_struct *regs) {
  answer(task, regs, -EMFILE);
  return true;
}

static bool open_text(struct task *task, struct user_regs_struct *regs, const char *text) {
  int file = memfd_create("file", MFD_CLOEXEC);
  if (file < 0) return refuse_for_now(task, regs);
  if (write(file, text, strlen(text)) < 0) {
    close(file);
    return refuse_for_now(task, regs);
  }
  open_held(task, regs, file);
  return true;
}

static bool open_random(struct task *task, struct user_regs_struct *regs) {
  struct stream stream = stream_child(&task->stream, mix(++task->stream.counter));
  int file = keeper_stream(stream);
  if (file < 0) return refuse_for_now(task, regs);
  open_held(task, regs, file);
  return true;
}

static bool open_unique_name(struct task *task, struct user_regs_struct *regs) {
  uint8_t b[16];
  char text[64];
  stream_bytes(&task->stream, b, sizeof b);
  b[6] = (uint8_t)((b[6] & 0x0f) | 0x40);
  b[8] = (uint8_t)((b[8] & 0x3f) | 0x80);
  snprintf(text, sizeof text, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x\n", b[0], b[1], b[2],
           b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
  return open_text(task, regs, text);
}

/* A process's own line of figures: those of time and memory, from the tenth on, are the machine's. */
static bool open_process_stat(struct task *task, struct user_regs_struct *regs, const char *path) {
  char real[64], text[1024], shown[2048];
  const char *who = path + strlen("/proc/");
  if (!strncmp(who, "self/", 5)) snprintf(real, sizeof real, "/proc/%d/stat", (int)task->group);
  else snprintf(real, sizeof real, "%.60s", path);
  int file = open(real, O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  ssize_t size = read(file, text, sizeof text - 1);
  close(file);
  if (size <= 0) return false;
  text[size] = 0;
  char *rest = strrchr(text, ')');
  if (!rest) return false;
  size_t length = (size_t)(rest - text) + 1;
  /* Parent, group and session are the job's own; the terminal is none. */
  long parent = 0, group = 0, session = 0;
  sscanf(rest + 1, " %*c %ld %ld %ld", &parent, &group, &session);
  memcpy(shown, text, length);
  uint64_t tick = clock_query(task) / (NANOS / 100);
  snprintf(shown + length, sizeof shown - length,
           " R %ld %ld %ld 0 -1 0 0 0 0 0 %llu 0 0 0 20 0 1 0 %llu 10485760 2560 18446744073709551615 0 0 0 0 0 0 0 0 0 0 0 0 17 0 0 0 0 0 0 0 0 0 "
           "0 0 0 0 0\n",
           parent, group, session, (unsigned long long)tick, (unsigned long long)(UPTIME / (NANOS / 100)));
  return open_text(task, regs, shown);
}

static bool is_process_stat(const char *path) {
  const char *at = path + strlen("/proc/");
  if (!strncmp(at, "self/", 5)) return !strcmp(at + 5, "stat");
  if (!isdigit((unsigned char)*at)) return false;
  while (isdigit((unsigned char)*at)) at++;
  return !strcmp(at, "/stat");
}

/* What stands in the face that the engine has mounted is shown in place of the kernel's. */
static bool open_face(struct task *task, struct user_regs_struct *regs, const char *path) {
  char face[LONGEST_NAME + sizeof FACE];
  if (strstr(path, "..")) return false;
  snprintf(face, sizeof face, FACE "%s", path);
  struct statx file;
  if (syscall(SYS_statx, AT_FDCWD, face, 0, STATX_TYPE, &file) < 0 || (file.stx_mode & KIND) == FOLDER) return false;
  open_instead(task, regs, face, opened);
  return true;
}

static bool open_path(struct task *task, struct user_regs_struct *regs, uint64_t at) {
  char path[LONGEST_NAME] = {0};
  /* Most are none of these, and one look at their beginning says so. */
  if (!peek(task, at, path, 6) || (memcmp(path, "/proc/", 6) && memcmp(path, "/dev/", 5) && memcmp(path, "/etc/m", 6))) {
    return false;
  }
  if (peek_text(task, at, path, sizeof path) == sizeof path) return false;
  if (!strcmp(path, "/dev/urandom") || !strcmp(path, "/dev/random")) return open_random(task, regs);
  if (!strcmp(path, "/etc/mtab")) return open_face(task, regs, "/proc/self/mounts");
  if (strncmp(path, "/proc/", 6)) return false;
  if (!strcmp(path, "/proc/sys/kernel/random/uuid")) return open_unique_name(task, regs);
  return is_process_stat(path) ? open_process_stat(task, regs, path) : open_face(task, regs, path);
}

bool file_call(struct task *task, struct user_regs_struct *regs) {
  switch (regs->orig_rax) {
    case SYS_open: return open_path(task, regs, regs->rdi);
    case SYS_openat: return open_path(task, regs, regs->rsi);
    case SYS_stat:
    case SYS_fstat:
    case SYS_lstat: let(task, regs, stat_returned); return true;
    case SYS_newfstatat: let(task, regs, statat_returned); return true;
    case SYS_statx: let(task, regs, statx_returned); return true;
    case SYS_statfs:
    case SYS_fstatfs: let(task, regs, statfs_returned); return true;
    case SYS_getdents64: return list_folder(task, regs);
    default: return false;
  }
}
