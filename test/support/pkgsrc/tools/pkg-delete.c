/* pkg_delete: removes packages, dependents first. */
#include "double.h"
#include <sys/wait.h>

static bool no_script, keep_preserved, unregister_only, new_leaves, automatic_leaves, with_dependents;
static const char *other_prefix;

static void usage(void) {
  fputs("usage: pkg_delete [-DFfkNnORrVv] [-K pkg_dbdir] [-P destdir] [-p prefix] pkg-name ...\n", stderr);
  exit(1);
}

static bool add_by_pattern(struct list *packages, const char *pattern) {
  size_t before = packages->count;
  if (!entries_matching(pattern, packages)) warnx("Error expanding pattern `%s'", pattern);
  else if (packages->count == before) warnx("No package matching `%s' found", pattern);
  return packages->count > before;
}

static bool add_by_name(struct list *packages, const char *name) {
  const char *package = name;
  size_t root = strlen(database()), before = packages->count;
  if (*name == '/') {
    if (strncmp(name, database(), root) != 0 || name[root] != '/') {
      warnx("Absolute path is not relative to package database, skipping: %s", name);
      return false;
    }
    package = name + root + 1;
  }
  if (exists(entry_file(package, "+CONTENTS"))) {
    append(packages, strdup(package));
    return true;
  }
  if (!entries_named(package, packages)) warnx("Error expanding basename `%s' of `%s'", package, name);
  else if (packages->count == before) warnx("No matching package for basename `%s' of `%s'", package, name);
  return packages->count > before;
}

static struct list dependents_of(const char *package) {
  char *text = slurp(entry_file(package, "+REQUIRED_BY"));
  return text ? lines_of(text) : (struct list){0};
}

/* The dependents of a package that are not to be removed before it. */
static struct list remaining(const char *package, const struct list *sorted) {
  struct list all = dependents_of(package), left = {0};
  for (size_t at = 0; at < all.count; at++)
    if (!has(sorted, all.items[at])) append(&left, all.items[at]);
  return left;
}

static struct list without_repeats(const struct list *packages) {
  struct list once = {0};
  for (size_t at = 0; at < packages->count; at++)
    if (!has(&once, packages->items[at])) append(&once, packages->items[at]);
  return once;
}

/* Dependents before what they need. What is needed by others stays in `packages`. */
static struct list in_order(struct list *packages) {
  struct list sorted = {0};
  for (bool moved = true; moved;) {
    moved = false;
    struct list kept = {0}, added = {0};
    for (size_t at = 0; at < packages->count; at++) {
      char *package = packages->items[at];
      struct list left = remaining(package, &sorted);
      if (left.count == 0) {
        append(&sorted, package);
        moved = true;
        continue;
      }
      append(&kept, package);
      for (size_t other = 0; with_dependents && other < left.count; other++)
        if (!has(packages, left.items[other]) && !has(&added, left.items[other]))
          append(&added, left.items[other]), moved = true;
    }
    for (size_t at = 0; at < kept.count; at++) append(&added, kept.items[at]);
    *packages = added;
  }
  return sorted;
}

static bool complain_of_dependents(struct list *packages, struct list *sorted) {
  for (size_t at = 0; at < packages->count; at++) {
    char *package = packages->items[at];
    fprintf(stderr, "Package `%s' is still required by other packages:\n", package);
    struct list left = remaining(package, sorted);
    for (size_t other = 0; other < left.count; other++) fprintf(stderr, "\t%s\n", left.items[other]);
    if (force) append(sorted, package);
  }
  return packages->count > 0 && !force;
}

static bool new_leaf(const char *package, const struct list *sorted) {
  if (exists(entry_file(package, "+PRESERVE")) || has(sorted, package)) return false;
  if (automatic_leaves && !new_leaves && !automatic(package)) return false;
  return dependents_of(package).count > 0 && remaining(package, sorted).count == 0;
}

static void add_leaves(struct list *sorted) {
  struct list all = {0};
  entries(&all);
  for (bool found = true; found;) {
    found = false;
    for (size_t at = 0; at < all.count; at++)
      if (new_leaf(all.items[at], sorted)) append(sorted, all.items[at]), found = true;
  }
}

static bool any_preserved(struct list *sorted) {
  struct list left = {0};
  bool found = false;
  for (size_t at = 0; at < sorted->count; at++) {
    bool preserved = exists(entry_file(sorted->items[at], "+PRESERVE"));
    if (!preserved || !keep_preserved) append(&left, sorted->items[at]);
    if (!preserved || keep_preserved) continue;
    if (!found) warnx("The following packages are marked as not for deletion:");
    found = true;
    fprintf(stderr, "\t%s\n", sorted->items[at]);
  }
  *sorted = left;
  if (!found) return false;
  if (force == 0 || (!unregister_only && force == 1)) return true;
  fputs("...but will delete them anyway\n", stderr);
  return false;
}

static bool run_script(const char *package, const char *stage, const char *text) {
  char *script = entry_file(package, "+DEINSTALL");
  if (no_script || unregister_only || !exists(script)) return true;
  if (fake) {
    printf("Would execute %s script with argument %s now\n", text, stage);
    return true;
  }
  if (chmod(script, 0555) != 0) warn("chmod of `%s' failed", script);
  pid_t child = vfork();
  if (child == 0) {
    if (chdir(entry_directory(package)) == 0) execl(script, script, package, stage, (char *)NULL);
    _exit(127);
  }
  int status;
  waitpid(child, &status, 0);
  if (status != 0) warnx("%s script returned error status", text);
  return status == 0;
}

static bool remove_line(const char *package, const char *text) {
  char *path = entry_file(package, "+REQUIRED_BY"), *temporary = format("%s.tmp", path), *old = slurp(path);
  if (!old || !*old) return true;
  FILE *file = fopen(temporary, "w");
  if (!file) {
    warn("Unable to open `%s'", temporary);
    return false;
  }
  struct list lines = lines_of(old);
  for (size_t at = 0; at < lines.count; at++)
    if (strcmp(lines.items[at], text) != 0) fprintf(file, "%s\n", lines.items[at]);
  fclose(file);
  if (rename(temporary, path) == 0) return true;
  warn("Unable to rename `%s' to `%s'", temporary, path);
  return false;
}

static void remove_dependencies(const char *package, const struct plist *plist) {
  for (size_t at = 0; at < plist->count; at++) {
    const struct entry *entry = &plist->entries[at];
    struct list found = {0};
    if (entry->kind != PKGDEP) continue;
    if (verbose) printf("Attempting to remove dependency on package `%s'\n", entry->text);
    if (!fake && entries_matching(entry->text, &found))
      for (size_t other = 0; other < found.count && remove_line(found.items[other], package); other++);
  }
}

static bool drop_entry(const char *package) {
  char *directory = entry_directory(package);
  remove_metadata(directory);
  if (rmdir(directory) == 0) return true;
  if (!force) warnx("Couldn't remove package directory in `%s'", directory);
  else if (remove_tree(directory) != 0) warn("Couldn't remove package directory `%s'", directory);
  else warnx("Package directory `%s' forcefully removed", directory);
  return false;
}

static bool remove_package(const char *package) {
  char *path = entry_file(package, "+CONTENTS"), *text = slurp(path);
  if (!text) {
    if (!exists(path)) warnx("package `%s' is not installed, `%s' missing", package, path);
    else warnx("Failed to open `%s'", path);
    return false;
  }
  struct plist plist = plist_of(text);
  if (other_prefix) set_prefix(&plist, other_prefix);
  if (!first_of(&plist, CWD)) {
    warnx("Package `%s' doesn't have a prefix", package);
    return false;
  }
  if (!first_of(&plist, NAME)) {
    warnx("Package `%s' doesn't have a name", package);
    plist = plist_of(format("@name %s\n%s", package, text));
  }
  setenv("PKG_METADATA_DIR", entry_directory(package), 1);
  setenv("PKG_PREFIX", first_of(&plist, CWD), 1);
  if (!run_script(package, "DEINSTALL", "deinstall") && !force) return false;
  if (fake) printf("Attempting to delete package `%s'\n", package);
  else if (!delete_files(&plist, unregister_only)) warnx("couldn't entirely delete package `%s'", package);
  remove_dependencies(package, &plist);
  bool good = run_script(package, "POST-DEINSTALL", "post-deinstall");
  return fake || (drop_entry(package) && good);
}

static void take_option(int option) {
  switch (option) {
  case 'A': automatic_leaves = true; break;
  case 'D': no_script = true; break;
  case 'f': force++; break;
  case 'K': set_database(optarg, 3); break;
  case 'k': keep_preserved = true; break;
  case 'N': unregister_only = true; break;
  case 'n': fake = true; break;
  case 'p': other_prefix = optarg; break;
  case 'R': new_leaves = true; break;
  case 'r': with_dependents = true; break;
  case 'V': puts(kit_version()); exit(0);
  case 'v': verbose = true; break;
  default: usage();
  }
}

int pkg_delete(int count, char **arguments) {
  struct list asked = {0};
  bool known = true;
  for (int option; (option = next_option(count, arguments, "ADfK:kNnP:p:RrVv", usage)) != -1;) take_option(option);
  read_configuration();
  if (optind == count) {
    warnx("Missing package name(s)");
    usage();
  }
  if (!index_open(!fake)) errx(EXIT_FAILURE, "Opening pkgdb failed");
  for (; optind < count; optind++) {
    char *name = arguments[optind];
    if (!(is_pattern(name) ? add_by_pattern(&asked, name) : add_by_name(&asked, name))) known = false;
  }
  if (!known && !force) return EXIT_FAILURE;
  struct list packages = without_repeats(&asked), sorted = in_order(&packages);
  if (complain_of_dependents(&packages, &sorted)) return EXIT_FAILURE;
  if (new_leaves || automatic_leaves) add_leaves(&sorted);
  if (any_preserved(&sorted)) return EXIT_FAILURE;
  setenv("PKG_REFCOUNT_DBDIR", setting("PKG_REFCOUNT_DBDIR"), 1);
  int bad = 0;
  for (size_t at = 0; at < sorted.count && (force || !bad); at++) bad += !remove_package(sorted.items[at]);
  return bad ? EXIT_FAILURE : EXIT_SUCCESS;
}
