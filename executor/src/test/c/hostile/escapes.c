/* Tries the ways out of a container: namespaces, mounts, devices, the kernel's own files, other processes, keys. */
#include "hostile.h"

#include <linux/keyctl.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>

static void namespaces(void) {
  static const int kinds[] = {CLONE_NEWUSER, CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWNET, CLONE_NEWUTS,
                              CLONE_NEWIPC, CLONE_NEWCGROUP, 0x80, CLONE_NEWUSER | CLONE_NEWNS};
  for (unsigned i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    must_fail("unshare", syscall(SYS_unshare, kinds[i]));
    if (kinds[i] == 0x80) continue; /* To clone this is a signal. */
    long child = syscall(SYS_clone, kinds[i] | SIGCHLD, 0, 0, 0, 0);
    if (child == 0) _exit(0);
    must_fail("clone into a namespace", child);
  }
  static const char *names[] = {"user", "mnt", "pid", "net", "uts", "ipc", "cgroup", "time"};
  char path[64];
  for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
    snprintf(path, sizeof path, "/proc/1/ns/%s", names[i]);
    must_fail("the first process's namespace", open(path, O_RDONLY));
    snprintf(path, sizeof path, "/proc/self/ns/%s", names[i]);
    int own = open(path, O_RDONLY);
    if (own >= 0) must_fail("setns", syscall(SYS_setns, own, 0));
  }
}

static void mounts(void) {
  must_fail("mount of memory", mount("none", "/tmp", "tmpfs", 0, ""));
  must_fail("mount of processes", mount("none", "/tmp", "proc", 0, ""));
  must_fail("bind mount", mount("/proc", "/tmp", "", MS_BIND, ""));
  must_fail("remount", mount("", "/", "", MS_REMOUNT | MS_BIND, ""));
  must_fail("umount", umount2("/proc/cpuinfo", MNT_DETACH));
  must_fail("umount of all", umount2("/", MNT_DETACH));
  must_fail("pivot_root", syscall(SYS_pivot_root, "/tmp", "/tmp"));
  must_fail("fsopen", syscall(SYS_fsopen, "tmpfs", 0));
  must_fail("open_tree", syscall(SYS_open_tree, -100, "/", 1));
  must_fail("move_mount", syscall(SYS_move_mount, -100, "/tmp", -100, "/out", 0));
  must_fail("chroot", chroot("/tmp"));
  /* The classic: a root below one's own folder, then up. */
  int here = open("/", O_RDONLY | O_DIRECTORY);
  mkdir("/tmp/below", 0700);
  if (chroot("/tmp/below") == 0 && fchdir(here) == 0) puts("ESCAPED by a root below");
  char handle[64] = {8};
  must_fail("open_by_handle_at", syscall(SYS_open_by_handle_at, here, handle, O_RDONLY));
}

static void devices(void) {
  static const unsigned kinds[][2] = {{1, 1}, {1, 2}, {1, 4}, {8, 0}, {254, 0}, {10, 130}, {10, 200}, {7, 0}};
  char path[64];
  for (unsigned i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    for (unsigned block = 0; block < 2; block++) {
      snprintf(path, sizeof path, "/tmp/device-%u-%u", i, block);
      must_fail("mknod", mknod(path, (block ? S_IFBLK : S_IFCHR) | 0666, makedev(kinds[i][0], kinds[i][1])));
    }
  }
  static const char *names[] = {"/dev/mem", "/dev/kmem", "/dev/port", "/dev/kmsg", "/dev/sda", "/dev/vda", "/dev/loop0",
                                "/dev/fuse", "/dev/kvm", "/dev/net/tun", "/dev/watchdog", "/dev/loop-control",
                                "/image-device"};
  for (unsigned i = 0; i < sizeof names / sizeof *names; i++) must_fail(names[i], open(names[i], O_RDONLY));
}

static void kernel_files(void) {
  static const char *written[] = {
      "/proc/sys/kernel/core_pattern", "/proc/sys/kernel/hostname", "/proc/sys/kernel/modprobe", "/proc/sys/vm/drop_caches",
      "/proc/sys/vm/overcommit_memory", "/proc/sys/fs/file-max", "/proc/sysrq-trigger", "/proc/irq/default_smp_affinity",
      "/proc/bus/pci/00", "/proc/1/oom_score_adj", "/proc/1/mem", "/proc/1/comm",
      "/sys/kernel/uevent_helper", "/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/release_agent",
      "/sys/fs/cgroup/memory/cgroup.procs", "/sys/power/state", "/sys/kernel/mm/transparent_hugepage/enabled",
      "/proc/cpuinfo", "/proc/meminfo", "/.modicum/sandbox", "/.modicum/face/proc/version", "/etc/hosts", "/etc/resolv.conf",
      "/etc/passwd", "/bin/busybox"};
  static const char *read[] = {"/proc/kcore", "/proc/kmsg", "/proc/1/environ", "/proc/1/maps", "/proc/1/root/etc/passwd",
                               "/proc/1/cwd/etc", "/proc/1/fd/0", "/proc/1/fdinfo/0", "/proc/97/mem", "/proc/98/mem",
                               "/proc/1/task/1/mem", "/sys/firmware/dmi", "/sys/kernel/debug", "/sys/kernel/security",
                               "/proc/acpi/wakeup"};
  for (unsigned i = 0; i < sizeof written / sizeof *written; i++) must_fail(written[i], open(written[i], O_WRONLY));
  for (unsigned i = 0; i < sizeof read / sizeof *read; i++) must_fail(read[i], open(read[i], O_RDONLY));
  int map = open("/proc/self/uid_map", O_WRONLY);
  if (map >= 0) must_fail("mapping users", write(map, "0 0 1", 5));
  int score = open("/proc/self/oom_score_adj", O_WRONLY);
  if (score >= 0) must_fail("hiding from the killer", write(score, "-1000", 5) == 5 ? 5 : -1);
  char bytes[64] = {0};
  int keys = open("/proc/keys", O_RDONLY);
  if (keys >= 0 && (int)pread(keys, bytes, 63, 0) > 0) printf("ESCAPED by /proc/keys: %s\n", bytes);
}

static void other_processes(void) {
  pid_t sibling = fork();
  if (sibling == 0) {
    for (;;) pause();
  }
  must_fail("tracing the first process", ptrace(PTRACE_ATTACH, 1, 0, 0));
  must_fail("tracing the shelf", ptrace(PTRACE_SEIZE, 99, 0, 0));
  must_fail("tracing a sibling", ptrace(PTRACE_ATTACH, sibling, 0, 0));
  must_fail("being traced", ptrace(PTRACE_TRACEME, 0, 0, 0));
  char bytes[8] = {0};
  struct iovec here = {bytes, sizeof bytes}, there = {(void *)0x400000, sizeof bytes};
  must_fail("reading the first process", process_vm_readv(1, &here, 1, &there, 1, 0));
  must_fail("writing the first process", process_vm_writev(1, &here, 1, &there, 1, 0));
  long handle = syscall(SYS_pidfd_open, 1, 0);
  must_fail("taking the first process's files", syscall(SYS_pidfd_getfd, handle, 0, 0));
  must_fail("comparing with the first process", syscall(SYS_kcmp, 1, getpid(), 0, 0, 0));
  kill(sibling, SIGKILL);
  waitpid(sibling, NULL, 0);
  must_be_supervised("the parent of a sibling");
}

static void calls(void) {
  static const struct {
    const char *name;
    long number;
  } refused[] = {{"keyctl", SYS_keyctl}, {"bpf", SYS_bpf}, {"perf_event_open", SYS_perf_event_open},
                 {"userfaultfd", SYS_userfaultfd}, {"kexec_load", SYS_kexec_load}, {"init_module", SYS_init_module},
                 {"finit_module", SYS_finit_module}, {"delete_module", SYS_delete_module}, {"reboot", SYS_reboot},
                 {"swapon", SYS_swapon}, {"swapoff", SYS_swapoff}, {"sethostname", SYS_sethostname},
                 {"setdomainname", SYS_setdomainname}, {"settimeofday", SYS_settimeofday},
                 {"clock_settime", SYS_clock_settime}, {"adjtimex", SYS_adjtimex}, {"iopl", SYS_iopl}, {"ioperm", SYS_ioperm},
                 {"quotactl", SYS_quotactl}, {"acct", SYS_acct}, {"syslog", SYS_syslog}, {"vhangup", SYS_vhangup},
                 {"fanotify_init", SYS_fanotify_init}, {"io_uring_setup", SYS_io_uring_setup}, {"io_setup", SYS_io_setup},
                 {"mq_open", SYS_mq_open}, {"migrate_pages", SYS_migrate_pages}, {"move_pages", SYS_move_pages},
                 {"mbind", SYS_mbind}, {"set_mempolicy", SYS_set_mempolicy}, {"clone3", SYS_clone3}};
  for (unsigned i = 0; i < sizeof refused / sizeof *refused; i++) {
    must_fail(refused[i].name, syscall(refused[i].number, 3, 0, 0, 0, 0));
  }
  must_fail("a key", syscall(SYS_add_key, "user", "modicum", "x", 1, KEY_SPEC_SESSION_KEYRING));
  must_fail("another's key", syscall(SYS_request_key, "user", "modicum", 0, KEY_SPEC_SESSION_KEYRING));
  must_fail("a session's keys", syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, "modicum"));
  must_fail("another user", setuid(0));
  must_fail("another group", setgid(0));
  if (geteuid() == 0 || getegid() == 0) puts("ESCAPED by a set-user-id program");
}

int main(void) {
  namespaces();
  mounts();
  devices();
  kernel_files();
  other_processes();
  calls();
  for (int file = 3; file < 64; file++) {
    /* What the engine or the sandbox left open would be a door. The list of this test's own is short. */
    char path[64], target[256] = {0};
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    if (readlink(path, target, sizeof target - 1) > 0 && strncmp(target, "/proc/", 6) && strcmp(target, "/") &&
        !strstr(target, "anon_inode") && !strstr(target, ":[")) {
      printf("ESCAPED by an open file: %s\n", target);
    }
  }
  return done();
}
