/* pkg_admin: checks and rebuilds the database, and answers small questions. */
#include "double.h"
#include <dirent.h>

struct tally { int files, directories, packages; };

static bool quiet, names_only;
static int loud;
static const char *list_directory;

static void usage(void) {
  fputs("usage: pkg_admin [-bqSVv] [-C config] [-d lsdir] [-K pkg_dbdir] [-s sfx] command [args ...]\n"
    "Where 'commands' and 'args' are:\n"
    " rebuild                     - rebuild pkgdb from +CONTENTS files\n"
    " rebuild-tree                - rebuild +REQUIRED_BY files from forward deps\n"
    " check [pkg ...]             - check md5 checksum of installed files\n"
    " add pkg ...                 - add pkg files to database\n"
    " set variable=value pkg ...  - set installation variable for package\n"
    " unset variable pkg ...      - unset installation variable for package\n"
    " lsall /path/to/pkgpattern   - list all pkgs matching the pattern\n"
    " lsbest /path/to/pkgpattern  - list pkgs matching the pattern best\n"
    " dump                        - dump database\n"
    " pmatch pattern pkg          - returns true if pkg matches pattern, otherwise false\n"
    " fetch-pkg-vulnerabilities [-s] - fetch new vulnerability file\n"
    " check-pkg-vulnerabilities [-s] <file> - check syntax and checksums of the vulnerability file\n"
    " audit [-es] [-t type] ...       - check installed packages for vulnerabilities\n"
    " audit-pkg [-es] [-t type] ...   - check listed packages for vulnerabilities\n"
    " audit-batch [-es] [-t type] ... - check packages in listed files for vulnerabilities\n"
    " audit-history [-t type] ...     - print all advisories for package names\n"
    " check-license <condition>       - check if condition is acceptable\n"
    " check-single-license <license>  - check if license is acceptable\n"
    " config-var name                 - print current value of the configuration variable\n"
    " check-signature ...             - verify the signature of packages\n"
    " x509-sign-package pkg spkg key cert  - create X509 signature\n"
    " gpg-sign-package pkg spkg       - create GPG signature\n", stderr);
  exit(EXIT_FAILURE);
}

/* Whether a listed file is there; if not, says so. */
static bool on_disk(const char *package, const char *path) {
  if (is_file(path) || link_to_directory(path)) return true;
  if (broken_link(path))
    warnx("%s: Symlink `%s' exists and is in +CONTENTS but target does not exist!", package, path);
  else warnx("%s: File `%s' is in +CONTENTS but not on filesystem!", package, path);
  return false;
}

static void add_to_index(const char *package, struct tally *tally) {
  if (!index_open(true)) err(EXIT_FAILURE, "cannot open pkgdb");
  tally->packages++;
  char *text = slurp(entry_file(package, "+CONTENTS"));
  if (!text) errx(EXIT_FAILURE, "%s: can't open `+CONTENTS'", package);
  struct plist plist = plist_of(text);
  const char *name = first_of(&plist, NAME), *prefix = NULL;
  if (!name) errx(EXIT_FAILURE, "Package `%s' has no @name, aborting.", package);
  for (size_t at = 0; at < plist.count; at++) {
    struct entry entry = plist.entries[at];
    if (entry.kind == IGNORE) at++;
    if (entry.kind == CWD) prefix = entry.text;
    if (entry.kind == PKGDIR) {
      index_add_directory(name, prefix, entry.text);
      tally->directories++;
    }
    if (entry.kind != FILE_ENTRY) continue;
    if (!prefix) errx(EXIT_FAILURE, "@cwd not yet found, please send-pr!");
    char *path = format("%s/%s", prefix, entry.text);
    if (!on_disk(name, path)) continue;
    index_put(path, name);
    tally->files++;
  }
  index_close();
}

static void rebuild(void) {
  struct tally tally = {0};
  struct list all = {0};
  if (unlink(index_path()) != 0 && errno != ENOENT) err(EXIT_FAILURE, "unlink %s", index_path());
  setbuf(stdout, NULL);
  entries(&all);
  for (size_t at = 0; at < all.count; at++) add_to_index(all.items[at], &tally);
  printf("\nStored %d file%s and %d explicit director%s from %d package%s in %s.\n", tally.files,
    tally.files == 1 ? "" : "s", tally.directories, tally.directories == 1 ? "y" : "ies", tally.packages,
    tally.packages == 1 ? "" : "s", index_path());
}

static void require(const char *pattern, const char *package) {
  char *best = best_entry(pattern);
  if (!best) {
    warnx("Dependency %s of %s unresolved", pattern, package);
    return;
  }
  char *path = entry_file(best, "+REQUIRED_BY"), *line = format("%s\n", package);
  int file = open(path, O_WRONLY | O_APPEND | O_CREAT, 0644);
  if (file < 0 || write(file, line, strlen(line)) < 0) errx(EXIT_FAILURE, "Cannot write to %s", path);
  close(file);
}

static void rebuild_tree(void) {
  struct list all = {0};
  if (!entries(&all)) errx(EXIT_FAILURE, "cannot iterate pkgdb");
  for (size_t at = 0; at < all.count; at++) {
    char *path = entry_file(all.items[at], "+REQUIRED_BY");
    if (unlink(path) != 0 && errno != ENOENT) err(EXIT_FAILURE, "Cannot remove %s", path);
  }
  for (size_t at = 0; at < all.count; at++) {
    char *text = slurp(entry_file(all.items[at], "+CONTENTS"));
    if (!text) errx(EXIT_FAILURE, "Cannot read +CONTENTS of package %s", all.items[at]);
    struct plist plist = plist_of(text);
    for (size_t line = 0; line < plist.count; line++)
      if (plist.entries[line].kind == PKGDEP) require(plist.entries[line].text, all.items[at]);
  }
}

static void check_file(const char *path, const struct entry *comment) {
  if (!comment || comment->kind != COMMENT) return;
  if (strncmp(comment->text, "MD5:", 4) == 0) {
    char *digest = md5_of_file(path);
    if (digest && strcmp(digest, comment->text + 4) != 0) printf("%s fails MD5 checksum\n", path);
  }
  if (strncmp(comment->text, "Symlink:", 8) != 0) return;
  char target[4096];
  ssize_t length = readlink(path, target, sizeof target - 1);
  if (length < 0) {
    warnx("can't readlink `%s'", path);
    return;
  }
  target[length] = 0;
  if (strcmp(target, comment->text + 8) != 0)
    printf("symlink (%s) is not same as recorded value, Symlink:%s: %s\n", path, target, comment->text);
}

static void check_package(const char *package, struct tally *tally) {
  char *contents = entry_file(package, "+CONTENTS"), *text = slurp(contents);
  if (!text) err(EXIT_FAILURE, "can't open %s", contents);
  struct plist plist = plist_of(text);
  const char *name = first_of(&plist, NAME), *prefix = NULL;
  if (!name) errx(EXIT_FAILURE, "Package %s has no @name, aborting.", package);
  for (size_t at = 0; at < plist.count; at++) {
    struct entry entry = plist.entries[at];
    if (entry.kind == IGNORE) at++;
    if (entry.kind == CWD) prefix = entry.text;
    if (entry.kind != FILE_ENTRY) continue;
    char *path = format("%s/%s", prefix ? prefix : "", entry.text);
    if (!on_disk(name, path)) continue;
    check_file(path, at + 1 < plist.count ? &plist.entries[at + 1] : NULL);
    tally->files++;
  }
  tally->packages++;
  if (!quiet) printf(".");
}

/* Names are tried as patterns, then with `-[0-9]*` behind them. */
static struct list installed(const char *pattern) {
  struct list found = {0};
  if (!entries_matching(pattern, &found)) errx(EXIT_FAILURE, "Cannot process pkdbdb");
  if (!found.count && !is_pattern(pattern)) entries_matching(format("%s-[0-9]*", pattern), &found);
  return found;
}

static void check_pattern(const char *pattern, struct tally *tally, bool may_be_none) {
  struct list found = installed(pattern);
  if (!found.count && !may_be_none)
    errx(EXIT_FAILURE, is_pattern(pattern) ? "No matching pkg for %s." : "cannot find package %s", pattern);
  for (size_t at = 0; at < found.count; at++) check_package(found.items[at], tally);
}

static int check(char **patterns) {
  struct tally tally = {0};
  setbuf(stdout, NULL);
  if (!*patterns) check_pattern("*", &tally, true);
  for (; *patterns; patterns++) check_pattern(*patterns, &tally, false);
  printf("\nChecked %d file%s from %d package%s.\n", tally.files, tally.files == 1 ? "" : "s", tally.packages,
    tally.packages == 1 ? "" : "s");
  if (!quiet) puts("Done.");
  return 0;
}

static int set_or_unset(char **arguments, bool unset) {
  int failures = 0;
  if (!arguments[0] || !arguments[1]) usage();
  char *name = strdup(arguments[0]), *equals = unset ? NULL : strchr(name, '=');
  if (!unset && !equals) usage();
  if (equals) *equals++ = 0;
  bool odd = equals && strcasecmp(equals, "yes") != 0 && strcasecmp(equals, "no") != 0;
  if (odd && strcmp(name, "automatic") == 0) errx(EXIT_FAILURE, "unknown value `%s' for automatic", equals);
  if (strpbrk(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    errx(EXIT_FAILURE, "variable name must not contain uppercase letters");
  for (char **pattern = arguments + 1; *pattern; pattern++) {
    struct list found = installed(*pattern);
    for (size_t at = 0; at < found.count; at++) set_variable(found.items[at], name, equals);
    if (found.count) continue;
    warnx(is_pattern(*pattern) ? "no matching pkg for `%s'" : "cannot find package %s", *pattern);
    failures++;
  }
  return failures ? EXIT_FAILURE : 0;
}

static int find_best(char **patterns) {
  int missing = 0;
  use_package_path();
  for (; *patterns; patterns++) {
    char *best = best_package(NULL, *patterns, true);
    if (best) puts(best);
    else missing = 1;
  }
  return missing;
}

static void list_local(const char *argument, bool best_only) {
  const char *slash = strrchr(argument, '/'), *pattern = slash ? slash + 1 : argument;
  const char *place = list_directory ? list_directory : slash ? copy(argument, slash - argument) : ".";
  DIR *directory = opendir(place);
  char *best = NULL;
  for (struct dirent *found; directory && (found = readdir(directory));) {
    size_t length = strlen(found->d_name);
    if (length < 5 || strcmp(found->d_name + length - 4, ".tgz") != 0) continue;
    char *name = copy(found->d_name, length - 4);
    if (best_only && better(pattern, name, best) == 1) best = name;
    if (best_only || !matches(pattern, name)) continue;
    if (names_only) puts(found->d_name);
    else printf("%s/%s\n", place, found->d_name);
  }
  if (best && names_only) printf("%s.tgz\n", best);
  else if (best) printf("%s/%s.tgz\n", place, best);
}

static void take_option(int option) {
  switch (option) {
  case 'C': configuration_file = optarg; break;
  case 'K': set_database(optarg, 3); break;
  case 'S': case 's': break;
  case 'V': puts(kit_version()); exit(0);
  case 'b': names_only = true; break;
  case 'd': list_directory = optarg; break;
  case 'q': quiet = true; break;
  case 'v': loud++; break;
  default: usage();
  }
}

/* Commands that answer with a text or an exit status alone. */
static int small_command(const char *command, char **arguments) {
  if (strcmp(command, "pmatch") == 0) {
    if (!arguments[0] || !arguments[1]) usage();
    return !matches(arguments[0], arguments[1]);
  }
  if (strcmp(command, "config-var") == 0) {
    if (!arguments[0] || arguments[1]) errx(EXIT_FAILURE, "config-var takes exactly one argument");
    if (setting(arguments[0])) puts(setting(arguments[0]));
    return 0;
  }
  if (strcmp(command, "dump") == 0 || strcmp(command, "list") == 0) {
    index_dump();
    return 0;
  }
  bool best = strcmp(command, "lsbest") == 0;
  if (!best && strcmp(command, "lsall") != 0) return -1;
  for (; *arguments; arguments++) list_local(*arguments, best);
  return 0;
}

int pkg_admin(int count, char **arguments) {
  if (count < 2) usage();
  for (int option; (option = next_option(count, arguments, "C:K:SVbd:qs:v", usage)) != -1;) take_option(option);
  count -= optind, arguments += optind;
  if (count == 0) usage();
  read_configuration();
  const char *command = arguments[0];
  if (strcmp(command, "check") == 0) return check(arguments + 1);
  if (strcmp(command, "rebuild") == 0) return rebuild(), puts("Done."), 0;
  if (strcmp(command, "rebuild-tree") == 0) return rebuild_tree(), puts("Done."), 0;
  if (strcmp(command, "findbest") == 0) return find_best(arguments + 1);
  if (strcmp(command, "set") == 0) return set_or_unset(arguments + 1, false);
  if (strcmp(command, "unset") == 0) return set_or_unset(arguments + 1, true);
  if (strcmp(command, "add") == 0) {
    struct tally tally = {0};
    for (arguments++; *arguments; arguments++) add_to_index(*arguments, &tally);
    return 0;
  }
  int status = small_command(command, arguments + 1);
  if (status < 0) status = vulnerabilities_command(count, arguments, loud, quiet, usage);
  if (status < 0) usage();
  return status;
}
