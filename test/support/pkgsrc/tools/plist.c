/* +CONTENTS: what a package consists of, and how its files are removed again. */
#include "double.h"

static const char *const commands[] = {
  [CWD] = "cwd", [EXEC] = "exec", [UNEXEC] = "unexec", [MODE] = "mode", [OWNER] = "owner", [GROUP] = "group",
  [SRC] = "src", [COMMENT] = "comment", [IGNORE] = "ignore", [NAME] = "name", [DISPLAY] = "display",
  [PKGDEP] = "pkgdep", [PKGCFL] = "pkgcfl", [PKGDIR] = "pkgdir", [DIRRM] = "dirrm", [OPTION] = "option",
  [BLDDEP] = "blddep"};

static void add(struct plist *plist, enum kind kind, char *text) {
  plist->entries = realloc(plist->entries, (plist->count + 1) * sizeof *plist->entries);
  plist->entries[plist->count++] = (struct entry){kind, text};
}

static void add_command(struct plist *plist, const char *line) {
  for (enum kind kind = CWD; kind <= BLDDEP; kind++) {
    size_t length = strlen(commands[kind]);
    if (strncmp(line + 1, commands[kind], length) != 0) continue;
    const char *text = line + 1 + length;
    while (isspace((unsigned char)*text)) text++;
    add(plist, kind, strdup(text));
    return;
  }
  warnx("Unrecognised PLIST command `%s'", line);
}

struct plist plist_of(const char *text) {
  struct plist plist = {0};
  struct list lines = lines_of(text);
  for (size_t at = 0; at < lines.count; at++) {
    char *line = lines.items[at];
    for (size_t length = strlen(line); length && isspace((unsigned char)line[length - 1]);) line[--length] = 0;
    if (*line == '@') add_command(&plist, line);
    else if (*line) add(&plist, FILE_ENTRY, line);
  }
  return plist;
}

const char *first_of(const struct plist *plist, enum kind kind) {
  for (size_t at = 0; at < plist->count; at++)
    if (plist->entries[at].kind == kind) return plist->entries[at].text;
  return NULL;
}

/* Every @cwd and @src becomes the prefix; a plist without a first @cwd gets one. */
void set_prefix(struct plist *plist, const char *prefix) {
  if (!first_of(plist, CWD)) {
    add(plist, CWD, NULL);
    memmove(plist->entries + 1, plist->entries, (plist->count - 1) * sizeof *plist->entries);
    plist->entries[0] = (struct entry){CWD, NULL};
  }
  for (size_t at = 0; at < plist->count; at++)
    if (plist->entries[at].kind == CWD || plist->entries[at].kind == SRC) plist->entries[at].text = strdup(prefix);
}

char *text_of(const struct plist *plist) {
  char *text = "";
  for (size_t at = 0; at < plist->count; at++) {
    struct entry entry = plist->entries[at];
    if (entry.kind == FILE_ENTRY) text = format("%s%s\n", text, entry.text);
    else if (entry.kind == IGNORE) text = format("%s@ignore\n", text);
    else text = format("%s@%s %s\n", text, commands[entry.kind], entry.text);
  }
  return text;
}

static char *quoted(const char *text) {
  char *made = "";
  for (; *text; text++) made = *text == '\'' ? format("%s'\\''", made) : format("%s%c", made, *text);
  return format("'%s'", made);
}

/* The command of an @exec or @unexec: %D prefix, %F last file, %B its directory, %f its name. */
char *command_of(const char *pattern, const char *prefix, const char *last) {
  char *command = "";
  for (; *pattern; pattern++) {
    if (*pattern != '%') {
      command = format("%s%c", command, *pattern);
      continue;
    }
    char *path = format("%s/%s", prefix, last ? last : "");
    switch (*++pattern) {
    case 'D': command = format("%s%s", command, quoted(prefix)); break;
    case 'F': command = format("%s%s", command, quoted(last)); break;
    case 'f': command = format("%s%s", command, quoted(strrchr(path, '/') + 1)); break;
    case 'B': command = format("%s%s", command, quoted(copy(path, strrchr(path, '/') - path))); break;
    default: command = format("%s%%%c", command, *pattern);
    }
  }
  return command;
}

static void remove_with_parents(const char *path, bool may_be_full) {
  if (remove(path) != 0) {
    if (!may_be_full || errno != ENOTEMPTY) warnx("Couldn't remove %s", path);
    return;
  }
  char *parent = strdup(path);
  for (char *slash; (slash = strrchr(parent, '/')) && slash != parent;) {
    *slash = 0;
    if (!empty_directory(parent) || index_is_directory(parent) || rmdir(parent) != 0) break;
  }
}

/* Whether a link or file is as +CONTENTS says; a missing file counts as such, and is complained of later. */
static bool as_recorded(const char *path, const struct entry *comment) {
  if (!comment || comment->kind != COMMENT) return true;
  if (strncmp(comment->text, "MD5:", 4) == 0) {
    char *digest = md5_of_file(path);
    if (!digest || strcmp(digest, comment->text + 4) == 0) return true;
    printf("original MD5 checksum failed, %s: %s\n", force ? "deleting anyway" : "not deleting", path);
    return force;
  }
  if (strncmp(comment->text, "Symlink:", 8) != 0) return true;
  char target[4096];
  ssize_t length = readlink(path, target, sizeof target - 1);
  if (length < 0) {
    warn("can't readlink `%s'", path);
    return false;
  }
  target[length] = 0;
  if (strcmp(target, comment->text + 8) == 0) return true;
  printf("symlink Symlink:%s is not same as recorded value, %s: %s\n", target,
    force ? "deleting anyway" : "not deleting", path);
  return force;
}

static bool delete_file(const char *path, const struct entry *comment, bool unregister) {
  bool kept = false;
  if (is_directory(path)) {
    warnx("attempting to delete directory `%s' as a file\n"
      "this packing list is incorrect - ignoring delete request", path);
    return true;
  }
  bool missing_link = comment && comment->kind == COMMENT && strncmp(comment->text, "Symlink:", 8) == 0 &&
    !exists(path) && !broken_link(path);
  if (!as_recorded(path, comment)) kept = !missing_link;
  else if (!unregister) {
    if (verbose) printf("Delete file %s\n", path);
    if (!fake) remove_with_parents(path, false);
  }
  if (!fake) index_drop(path);
  return !kept;
}

static void delete_directory(const char *path, bool managed) {
  if (index_is_directory(path)) return;
  if (!exists(path)) {
    if (managed) warnx("Directory `%s' disappeared, skipping", path);
  } else if (!is_directory(path)) {
    warnx("attempting to delete a file `%s' as a directory\n"
      "this packing list is incorrect - ignoring delete request", path);
  } else remove_with_parents(path, true);
}

/* Removes the files of a package, and them from the index; false when something had to stay. */
bool delete_files(const struct plist *plist, bool unregister) {
  if (!index_open(true)) err(EXIT_FAILURE, "cannot open pkgdb");
  const char *name = first_of(plist, NAME), *prefix = first_of(plist, CWD), *last = "";
  bool whole = true;
  if (!name || !prefix) errx(EXIT_FAILURE, "broken PLIST");
  for (size_t at = 0; at < plist->count; at++)
    if (plist->entries[at].kind == PKGDIR) index_drop_directory(name, prefix, plist->entries[at].text);
  for (size_t at = 0; at < plist->count; at++) {
    struct entry entry = plist->entries[at];
    const struct entry *next = at + 1 < plist->count ? &plist->entries[at + 1] : NULL;
    char *path = format("%s/%s", prefix, entry.text);
    if (entry.kind == IGNORE) at++;
    else if (entry.kind == PKGDIR || entry.kind == DIRRM) delete_directory(path, entry.kind == PKGDIR);
    else if (entry.kind == UNEXEC && !unregister) {
      char *command = command_of(entry.text, prefix, last);
      printf("Executing `%s'\n", command);
      if (!fake && system(command) != 0) {
        warnx("unexec command for `%s' failed", command);
        whole = false;
      }
    } else if (entry.kind == FILE_ENTRY) {
      last = entry.text;
      if (!delete_file(path, next, unregister)) whole = false;
    }
  }
  index_close();
  return whole;
}
