/*
 * The deterministic sandbox: the first process of a container, which starts the job as its child,
 * traces it, and answers by itself the few system calls that would tell one machine, or one moment,
 * from another. All other calls go to the kernel untouched.
 *
 * Only what docs/sandbox.md promises is done here; why by tracing, docs/decisions/011 says.
 */
#ifndef SANDBOX_H
#define SANDBOX_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/user.h>

#define NANOS 1000000000ULL
/* By so much does asking for the time advance it: about what asking costs, so waiting by asking ends. */
#define CLOCK_STEP 10000ULL
/*
 * The questions for CPU time pass twice as much each, so that who measures itself finds itself slow
 * in the end: up to 1.3 s for who asks a few times, as programs that double their work until it
 * takes long do, and 0.16 s for who goes on asking, as programs that keep to a limit do.
 */
#define DOUBLINGS 17
#define FEW_QUESTIONS 24
#define LASTING_DOUBLINGS 14
/* The monotonic clocks at the job's start. */
#define UPTIME (1000ULL * NANOS)
/* The engine's own start-up takes some of the first process ids, not always as many: 97 is the keeper, 98 the scribe. */
#define FIRST_OWN_PID 97
/* The shelf's; the job starts as the next. */
#define SHELF_PID 99
#define MASK_WORDS 16
#define SCRATCH_SIZE 256
#define SCRATCH_SLOTS 12

/* Exit codes of a shell for the same. */
#define EXIT_NOT_RUNNABLE 126
#define EXIT_NOT_FOUND 127

/* What is the same for the whole job. */
struct terms {
  uint64_t start;  /* the wall clock at the start, seconds */
  uint64_t seed;   /* of everything random */
  uint64_t memory; /* bytes of memory that the machine seems to have */
  uint64_t order;  /* 0: folders are listed by name; else shuffled by this */
  uint64_t unrest; /* 0: threads run as the kernel has it; else each at a pace and a place drawn from this */
  int cpus;
  bool fixed_layout; /* of addresses */
  const char *folder; /* where the job begins */
};

extern struct terms terms;

/* A stream of random bytes that depends on nothing but its place in the tree of processes. */
struct stream {
  uint64_t key;
  uint64_t counter;
};

/* Something to be done when a system call that was let through returns. */
struct task;
typedef void (*on_return)(struct task *, struct user_regs_struct *);

/* One thread of the job. */
struct task {
  pid_t tid;
  pid_t group;
  uint64_t clock; /* nanoseconds since the job's start, as this thread sees them */
  uint64_t born;
  unsigned cpu_questions; /* how often it asked for the CPU time used */
  struct stream stream;
  uint64_t children;
  uint64_t vdso; /* where the page is that serves as scratch; 0 for none */
  uint64_t mask[MASK_WORDS];
  on_return then;
  struct user_regs_struct asked; /* the registers as the job had set them */
  uint64_t span;                 /* a time-out being waited for, nanoseconds */
  int slot;                      /* of scratch; -1 for none */
  int held;                      /* a descriptor to be closed on return; -1 for none */
  uint64_t answer;               /* prepared for the return */
  bool known;                    /* its parent's event has come */
  bool stopped;                  /* its own first stop has come */
  struct task *next;
};

/* main.c */
_Noreturn void fail(int code, const char *format, ...);

/* filter.c */
void install_filter(void);

/* random.c */
uint64_t mix(uint64_t x);
void stream_bytes(struct stream *stream, void *bytes, size_t size);
struct stream stream_child(struct stream *parent, uint64_t number);
void keeper_start(void);
int keeper_stream(struct stream stream);

/* shelf.c */
void shelf_start(void);
/* Refuses to go on once the shelf has been killed. */
void shelf_check(pid_t ended);

/* scribe.c */
int scribe_start(void);
void scribe_end(void);

/* clockless.c */
/* Takes the kernel's clock out of a program that is about to begin; false where it has ended meanwhile. */
bool take_clock_page(struct task *task);

/* memory.c */
bool peek(struct task *task, uint64_t from, void *to, size_t size);
bool poke(struct task *task, uint64_t to, const void *from, size_t size);
size_t peek_text(struct task *task, uint64_t from, char *to, size_t size);
uint64_t scratch_put(struct task *task, const void *bytes, size_t size);
void scratch_free(struct task *task);

/* tasks.c */
struct task *task_find(pid_t tid);
struct task *task_add(pid_t tid);
void task_remove(struct task *task);
void task_inherit(struct task *task, struct task *parent, bool thread);
void clock_remember(pid_t group, uint64_t clock);
uint64_t clock_of_ended(pid_t group);

/* tracer.c */
_Noreturn void trace(pid_t job);
/* A thread is no more. */
void thread_ended(pid_t tid, int status);
/* Ends the call here, with this answer. */
void answer(struct task *task, struct user_regs_struct *regs, int64_t result);
/* Lets the call go to the kernel as it now is, and comes back when it returns. */
void let(struct task *task, struct user_regs_struct *regs, on_return then);

/* calls.c */
bool call(struct task *task, struct user_regs_struct *regs);
void started(struct task *task, struct user_regs_struct *regs);
bool counter_read(struct task *task, struct user_regs_struct *regs);

/* clock.c */
uint64_t clock_query(struct task *task);
bool clock_call(struct task *task, struct user_regs_struct *regs);

/* files.c */
bool file_call(struct task *task, struct user_regs_struct *regs);
/* listing.c */
bool list_folder(struct task *task, struct user_regs_struct *regs);
void forget_listings(pid_t group);
uint64_t inode_number(uint64_t device, uint64_t inode);

#endif
