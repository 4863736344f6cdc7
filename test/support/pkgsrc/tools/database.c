/* The package database: a directory with an entry per package. */
#include "double.h"
#include <dirent.h>
#include <glob.h>

bool fake, verbose;
int force;

static const char *directory;
static int directory_priority;

const char *database(void) { return directory ? directory : kit_database(); }

/* -K beats the environment, which beats the configuration file. */
void set_database(const char *path, int priority) {
  if (priority < directory_priority) return;
  directory_priority = priority;
  directory = path;
}

char *entry_directory(const char *package) { return format("%s/%s", database(), package); }
char *entry_file(const char *package, const char *file) { return format("%s/%s/%s", database(), package, file); }

static bool no_entry(const struct dirent *found) {
  static const char *const others[] = {".", "..", "pkgdb.byfile.db", ".cookie", "pkg-vulnerabilities"};
  for (size_t at = 0; at < sizeof others / sizeof *others; at++)
    if (strcmp(found->d_name, others[at]) == 0) return true;
  return found->d_type != DT_UNKNOWN && found->d_type != DT_DIR;
}

bool entries(struct list *list) {
  DIR *opened = opendir(database());
  /* No directory is as good as an empty one: the tools then say that nothing is installed. */
  if (!opened) return errno == ENOENT;
  for (struct dirent *found; (found = readdir(opened));)
    if (!no_entry(found)) append(list, strdup(found->d_name));
  closedir(opened);
  return true;
}

bool entries_matching(const char *pattern, struct list *list) {
  struct list all = {0};
  if (!entries(&all)) return false;
  for (size_t at = 0; at < all.count; at++)
    if (matches(pattern, all.items[at])) append(list, all.items[at]);
  return true;
}

bool entries_named(const char *base, struct list *list) {
  struct list all = {0};
  if (!entries(&all)) {
    warnx("could not process pkgdb");
    return false;
  }
  for (size_t at = 0; at < all.count; at++) {
    const char *dash = strrchr(all.items[at], '-');
    if (!dash) warnx("Entry %s in pkgdb is not a valid package name", all.items[at]);
    else if (strcmp(copy(all.items[at], dash - all.items[at]), base) == 0) append(list, all.items[at]);
  }
  return true;
}

char *best_entry(const char *pattern) {
  struct list all = {0};
  char *best = NULL;
  if (!entries(&all)) warnx("could not process pkgdb");
  for (size_t at = 0; at < all.count; at++)
    if (better(pattern, all.items[at], best) == 1) best = all.items[at];
  return best;
}

void remove_metadata(const char *directory) {
  glob_t found;
  char *pattern = format("%s/+*", directory);
  if (glob(pattern, 0, NULL, &found) != 0)
    warnx("no files matching ``%s'' found: No such file or directory", pattern);
  else
    for (size_t at = 0; at < found.gl_pathc; at++) unlink(found.gl_pathv[at]);
}

/* All values of a variable, one a line; NULL when there is none. */
char *variable_in(const char *text, const char *name) {
  struct list lines = lines_of(text);
  size_t length = strlen(name);
  char *values = NULL;
  for (size_t at = 0; at < lines.count; at++) {
    char *line = lines.items[at];
    if (strncmp(line, name, length) != 0 || line[length] != '=') continue;
    char *value = line + length + 1;
    if (*value == ' ') value++;
    values = values ? format("%s\n%s", values, value) : value;
  }
  return values;
}

static char *with_variable(const char *text, const char *name, const char *value) {
  struct list lines = lines_of(text);
  size_t length = strlen(name);
  char *made = "";
  bool done = value == NULL;
  for (size_t at = 0; at < lines.count; at++) {
    bool same = strncmp(lines.items[at], name, length) == 0 && lines.items[at][length] == '=';
    if (!same) made = format("%s%s\n", made, lines.items[at]);
    else if (!done) made = format("%s%s=%s\n", made, name, value);
    done = done || same;
  }
  return done ? made : format("%s%s=%s\n", made, name, value);
}

/* Sets or (value NULL) removes a variable of +INSTALLED_INFO; an empty file is removed. */
int set_variable(const char *package, const char *name, const char *value) {
  char *path = entry_file(package, "+INSTALLED_INFO"), *text = slurp(path);
  if (!text && errno != ENOENT) {
    warn("var_set: can't open '%s' for reading", path);
    return -1;
  }
  if (!text && !value) return 0;
  char *made = with_variable(text ? text : "", name, value), *temporary = format("%s.XXXXXX", path);
  int descriptor = mkstemp(temporary);
  if (descriptor < 0) {
    warn("var_set: can't open temp file for '%s' for writing", path);
    return -1;
  }
  chmod(temporary, 0644);
  bool written = write(descriptor, made, strlen(made)) == (ssize_t)strlen(made);
  if (close(descriptor) != 0 || !written) warn("var_set: write error for '%s'", path);
  if (!*made) return remove(temporary) | remove(path);
  if (rename(temporary, path) == 0) return 0;
  warn("var_set: cannot move tempfile to '%s'", path);
  return -1;
}

bool automatic(const char *package) {
  char *text = slurp(entry_file(package, "+INSTALLED_INFO"));
  char *value = text ? variable_in(text, "automatic") : NULL;
  return value && strcasecmp(value, "yes") == 0;
}
