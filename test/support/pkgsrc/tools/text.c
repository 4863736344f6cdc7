/* Texts, lists of them, and the few questions about files that the tools ask. */
#include "double.h"
#include <dirent.h>

char *format(const char *pattern, ...) {
  va_list values;
  char *text;
  va_start(values, pattern);
  if (vasprintf(&text, pattern, values) < 0) err(2, NULL);
  va_end(values);
  return text;
}

char *copy(const char *text, size_t length) {
  char *made = malloc(length + 1);
  memcpy(made, text, length);
  made[length] = 0;
  return made;
}

void append(struct list *list, char *item) {
  list->items = realloc(list->items, (list->count + 1) * sizeof *list->items);
  list->items[list->count++] = item;
}

bool has(const struct list *list, const char *item) {
  for (size_t at = 0; at < list->count; at++)
    if (strcmp(list->items[at], item) == 0) return true;
  return false;
}

char *slurp_descriptor(int descriptor, size_t *length) {
  char *text = malloc(65536);
  size_t size = 65536, used = 0;
  for (ssize_t got; (got = read(descriptor, text + used, size - used - 1)) > 0;) {
    used += got;
    if (size - used < 2) text = realloc(text, size *= 2);
  }
  text[used] = 0;
  if (length) *length = used;
  return text;
}

char *slurp(const char *path) {
  int descriptor = open(path, O_RDONLY);
  if (descriptor < 0) return NULL;
  char *text = slurp_descriptor(descriptor, NULL);
  close(descriptor);
  return text;
}

struct list lines_of(const char *text) {
  struct list lines = {0};
  while (*text) {
    size_t length = strcspn(text, "\n");
    append(&lines, copy(text, length));
    text += length + (text[length] == '\n');
  }
  return lines;
}

static mode_t type_of(const char *path, int (*look)(const char *, struct stat *)) {
  struct stat status;
  return look(path, &status) == 0 ? status.st_mode & S_IFMT : 0;
}

bool exists(const char *path) { return type_of(path, stat) != 0; }
bool is_file(const char *path) { return type_of(path, stat) == S_IFREG; }
bool is_directory(const char *path) { return type_of(path, lstat) == S_IFDIR; }
bool link_to_directory(const char *path) {
  return type_of(path, lstat) == S_IFLNK && type_of(path, stat) == S_IFDIR;
}
bool broken_link(const char *path) { return type_of(path, lstat) == S_IFLNK && !exists(path); }

bool empty_directory(const char *path) {
  DIR *directory = opendir(path);
  if (!directory) return false;
  bool empty = true;
  for (struct dirent *found; (found = readdir(directory));)
    if (strcmp(found->d_name, ".") != 0 && strcmp(found->d_name, "..") != 0) empty = false;
  closedir(directory);
  return empty;
}

int make_path(const char *path) {
  if (mkdir(path, 0777) == 0) return 0;
  int why = errno;
  if (type_of(path, stat) == S_IFDIR) return 0;
  const char *slash = strrchr(path, '/');
  if (why == ENOENT && slash && slash != path && make_path(copy(path, slash - path)) == 0)
    return mkdir(path, 0777);
  errno = why;
  return -1;
}

int remove_tree(const char *path) {
  if (remove(path) == 0 || errno == ENOENT) return 0;
  if (errno != ENOTEMPTY && errno != EEXIST) return -1;
  DIR *directory = opendir(path);
  if (!directory) return -1;
  for (struct dirent *found; (found = readdir(directory));)
    if (strcmp(found->d_name, ".") != 0 && strcmp(found->d_name, "..") != 0)
      remove_tree(format("%s/%s", path, found->d_name));
  closedir(directory);
  return remove(path);
}

/* getopt with the messages of NetBSD's; -1 at the end. */
int next_option(int count, char **arguments, const char *options, void (*usage)(void)) {
  opterr = 0;
  int option = getopt(count, arguments, format("+:%s", options));
  if (option == '?') {
    fprintf(stderr, "%s: unknown option -- %c\n", program_invocation_short_name, optopt);
    usage();
  }
  if (option == ':') {
    fprintf(stderr, "%s: option requires an argument -- %c\n", program_invocation_short_name, optopt);
    usage();
  }
  return option;
}
