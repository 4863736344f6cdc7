/*
 * DB/pkgdb.byfile.db: which package a file belongs to. The tools keep the pages of a B-tree in memory and write
 * those they changed when they close it, without any lock: of two that run at once and change the same page one
 * loses what it wrote. Here it is a sorted text behind a first line, whose pages are the directories of the files;
 * a file that begins otherwise is refused as a damaged B-tree is.
 */
#include "double.h"

static const char header[] = "packwright-double-byfile 1\n";

static struct row { char *path, *package; } *rows;
static size_t count;
static int descriptor = -1;
static bool writable;
static struct list changed_pages;

char *index_path(void) { return format("%s/pkgdb.byfile.db", database()); }

static size_t place(const char *path) {
  size_t low = 0, high = count;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (strcmp(rows[middle].path, path) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

static bool load(const char *text) {
  count = 0;
  if (!*text) return true;
  if (strncmp(text, header, sizeof header - 1) != 0) return false;
  struct list lines = lines_of(text + sizeof header - 1);
  rows = realloc(rows, (lines.count + 1) * sizeof *rows);
  for (size_t at = 0; at < lines.count; at++) {
    char *tab = strchr(lines.items[at], '\t');
    if (!tab) continue;
    *tab = 0;
    rows[count++] = (struct row){lines.items[at], tab + 1};
  }
  return true;
}

static char *page_of(const char *path) { return copy(path, strrchr(path, '/') - path); }

static void change(const char *path) {
  char *page = page_of(path);
  if (!has(&changed_pages, page)) append(&changed_pages, page);
}

bool index_open(bool write) {
  descriptor = open(index_path(), write ? O_RDWR | O_CREAT : O_RDONLY, 0644);
  if (descriptor < 0) return false;
  writable = write;
  changed_pages.count = 0;
  if (load(slurp_descriptor(descriptor, NULL))) return true;
  close(descriptor);
  descriptor = -1;
  errno = EINVAL;
  return false;
}

static int by_path(const void *left, const void *right) {
  return strcmp(((const struct row *)left)->path, ((const struct row *)right)->path);
}

/* What is on the disk by now, with our own changed pages in it. */
static void merge(void) {
  struct row *own = rows;
  size_t own_count = count, kept = 0;
  rows = NULL;
  lseek(descriptor, 0, SEEK_SET);
  if (!load(slurp_descriptor(descriptor, NULL))) count = 0;
  for (size_t at = 0; at < count; at++)
    if (!has(&changed_pages, page_of(rows[at].path))) rows[kept++] = rows[at];
  rows = realloc(rows, (kept + own_count + 1) * sizeof *rows);
  for (size_t at = 0; at < own_count; at++)
    if (has(&changed_pages, page_of(own[at].path))) rows[kept++] = own[at];
  count = kept;
  qsort(rows, count, sizeof *rows, by_path);
}

void index_close(void) {
  if (descriptor < 0) return;
  if (writable && changed_pages.count) {
    char *text = NULL;
    size_t length = 0;
    merge();
    FILE *memory = open_memstream(&text, &length);
    fputs(header, memory);
    for (size_t at = 0; at < count; at++) fprintf(memory, "%s\t%s\n", rows[at].path, rows[at].package);
    fclose(memory);
    ssize_t written = pwrite(descriptor, text, length, 0);
    if (written >= 0 && ftruncate(descriptor, written) != 0) warn("pkgdb");
  }
  close(descriptor);
  descriptor = -1;
}

const char *index_get(const char *path) {
  size_t at = place(path);
  return descriptor >= 0 && at < count && strcmp(rows[at].path, path) == 0 ? rows[at].package : NULL;
}

/* A file that has an owner keeps it. */
void index_put(const char *path, const char *package) {
  if (descriptor < 0 || index_get(path)) return;
  size_t at = place(path);
  rows = realloc(rows, (count + 1) * sizeof *rows);
  memmove(rows + at + 1, rows + at, (count - at) * sizeof *rows);
  rows[at] = (struct row){strdup(path), strdup(package)};
  count++;
  change(path);
}

void index_drop(const char *path) {
  if (!index_get(path)) return;
  size_t at = place(path);
  memmove(rows + at, rows + at + 1, (count - at - 1) * sizeof *rows);
  count--;
  change(path);
}

bool index_dump(void) {
  if (!index_open(false)) return false;
  for (size_t at = 0; at < count; at++) printf("file: %s pkg: %s\n", rows[at].path, rows[at].package);
  index_close();
  return true;
}

bool index_is_directory(const char *path) {
  const char *value = index_get(path);
  return value && strncmp(value, "@pkgdir ", 8) == 0;
}

void index_add_directory(const char *package, const char *prefix, const char *path) {
  char *whole = format("%s/%s", prefix, path);
  const char *owners = index_get(whole);
  if (owners && !index_is_directory(whole))
    errx(EXIT_FAILURE, "Internal error while processing pkgdb, run pkg_admin rebuild");
  char *value = owners ? format("%s %s", owners, package) : format("@pkgdir %s", package);
  index_drop(whole);
  index_put(whole, value);
}

void index_drop_directory(const char *package, const char *prefix, const char *path) {
  char *whole = format("%s/%s", prefix, path), *left = "@pkgdir";
  if (!index_is_directory(whole)) return;
  char *owners = strdup(index_get(whole) + 8);
  bool any = false;
  for (char *owner; (owner = strsep(&owners, " "));) {
    if (!*owner || strcmp(owner, package) == 0) continue;
    left = format("%s %s", left, owner);
    any = true;
  }
  index_drop(whole);
  if (any) index_put(whole, left);
}
