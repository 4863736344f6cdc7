/* pkg_add: registers a package, then unpacks it. */
#include "double.h"
#include <sys/utsname.h>
#include <sys/wait.h>

static const struct { const char *name; bool required; mode_t mode; } metadata[] = {
  {"+CONTENTS", true, 0644}, {"+COMMENT", true, 0444}, {"+DESC", true, 0444}, {"+INSTALL", false, 0555},
  {"+DEINSTALL", false, 0555}, {"+DISPLAY", false, 0444}, {"+MTREE_DIRS", false, 0444},
  {"+BUILD_VERSION", false, 0444}, {"+BUILD_INFO", false, 0444}, {"+SIZE_PKG", false, 0444},
  {"+SIZE_ALL", false, 0444}, {"+PRESERVE", false, 0444}, {"+REQUIRED_BY", false, 0644},
  {"+INSTALLED_INFO", false, 0644}};
enum { METADATA = sizeof metadata / sizeof *metadata, CONTENTS = 0, INSTALL = 3, SHOWN = 5, BUILD_INFO = 8,
  INSTALLED_INFO = 13 };

struct task {
  const char *name, *prefix;
  char *directory, *final_directory, *other;
  struct plist plist;
  char *texts[METADATA];
  struct archive *archive;
  struct member member;
  bool has_member;
  int unfinished;
  struct member unfinished_member;
  struct list dependencies;
};

enum outcome { GO_ON, DONE, FAILED };

static bool as_dependency, force_depends, force_depending, no_install, replace, replace_same;
static const char *other_prefix;

static bool add_package(const char *place, bool mark_automatic, bool top);

static void usage(void) {
  fputs("usage: pkg_add [-AfhInRuVv] [-C config] [-P destdir] [-K pkg_dbdir]\n"
    "               [-m machine] [-p prefix]\n"
    "               [[ftp|http]://[user[:password]@]host[:port]][/path/]pkg-name ...\n", stderr);
  exit(1);
}

static bool read_metadata(struct task *task) {
  int last = -1, state;
  while ((state = next_member(task->archive, &task->member)) == 1) {
    int at = 0;
    while (at < METADATA && strcmp(metadata[at].name, task->member.name) != 0) at++;
    task->has_member = at == METADATA;
    if (task->has_member) break;
    if (task->texts[at] || at < last) {
      warnx(task->texts[at] ? "duplicate entry, package corrupt" : "misordered package");
      return false;
    }
    last = at;
    task->texts[at] = member_text(task->archive, &task->member);
    if (!task->texts[at]) {
      warnx("cannot read package meta data");
      return false;
    }
  }
  return state >= 0 && task->texts[0] && task->texts[1] && task->texts[2];
}

static bool read_plist(struct task *task) {
  task->plist = plist_of(task->texts[CONTENTS]);
  task->name = first_of(&task->plist, NAME);
  task->prefix = first_of(&task->plist, CWD);
  if (!task->name || !task->prefix) {
    warnx("Invalid PLIST: missing %s", task->name ? "@cwd" : "@name");
    return false;
  }
  if (other_prefix && strcmp(other_prefix, task->prefix) != 0) {
    set_prefix(&task->plist, other_prefix);
    task->texts[CONTENTS] = text_of(&task->plist);
    task->prefix = other_prefix;
  }
  return true;
}

static bool agreed(const struct task *task) {
  char answer[8];
  fprintf(stderr, "Do you want to proceed with the installation of %s [y/n]?\n", task->name);
  if (fgets(answer, sizeof answer, stdin) && strchr("YyTt1", *answer)) return true;
  fputs("Cancelling installation\n", stderr);
  return false;
}

static bool acceptable(const struct task *task) {
  const char *info = task->texts[BUILD_INFO] ? task->texts[BUILD_INFO] : "";
  if (strcasecmp(setting("VERIFIED_INSTALLATION"), "always") == 0) {
    warnx("No valid signature found, rejected");
    return false;
  }
  if (!variable_in(info, "OPSYS") || !variable_in(info, "OS_VERSION") || !variable_in(info, "MACHINE_ARCH")) {
    warnx("Not all required build information are present.");
    return false;
  }
  const char *check = setting("CHECK_VULNERABILITIES");
  if (strcasecmp(check, "never") == 0) return true;
  bool always = strcasecmp(check, "always") == 0;
  if (!always && !exists(format("%s/pkg-vulnerabilities", setting("PKGVULNDIR")))) return true;
  read_vulnerabilities();
  return !vulnerable(task->name, NULL, COMPLAINTS) || (!always && agreed(task));
}

static enum outcome already_there(struct task *task) {
  if (!slurp(entry_file(task->name, "+CONTENTS"))) return GO_ON;
  if (replace_same) {
    task->final_directory = task->directory;
    task->directory = format("%s.xxxxxx", task->directory);
    if (!exists(task->directory)) return GO_ON;
    warnx("package `%s' already has a temporary update directory `%s', remove it manually", task->name,
      task->directory);
    return FAILED;
  }
  if (!as_dependency && automatic(task->name)) {
    if (fake || set_variable(task->name, "automatic", NULL) == 0)
      warnx("package `%s' was already installed as dependency, now marked as installed manually", task->name);
  } else warnx("package `%s' already recorded as installed", task->name);
  return DONE;
}

static bool right_platform(const struct task *task) {
  struct utsname host;
  uname(&host);
  const char *info = task->texts[BUILD_INFO];
  char *system = variable_in(info, "OPSYS"), *machine = variable_in(info, "MACHINE_ARCH");
  if (strcmp(system, host.sysname) == 0 && strcmp(machine, host.machine) == 0) return true;
  warnx("Warning: package `%s' was built for a platform:", task->name);
  warnx("%s/%s %s (pkg) vs. %s/%s %s (this host)", system, machine, variable_in(info, "OS_VERSION"), host.sysname,
    host.machine, host.release);
  return force;
}

/* Whether what needs the old version of the package is content with the new one. */
static bool dependents_agree(const struct task *task) {
  char *text = slurp(entry_file(task->other, "+REQUIRED_BY"));
  if (!text && errno != ENOENT) warnx("Can't open +REQUIRED_BY of %s", task->other);
  if (!text) return errno == ENOENT;
  struct list dependents = lines_of(text);
  bool content = true;
  for (size_t at = 0; at < dependents.count; at++) {
    char *contents = slurp(entry_file(dependents.items[at], "+CONTENTS"));
    if (!contents) {
      warnx("Can't open +CONTENTS of depending package %s", dependents.items[at]);
      return false;
    }
    struct plist plist = plist_of(contents);
    for (size_t line = 0; line < plist.count; line++) {
      struct entry entry = plist.entries[line];
      if (entry.kind != PKGDEP || !matches(entry.text, task->other) || matches(entry.text, task->name)) continue;
      warnx("Dependency of %s fulfilled by %s, but not by %s", dependents.items[at], task->other, task->name);
      content = content && force_depending;
      break;
    }
  }
  return content;
}

static bool other_version_may_go(struct task *task) {
  if (task->final_directory) {
    task->other = strdup(task->name);
    return true;
  }
  const char *dash = strrchr(task->name, '-');
  if (!dash) {
    warnx("Invalid package name %s", task->name);
    return false;
  }
  task->other = best_entry(copy(task->name, dash - task->name));
  if (!task->other) return true;
  if (replace) return dependents_agree(task);
  warnx("A different version of %s is already installed: %s", task->name, task->other);
  return false;
}

static bool is_other(const struct task *task, const char *package) {
  return task->other && strcmp(task->other, package) == 0;
}

static bool declared_conflict(const struct task *task) {
  struct list all = {0};
  bool conflict = false;
  if (!entries(&all)) errx(EXIT_FAILURE, "Couldn't read list of installed packages.");
  for (size_t line = 0; line < task->plist.count; line++) {
    struct entry entry = task->plist.entries[line];
    for (size_t at = 0; entry.kind == PKGCFL && at < all.count; at++) {
      if (!matches(entry.text, all.items[at]) || is_other(task, all.items[at])) continue;
      warnx("Package `%s' conflicts with `%s', and `%s' is installed.", task->name, entry.text, all.items[at]);
      conflict = true;
      break;
    }
  }
  for (size_t at = 0; at < all.count; at++) {
    if (is_other(task, all.items[at])) continue;
    char *path = entry_file(all.items[at], "+CONTENTS"), *text = slurp(path);
    if (!text) err(EXIT_FAILURE, "%s", path);
    struct plist plist = plist_of(text);
    for (size_t line = 0; line < plist.count; line++) {
      if (plist.entries[line].kind != PKGCFL || !matches(plist.entries[line].text, task->name)) continue;
      warnx("Installed package `%s' conflicts with `%s' when trying to install `%s'.", all.items[at],
        plist.entries[line].text, task->name);
      return true;
    }
  }
  return conflict;
}

static bool clash_of_files(const struct task *task) {
  bool clash = false;
  if (!index_open(false)) return false;
  for (size_t at = 0; at < task->plist.count; at++) {
    struct entry entry = task->plist.entries[at];
    if (entry.kind == IGNORE) at++;
    if (entry.kind != FILE_ENTRY) continue;
    const char *owner = index_get(format("%s/%s", task->prefix, entry.text));
    if (!owner || is_other(task, owner)) continue;
    warnx("Conflicting PLIST with %s: %s", owner, entry.text);
    if (force) continue;
    clash = true;
    if (!verbose) break;
  }
  index_close();
  return clash;
}

static bool dependency_met(struct task *task, const char *pattern) {
  char *best = best_entry(pattern);
  if (!best && fake) {
    warnx(force ? "Missing dependency %s, continuing" : "Missing dependency %s\n", pattern);
    return force;
  }
  if (!best) {
    if (!add_package(pattern, true, false)) {
      warnx(force_depends ? "Can't install dependency %s, continuing" : "Can't install dependency %s", pattern);
      return force_depends;
    }
    best = best_entry(pattern);
    if (!best) {
      warnx(force_depends ? "Missing dependency %s ignored" : "Just installed dependency %s disappeared", pattern);
      return force_depends;
    }
  }
  if (!has(&task->dependencies, best)) append(&task->dependencies, best);
  return true;
}

static bool dependencies_met(struct task *task) {
  for (size_t at = 0; at < task->plist.count; at++)
    if (task->plist.entries[at].kind == PKGDEP && !dependency_met(task, task->plist.entries[at].text)) return false;
  return true;
}

static bool write_metadata(const struct task *task) {
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

static bool remove_old(struct task *task) {
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

static bool run_script(const struct task *task, const char *stage) {
  if (!task->texts[INSTALL] || no_install) return true;
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

static bool extract(struct task *task) {
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

static void register_dependencies(const struct task *task) {
  for (size_t at = 0; !fake && at < task->dependencies.count; at++) {
    char *path = entry_file(task->dependencies.items[at], "+REQUIRED_BY"), *line = format("%s\n", task->name);
    int file = open(path, O_WRONLY | O_APPEND | O_CREAT, 0644);
    if (file < 0) warn("can't open dependency file '%s',registration is incomplete!", path);
    else if (write(file, line, strlen(line)) < 0) warn("can't write to dependency file `%s'", path);
    if (file >= 0) close(file);
  }
}

static bool drop_entry(const struct task *task) {
  if (fake) return false;
  remove_metadata(task->directory);
  if (remove_tree(task->directory) != 0) warn("Couldn't remove %s", task->directory);
  return false;
}

static bool drop_files(const struct task *task) {
  if (fake) return false;
  if (task->other) {
    warnx("Updating of %s to %s failed.", task->other, task->name);
    warnx("Remember to run pkg_admin rebuild-tree after fixing this.");
  }
  delete_files(&task->plist, false);
  return drop_entry(task);
}

static bool place_package(struct task *task, bool mark_automatic) {
  if (task->other) {
    if (!write_metadata(task) || !remove_old(task) || !dependencies_met(task)) return drop_entry(task);
  } else {
    if (!dependencies_met(task)) return false;
    if (!write_metadata(task)) return drop_entry(task);
  }
  if (!run_script(task, "PRE-INSTALL")) return drop_entry(task);
  if (!extract(task)) return drop_files(task);
  if (!run_script(task, "POST-INSTALL")) return drop_entry(task);
  if (mark_automatic) set_variable(task->name, "automatic", "yes");
  register_dependencies(task);
  if (verbose) printf("Package %s registered in %s\n", task->name, task->directory);
  if (task->texts[SHOWN]) fputs(task->texts[SHOWN], stdout);
  return true;
}

static bool add_package(const char *place, bool mark_automatic, bool top) {
  struct task task = {.archive = find_archive(place, top)};
  if (!task.archive) {
    warnx("no pkg found for '%s', sorry.", place);
    return false;
  }
  if (!read_metadata(&task) || !read_plist(&task) || !acceptable(&task)) return false;
  task.directory = entry_directory(task.name);
  enum outcome there = already_there(&task);
  if (there != GO_ON) return there == DONE;
  if (!right_platform(&task) || !other_version_may_go(&task)) return false;
  if (declared_conflict(&task) || clash_of_files(&task)) return false;
  return place_package(&task, mark_automatic);
}

static void take_option(int option) {
  switch (option) {
  case 'A': as_dependency = true; break;
  case 'C': configuration_file = optarg; break;
  case 'D': force_depending = true; break;
  case 'f': force = 1, force_depends = force_depending = true; break;
  case 'I': no_install = true; break;
  case 'K': set_database(optarg, 3); break;
  case 'n': fake = verbose = true; break;
  case 'p': other_prefix = optarg; break;
  case 'U': replace_same = replace = true; break;
  case 'u': replace = true; break;
  case 'V': puts(kit_version()); exit(0);
  case 'v': verbose = true; break;
  default: usage();
  }
}

int pkg_add(int count, char **arguments) {
  int failures = 0;
  for (int option; (option = next_option(count, arguments, "AC:DfhIK:nP:p:Rm:UuVv", usage)) != -1;)
    take_option(option);
  read_configuration();
  use_package_path();
  if (optind == count) {
    warnx("missing package name(s)");
    usage();
  }
  for (; optind < count; optind++) failures += !add_package(arguments[optind], as_dependency, true);
  if (failures) warnx("%d package addition%s failed", failures, failures == 1 ? "" : "s");
  return failures != 0;
}
