/* Packages: gzipped tar archives here or behind a URL, and the listings in which they are searched for. */
#include "double.h"
#include <arpa/inet.h>
#include <dirent.h>
#include <fnmatch.h>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/wait.h>

struct archive { FILE *stream; struct member current; long long left, padding; bool pushed; char ahead[65536];
  size_t ahead_at, ahead_size; bool broken; };

static struct list package_path;
static char *last_toplevel, *started_in;

bool is_url(const char *text) { return strncmp(text, "http://", 7) == 0 || strncmp(text, "file://", 7) == 0; }

static int connect_to(const char *host, const char *port, char **reason) {
  struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found;
  if (getaddrinfo(host, port, &hints, &found) != 0) {
    *reason = "No address record";
    return -1;
  }
  int connection = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connect(connection, found->ai_addr, found->ai_addrlen) == 0) return connection;
  *reason = strerror(errno);
  close(connection);
  return -1;
}

static char *unchunked(char *body, size_t *length) {
  char *made = malloc(*length + 1), *at = body;
  size_t used = 0;
  for (size_t size; (size = strtoul(at, &at, 16)) > 0 && at + 2 + size <= body + *length; at += 2 + size + 2) {
    memcpy(made + used, at + 2, size);
    used += size;
  }
  made[used] = 0;
  *length = used;
  return made;
}

static struct reply parse_reply(char *text, size_t length) {
  struct reply reply = {.status = EIO, .reason = "Protocol error"};
  char *end = strstr(text, "\r\n\r\n");
  if (!end || sscanf(text, "HTTP/1.%*c %d", &reply.status) != 1) return reply;
  char *reason = strchr(strchr(text, ' ') + 1, ' ');
  reply.reason = reason ? copy(reason + 1, strcspn(reason + 1, "\r")) : "";
  *end = 0;
  reply.body = end + 4;
  reply.length = length - (reply.body - text);
  reply.sized = strcasestr(text, "\ncontent-length:") != NULL;
  if (strcasestr(text, "\ntransfer-encoding: chunked")) reply.body = unchunked(reply.body, &reply.length);
  return reply;
}

static struct reply fetch_http(const char *url, const char *since) {
  struct reply reply = {.status = ECONNREFUSED};
  size_t length = strcspn(url + 7, "/");
  char *host = copy(url + 7, length), *colon = strchr(host, ':');
  const char *path = url[7 + length] ? url + 7 + length : "/";
  char *request = format("GET %s HTTP/1.1\r\nHost: %s\r\n%s%s%sConnection: close\r\n\r\n", path, host,
    since ? "If-Modified-Since: " : "", since ? since : "", since ? "\r\n" : "");
  if (colon) *colon = 0;
  int connection = connect_to(host, colon ? colon + 1 : "80", &reply.reason);
  if (connection < 0) return reply;
  if (write(connection, request, strlen(request)) < 0) return reply;
  size_t got;
  char *text = slurp_descriptor(connection, &got);
  close(connection);
  return parse_reply(text, got);
}

struct reply fetch(const char *url, const char *since) {
  if (strncmp(url, "http://", 7) == 0) return fetch_http(url, since);
  struct reply reply = {.status = 200, .sized = true};
  int descriptor = open(strncmp(url, "file://", 7) == 0 ? url + 7 : url, O_RDONLY);
  if (descriptor < 0) return (struct reply){.status = errno, .reason = strerror(errno)};
  reply.body = slurp_descriptor(descriptor, &reply.length);
  close(descriptor);
  return reply;
}

/* A stream of what gzip makes of a file. */
static FILE *inflated(int descriptor) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) err(2, "pipe");
  if (fork() == 0) {
    dup2(descriptor, 0);
    dup2(ends[1], 1);
    close(open("/dev/null", O_WRONLY));
    freopen("/dev/null", "w", stderr);
    execl("/bin/gzip", "gzip", "-dc", (char *)NULL);
    _exit(127);
  }
  close(ends[1]);
  return fdopen(ends[0], "r");
}

static int temporary_copy(const struct reply *reply) {
  FILE *file = tmpfile();
  if (!file) err(2, "tmpfile");
  fwrite(reply->body, 1, reply->length, file);
  fflush(file);
  rewind(file);
  return fileno(file);
}

/*
 * NULL when nothing is there, or not even the first 64 KiB can be unpacked: what is cut off further on is noticed
 * only when it is reached.
 */
struct archive *open_archive(const char *place) {
  int descriptor;
  if (is_url(place)) {
    struct reply reply = fetch(place, NULL);
    if (reply.status != 200) return NULL;
    descriptor = temporary_copy(&reply);
  } else descriptor = open(place, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return NULL;
  struct archive *archive = calloc(1, sizeof *archive);
  archive->stream = inflated(descriptor);
  archive->ahead_size = fread(archive->ahead, 1, sizeof archive->ahead, archive->stream);
  close(descriptor);
  int status = 0;
  if (archive->ahead_size < sizeof archive->ahead && (wait(&status) < 0 || status != 0)) return NULL;
  return archive->ahead_size < 512 ? NULL : archive;
}

static size_t take(struct archive *archive, char *buffer, size_t size) {
  size_t ready = archive->ahead_size - archive->ahead_at;
  if (ready > size) ready = size;
  memcpy(buffer, archive->ahead + archive->ahead_at, ready);
  archive->ahead_at += ready;
  return ready + (ready < size ? fread(buffer + ready, 1, size - ready, archive->stream) : 0);
}

static bool skip(struct archive *archive, long long size) {
  char buffer[4096];
  while (size > 0) {
    size_t part = size < (long long)sizeof buffer ? (size_t)size : sizeof buffer;
    if (take(archive, buffer, part) != part) return false;
    size -= part;
  }
  return true;
}

static long long octal(const char *field, size_t length) { return strtoll(copy(field, length), NULL, 8); }

int next_member(struct archive *archive, struct member *member) {
  char header[512], *long_name = NULL;
  if (!skip(archive, archive->left + archive->padding)) return -1;
  for (;;) {
    if (take(archive, header, 512) != 512) return -1;
    if (!header[0]) return 0;
    archive->left = octal(header + 124, 12);
    archive->padding = -archive->left & 511;
    if (header[156] != 'L') break;
    long_name = calloc(1, archive->left + 1);
    if (take(archive, long_name, archive->left) != (size_t)archive->left) return -1;
    if (!skip(archive, archive->padding)) return -1;
  }
  *member = (struct member){.mode = octal(header + 100, 8), .uid = octal(header + 108, 8),
    .gid = octal(header + 116, 8), .size = archive->left, .name = long_name ? long_name : copy(header, 100),
    .link = header[156] == '2' ? copy(header + 157, 100) : NULL};
  return 1;
}

long read_member(struct archive *archive, char *buffer, size_t size) {
  if ((long long)size > archive->left) size = archive->left;
  size_t got = take(archive, buffer, size);
  archive->left -= got;
  return got == size ? (long)got : -1;
}

char *member_text(struct archive *archive, const struct member *member) {
  char *text = calloc(1, member->size + 1);
  return read_member(archive, text, member->size) == member->size ? text : NULL;
}

/* Names in a directory, or in the page that a web server makes of one. */
static struct list listing(const char *place, const char *pattern) {
  struct list names = {0};
  const char *base = strncmp(place, "file://", 7) == 0 ? place + 7 : place;
  if (strncmp(place, "http://", 7) == 0) {
    struct reply reply = fetch(format("%s/", place), NULL);
    const char *slash = strchr(place + 7, '/') ? "/" : "//";
    if (reply.status != 200) warnx("Can't process %s%s%s: %s", place, slash, pattern, reply.reason);
    for (char *at = reply.status == 200 ? reply.body : ""; (at = strcasestr(at, "href=\""));) {
      at += 6;
      append(&names, copy(at, strcspn(at, "\"")));
    }
  } else {
    DIR *directory = opendir(base);
    if (!directory) warnx("Can't process file://%s/%s: %s", base, pattern, strerror(errno));
    for (struct dirent *found; directory && (found = readdir(directory));) append(&names, strdup(found->d_name));
    if (directory) closedir(directory);
  }
  struct list chosen = {0};
  for (size_t at = 0; at < names.count; at++)
    if (fnmatch(pattern, names.items[at], 0) == 0) append(&chosen, names.items[at]);
  return chosen;
}

static void look_in(const char *place, const char *pattern, char **best, char **best_name) {
  size_t length = 0;
  while (isalnum((unsigned char)pattern[length]) || pattern[length] == '-') length++;
  struct list names = listing(place, format("%.*s*", (int)length, pattern));
  for (size_t at = 0; at < names.count; at++) {
    size_t size = strlen(names.items[at]);
    if (size < 5 || strcmp(names.items[at] + size - 4, ".tgz") != 0) continue;
    char *name = copy(names.items[at], size - 4);
    if (better(pattern, name, *best_name) != 1) continue;
    *best_name = name;
    *best = format("%s%s/%s", is_url(place) ? "" : "file://", place, names.items[at]);
  }
}

char *best_package(const char *toplevel, const char *pattern, bool path) {
  char *best = NULL, *best_name = NULL;
  if (toplevel) look_in(toplevel, pattern, &best, &best_name);
  for (size_t at = 0; path && at < package_path.count; at++)
    look_in(package_path.items[at], pattern, &best, &best_name);
  return best;
}

void use_package_path(void) {
  started_in = getcwd(NULL, 0);
  if (!setting("PKG_PATH")) return;
  char *paths = strdup(setting("PKG_PATH"));
  for (char *path; (path = strsep(&paths, ";"));)
    if (*path) append(&package_path, is_url(path) || *path == '/' ? path : format("%s/%s", started_in, path));
}

/* What a name on the command line or of a dependency stands for: a file, a URL, or the best in a listing. */
struct archive *find_archive(const char *name, bool top) {
  bool whole = is_url(name) || *name == '/';
  char *full = whole ? strdup(name) : format("%s/%s", started_in, name);
  const char *slash = strrchr(full, '/');
  if (top) last_toplevel = copy(full, slash - full);
  struct archive *archive = open_archive(full);
  if (archive) return archive;
  char *best = best_package(last_toplevel, slash + 1, false);
  if (!best && !whole && !strchr(name, '/')) best = best_package(last_toplevel, slash + 1, true);
  return best ? open_archive(best) : NULL;
}
