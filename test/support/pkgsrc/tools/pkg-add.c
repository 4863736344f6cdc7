/* pkg_add: registers a package, then unpacks it. */
#include "add.h"

const struct metadata_file metadata[METADATA] = {
  {"+CONTENTS", 0644}, {"+COMMENT", 0444}, {"+DESC", 0444}, {"+INSTALL", 0555}, {"+DEINSTALL", 0555},
  {"+DISPLAY", 0444}, {"+MTREE_DIRS", 0444}, {"+BUILD_VERSION", 0444}, {"+BUILD_INFO", 0444}, {"+SIZE_PKG", 0444},
  {"+SIZE_ALL", 0444}, {"+PRESERVE", 0444}, {"+REQUIRED_BY", 0644}, {"+INSTALLED_INFO", 0644}};

struct add_options add_options;
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

static bool dependency_met(struct task *task, const char *pattern) {
  char *best = best_entry(pattern);
  if (!best && fake) {
    warnx(force ? "Missing dependency %s, continuing" : "Missing dependency %s\n", pattern);
    return force;
  }
  if (!best) {
    if (!add_package(pattern, true, false)) {
      warnx("Can't install dependency %s%s", pattern, add_options.force_depends ? ", continuing" : "");
      return add_options.force_depends;
    }
    best = best_entry(pattern);
    if (!best) {
      if (add_options.force_depends) warnx("Missing dependency %s ignored", pattern);
      else warnx("Just installed dependency %s disappeared", pattern);
      return add_options.force_depends;
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

static bool place_package(struct task *task, bool mark_automatic) {
  if (task->other) {
    if (!write_metadata(task) || !remove_old(task) || !dependencies_met(task)) return drop_entry(task);
  } else {
    if (!dependencies_met(task)) return false;
    if (!write_metadata(task)) return drop_entry(task);
  }
  if (!run_install_script(task, "PRE-INSTALL")) return drop_entry(task);
  if (!extract(task)) return drop_files(task);
  if (!run_install_script(task, "POST-INSTALL")) return drop_entry(task);
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
  case 'A': add_options.as_dependency = true; break;
  case 'C': configuration_file = optarg; break;
  case 'D': add_options.force_depending = true; break;
  case 'f': force = 1, add_options.force_depends = add_options.force_depending = true; break;
  case 'I': add_options.no_install = true; break;
  case 'K': set_database(optarg, 3); break;
  case 'n': fake = verbose = true; break;
  case 'p': other_prefix = optarg; break;
  case 'U': add_options.replace_same = add_options.replace = true; break;
  case 'u': add_options.replace = true; break;
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
  for (; optind < count; optind++) failures += !add_package(arguments[optind], add_options.as_dependency, true);
  if (failures) warnx("%d package addition%s failed", failures, failures == 1 ? "" : "s");
  return failures != 0;
}
