// Counts the calls that touch files, connections and other programs, over all threads of a program, and kills it just before one of them.
// strace counts for each thread of its own, and a reset writes with several: only a common count has a point for every call.
//
//   LD_PRELOAD=killer.so KILLER_BEGIN=TEXT KILLER_AT=N program   dies at the Nth call after the first open of a path that holds TEXT
//   … KILLER_COUNT=FILE program                                  lives, and says in FILE how many there were
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

static atomic_int counting, count;
static const char *begin;
static int limit = -1;

__attribute__((constructor)) static void prepare(void) {
  // What the program starts is not counted. What starts the program (env, or Perl) becomes it.
  char self[4096];
  ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
  self[length > 0 ? length : 0] = 0;
  if (!strstr(self, "/perl") && !strstr(self, "/env")) unsetenv("LD_PRELOAD");
  begin = getenv("KILLER_BEGIN");
  const char *at = getenv("KILLER_AT");
  if (at) limit = atoi(at);
}

__attribute__((destructor)) static void report(void) {
  const char *path = getenv("KILLER_COUNT");
  if (!path) return;
  atomic_store(&counting, 0);
  FILE *file = fopen(path, "w");
  if (file) { fprintf(file, "%d", atomic_load(&count)); fclose(file); }
}

static void pass(void) {
  if (atomic_load(&counting) && atomic_fetch_add(&count, 1) + 1 == limit) kill(getpid(), SIGKILL);
}

static void pass_open(const char *path) {
  if (!atomic_load(&counting) && begin && strstr(path, begin)) atomic_store(&counting, 1);
  pass();
}

#define NEXT(name) static __typeof__(name) *next; if (!next) next = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)
#define OPEN(name) int name(const char *path, int flags, ...) { NEXT(name); va_list more; va_start(more, flags); mode_t mode = va_arg(more, mode_t); va_end(more); pass_open(path); return next(path, flags, mode); }
OPEN(open)
OPEN(open64)
int close(int file) { NEXT(close); pass(); return next(file); }
int flock(int file, int operation) { NEXT(flock); pass(); return next(file, operation); }
int fsync(int file) { NEXT(fsync); pass(); return next(file); }
int rename(const char *from, const char *to) { NEXT(rename); pass(); return next(from, to); }
int renameat(int one, const char *from, int two, const char *to) { NEXT(renameat); pass(); return next(one, from, two, to); }
int unlinkat(int directory, const char *path, int flags) { NEXT(unlinkat); pass(); return next(directory, path, flags); }
int unlink(const char *path) { NEXT(unlink); pass(); return next(path); }
int mkdir(const char *path, mode_t mode) { NEXT(mkdir); pass(); return next(path, mode); }
int fchmod(int file, mode_t mode) { NEXT(fchmod); pass(); return next(file, mode); }
int ftruncate(int file, off_t length) { NEXT(ftruncate); pass(); return next(file, length); }
int ftruncate64(int file, off64_t length) { NEXT(ftruncate64); pass(); return next(file, length); }
ssize_t write(int file, const void *bytes, size_t length) { NEXT(write); pass(); return next(file, bytes, length); }
ssize_t pwrite(int file, const void *bytes, size_t length, off_t at) { NEXT(pwrite); pass(); return next(file, bytes, length, at); }
ssize_t pwrite64(int file, const void *bytes, size_t length, off64_t at) { NEXT(pwrite64); pass(); return next(file, bytes, length, at); }
ssize_t pread(int file, void *bytes, size_t length, off_t at) { NEXT(pread); pass(); return next(file, bytes, length, at); }
ssize_t pread64(int file, void *bytes, size_t length, off64_t at) { NEXT(pread64); pass(); return next(file, bytes, length, at); }
int statx(int directory, const char *path, int flags, unsigned fields, struct statx *status) { NEXT(statx); pass(); return next(directory, path, flags, fields, status); }
int connect(int file, __CONST_SOCKADDR_ARG to, socklen_t length) { NEXT(connect); pass(); return next(file, to, length); }
ssize_t send(int file, const void *bytes, size_t length, int flags) { NEXT(send); pass(); return next(file, bytes, length, flags); }
ssize_t sendmsg(int file, const struct msghdr *message, int flags) { NEXT(sendmsg); pass(); return next(file, message, flags); }
ssize_t recv(int file, void *bytes, size_t length, int flags) { NEXT(recv); pass(); return next(file, bytes, length, flags); }
ssize_t recvmsg(int file, struct msghdr *message, int flags) { NEXT(recvmsg); pass(); return next(file, message, flags); }
int posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *attributes, char *const arguments[], char *const environment[]) { NEXT(posix_spawn); pass(); return next(pid, path, actions, attributes, arguments, environment); }
pid_t waitpid(pid_t pid, int *status, int options) { NEXT(waitpid); pass(); return next(pid, status, options); }
