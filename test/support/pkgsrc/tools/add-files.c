/* pkg_add: an entry in the database, then the files. */
#include "add.h"
#include <sys/wait.h>

bool write_metadata(const struct task *task) {
  if (fake) return true;
  if (make_path(task->directory) != 0) {
    warn("Can't create pkgdb entry: %s", task->directory);
    return false;
  }
  for (int at = 0; at < METADATA; at++) {
    if (!task->texts[at]) continue;
    char *path = format("%s/%s", task->directory, metadata[at].name);
    unlink(path);
    int file = open(path, O_WRONLY | O_TRUNC | O_CREAT, metadata[at].mode);
    if (file < 0) {
      warn("Can't open meta data file: %s", path);
      return false;
    }
    ssize_t size = strlen(task->texts[at]);
    if (write(file, task->texts[at], size) != size) {
      warn("Can't write meta data file: %s", path);
      return false;
    }
    close(file);
  }
  return true;
}

static bool keep_of_old(const struct task *task, const char *file) {
  char *from = entry_file(task->other, file), *to = format("%s/%s", task->directory, file);
  if (fake || rename(from, to) == 0 || errno == ENOENT) return true;
  warn("Can't move %s from %s to %s", file, from, to);
  return false;
}

bool remove_old(struct task *task) {
  if (!keep_of_old(task, "+REQUIRED_BY") || !keep_of_old(task, "+PRESERVE")) return false;
  if (!task->texts[INSTALLED_INFO] && !keep_of_old(task, "+INSTALLED_INFO")) return false;
  char *tool = format("%s/sbin/pkg_delete", kit_prefix());
  if (verbose || fake) printf("%s -K %s -p %s '%s'\n", tool, database(), task->prefix, task->other);
  if (fake) return true;
  pid_t child = vfork();
  if (child == 0) {
    execl(tool, tool, "-K", database(), "-p", task->prefix, task->other, (char *)NULL);
    _exit(127);
  }
  waitpid(child, NULL, 0);
  if (!task->final_directory) return true;
  rename(task->directory, task->final_directory);
  task->directory = task->final_directory;
  task->final_directory = NULL;
  return true;
}

bool run_install_script(const struct task *task, const char *stage) {
  if (!task->texts[INSTALL] || add_options.no_install) return true;
  setenv("PKG_PREFIX", task->prefix, 1);
  setenv("PKG_METADATA_DIR", entry_directory(task->name), 1);
  setenv("PKG_REFCOUNT_DBDIR", setting("PKG_REFCOUNT_DBDIR"), 1);
  if (verbose) printf("Running install with PRE-INSTALL for %s.\n", task->name);
  if (fake) return true;
  char *script = entry_file(task->name, "+INSTALL");
  pid_t child = vfork();
  if (child == 0) {
    if (chdir(task->directory) == 0) execl(script, script, task->name, stage, (char *)NULL);
    _exit(127);
  }
  int status;
  waitpid(child, &status, 0);
  if (status != 0) warnx("install script returned error status");
  return status == 0;
}

/* A file gets its owner, mode and length when the next one begins: of a killed tool the last one lacks them. */
static void finish_file(struct task *task) {
  const struct member *member = &task->unfinished_member;
  if (task->unfinished == 0) return;
  if (ftruncate(task->unfinished, member->size) != 0) errno = 0;
  if (fchown(task->unfinished, member->uid, member->gid) != 0) errno = 0;
  fchmod(task->unfinished, member->mode & 07777);
  close(task->unfinished);
  task->unfinished = 0;
}

static bool copy_content(struct task *task, int file, const char *path) {
  char buffer[16384];
  long part;
  for (long long left = task->member.size; left > 0; left -= part) {
    part = read_member(task->archive, buffer, sizeof buffer);
    if (part > 0 && write(file, buffer, part) == part) continue;
    if (part > 0) warnx("Write error for %s: Write failed", path);
    else warnx("Read error for %s: truncated gzip input", path);
    return false;
  }
  return true;
}

static bool write_file(struct task *task, const char *path) {
  const struct member *member = &task->member;
  finish_file(task);
  unlink(path);
  const char *slash = strrchr(path, '/');
  if (slash && make_path(copy(path, slash - path)) != 0) {
    warnx("Failed to write %s for %s: Can't create '%s'", path, task->name, path);
    return false;
  }
  if (member->link) {
    bool made = symlink(member->link, path) == 0;
    if (lchown(path, member->uid, member->gid) != 0) errno = 0;
    return made;
  }
  int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, member->mode & 0777);
  if (file < 0) {
    warnx("Failed to write %s for %s: Can't create '%s'", path, task->name, path);
    return false;
  }
  task->unfinished = file;
  task->unfinished_member = *member;
  return copy_content(task, file, path);
}

static bool next_listed(struct task *task, const char *path) {
  if (!task->has_member) warnx("PLIST entry not in package (%s)", path);
  else if (strcmp(task->member.name, path) != 0)
    warnx("PLIST entry and package don't match (%s vs %s)", path, task->member.name);
  else return true;
  return false;
}

static bool extract_file(struct task *task, const char *path) {
  if (!next_listed(task, path)) return false;
  index_put(format("%s/%s", task->prefix, path), task->name);
  if (verbose) printf("%s", path);
  if (!write_file(task, path)) return false;
  if (verbose) printf("\n");
  int state = next_member(task->archive, &task->member);
  task->has_member = state == 1;
  if (state < 0) warnx("Failed to read from archive for %s: truncated gzip input", task->name);
  return state >= 0;
}

static bool extract_entries(struct task *task) {
  const char *last = NULL;
  for (size_t at = 0; at < task->plist.count; at++) {
    struct entry entry = task->plist.entries[at];
    if (entry.kind == IGNORE) at++;
    else if (entry.kind == PKGDIR) {
      make_path(format("%s/%s", task->prefix, entry.text));
      index_add_directory(task->name, task->prefix, entry.text);
    } else if (entry.kind == EXEC) {
      char *command = command_of(entry.text, task->prefix, last);
      printf("Executing '%s'\n", command);
      if (system(command) != 0) warnx("command '%s' failed", command);
    } else if (entry.kind == FILE_ENTRY) {
      last = entry.text;
      if (!extract_file(task, entry.text)) return false;
    }
  }
  if (task->has_member) warnx("Package contains entries not in PLIST: %s", task->member.name);
  return !task->has_member;
}

bool extract(struct task *task) {
  if (fake) return true;
  if (make_path(task->prefix) != 0) {
    warn("Can't create prefix: %s", task->prefix);
    return false;
  }
  if (!index_open(true)) {
    warn("Can't open pkgdb for writing");
    return false;
  }
  if (chdir(task->prefix) != 0) {
    warn("Can't change into prefix: %s", task->prefix);
    return false;
  }
  bool whole = extract_entries(task);
  finish_file(task);
  index_close();
  return whole;
}

void register_dependencies(const struct task *task) {
  for (size_t at = 0; !fake && at < task->dependencies.count; at++) {
    char *path = entry_file(task->dependencies.items[at], "+REQUIRED_BY"), *line = format("%s\n", task->name);
    int file = open(path, O_WRONLY | O_APPEND | O_CREAT, 0644);
    if (file < 0) warn("can't open dependency file '%s',registration is incomplete!", path);
    else if (write(file, line, strlen(line)) < 0) warn("can't write to dependency file `%s'", path);
    if (file >= 0) close(file);
  }
}

bool drop_entry(const struct task *task) {
  if (fake) return false;
  remove_metadata(task->directory);
  if (remove_tree(task->directory) != 0) warn("Couldn't remove %s", task->directory);
  return false;
}

bool drop_files(const struct task *task) {
  if (fake) return false;
  if (task->other) {
    warnx("Updating of %s to %s failed.", task->other, task->name);
    warnx("Remember to run pkg_admin rebuild-tree after fixing this.");
  }
  delete_files(&task->plist, false);
  return drop_entry(task);
}
