/* pkg_add: what has to hold before a package is added. */
#include "add.h"
#include <sys/utsname.h>

static bool agreed(const struct task *task) {
  char answer[8];
  fprintf(stderr, "Do you want to proceed with the installation of %s [y/n]?\n", task->name);
  if (fgets(answer, sizeof answer, stdin) && strchr("YyTt1", *answer)) return true;
  fputs("Cancelling installation\n", stderr);
  return false;
}

bool acceptable(const struct task *task) {
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

enum outcome already_there(struct task *task) {
  if (!slurp(entry_file(task->name, "+CONTENTS"))) return GO_ON;
  if (add_options.replace_same) {
    task->final_directory = task->directory;
    task->directory = format("%s.xxxxxx", task->directory);
    if (!exists(task->directory)) return GO_ON;
    warnx("package `%s' already has a temporary update directory `%s', remove it manually", task->name,
      task->directory);
    return FAILED;
  }
  if (!add_options.as_dependency && automatic(task->name)) {
    if (fake || set_variable(task->name, "automatic", NULL) == 0)
      warnx("package `%s' was already installed as dependency, now marked as installed manually", task->name);
  } else warnx("package `%s' already recorded as installed", task->name);
  return DONE;
}

bool right_platform(const struct task *task) {
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
      content = content && add_options.force_depending;
      break;
    }
  }
  return content;
}

bool other_version_may_go(struct task *task) {
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
  if (add_options.replace) return dependents_agree(task);
  warnx("A different version of %s is already installed: %s", task->name, task->other);
  return false;
}

static bool is_other(const struct task *task, const char *package) {
  return task->other && strcmp(task->other, package) == 0;
}

bool declared_conflict(const struct task *task) {
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

bool clash_of_files(const struct task *task) {
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
