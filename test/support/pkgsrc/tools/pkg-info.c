/* pkg_info: what is installed, or what a package file holds. */
#include "double.h"

static const struct { const char *name; bool required; } metadata[] = {
  {"+CONTENTS", true}, {"+COMMENT", true}, {"+DESC", true}, {"+INSTALL", false}, {"+DEINSTALL", false},
  {"+DISPLAY", false}, {"+MTREE_DIRS", false}, {"+BUILD_VERSION", false}, {"+BUILD_INFO", false},
  {"+SIZE_PKG", false}, {"+SIZE_ALL", false}, {"+PRESERVE", false}, {"+REQUIRED_BY", false},
  {"+INSTALLED_INFO", false}};
enum part { CONTENTS, COMMENTED, DESC, INSTALL, DEINSTALL, SHOWN, MTREE, BUILD_VERSION, BUILD_INFO, SIZE_PKG,
  SIZE_ALL, PRESERVE, REQUIRED_BY, INSTALLED_INFO, METADATA };

struct package { const char *name, *file; char *texts[METADATA]; bool installed; struct plist plist; };

static bool by_file, quiet, index_only, summary;
static const char *variable, *lead = "";
/* The letters of what is to be shown. */
static char shown[64];
enum which { NAMED, ALL, BY_USER };
static enum which which = NAMED;

static void usage(void) {
  fputs("usage: pkg_info [-BbcDdFfhIikLmNnpqRrSsVvX] [-E pkg-name] [-e pkg-name]\n"
    "                [-K pkg_dbdir] [-l prefix] pkg-name ...\n"
    "       pkg_info [-a | -u] [flags]\n"
    "       pkg_info [-Q variable] pkg-name ...\n", stderr);
  exit(1);
}

static bool show(char letter) { return strchr(shown, letter) != NULL; }

/* Only what is asked for is read: a missing file that nobody wants is no fault. */
static bool wanted(enum part part) {
  switch (part) {
  case CONTENTS: case PRESERVE: return !index_only && !variable;
  case COMMENTED: return show('c') || index_only || summary;
  case DESC: return show('d') || summary;
  case BUILD_INFO: case INSTALLED_INFO: return variable || show('B') || summary;
  case SIZE_PKG: return summary || show('s');
  case SIZE_ALL: return show('S');
  case REQUIRED_BY: return show('R') || show('r');
  case SHOWN: return show('D');
  case INSTALL: return show('i');
  case DEINSTALL: return show('k');
  case MTREE: return show('m');
  case BUILD_VERSION: return show('b');
  default: return false;
  }
}

static struct package read_entry(const char *name) {
  struct package package = {.name = name, .installed = true};
  for (enum part part = CONTENTS; part < METADATA; part++) {
    if (!wanted(part)) continue;
    package.texts[part] = slurp(entry_file(name, metadata[part].name));
    if (!package.texts[part] && (errno != ENOENT || metadata[part].required))
      err(2, "cannot read meta data file %s of package %s", metadata[part].name, name);
  }
  return package;
}

static struct package read_archive(struct archive *archive, const char *name) {
  struct package package = {.name = name, .file = is_url(name) ? NULL : name};
  struct member member;
  int found = 0;
  while (next_member(archive, &member) == 1) {
    enum part part = CONTENTS;
    while (part < METADATA && strcmp(metadata[part].name, member.name) != 0) part++;
    if (part == METADATA) break;
    char *text = member_text(archive, &member);
    if (!text) errx(2, "cannot read package meta data");
    found += metadata[part].required;
    if (wanted(part)) package.texts[part] = text;
  }
  if (found != 3) package.name = NULL;
  return package;
}

static void show_file(const char *text, const char *title) {
  if (!text) return;
  if (!quiet) printf("%s%s", lead, title);
  size_t length = strlen(text);
  if (length == 0 || text[length - 1] != '\n') puts(text);
  else fputs(text, stdout);
  printf("\n");
}

static void show_entries(const struct plist *plist, enum kind kind, const char *title) {
  if (!first_of(plist, kind)) return;
  if (!quiet) printf("%s%s", lead, title);
  for (size_t at = 0; at < plist->count; at++)
    if (plist->entries[at].kind == kind) puts(plist->entries[at].text);
  printf("\n");
}

static void show_plist(const struct plist *plist, bool only_prefixes, const char *title) {
  static const struct { const char *brief, *full; } names[] = {
    [FILE_ENTRY] = {"", "\tFile: "}, [CWD] = {"@cwd ", "\tCWD to: "}, [EXEC] = {"@exec ", "\tEXEC ''"},
    [UNEXEC] = {"@unexec ", "\tUNEXEC ''"}, [MODE] = {"@chmod ", "\tCHMOD to "}, [OWNER] = {"@chown ", "\tCHOWN to "},
    [GROUP] = {"@chgrp ", "\tCHGRP to "}, [SRC] = {"@src: ", "\tSRC to: "}, [COMMENT] = {"@comment ", "\tComment: "},
    [IGNORE] = {"@ignore", "Ignore next file:"}, [NAME] = {"@name ", "\tPackage name: "},
    [DISPLAY] = {"@display ", "\tInstall message file: "}, [PKGDEP] = {"@pkgdep ", "\tPackage depends on: "},
    [PKGCFL] = {"@pkgcfl ", "\tPackage conflicts with: "}, [PKGDIR] = {"@pkgdir ", "\tManaged directory: "},
    [DIRRM] = {"@dirrm ", "\tObsolete deinstall directory removal hint: "},
    [OPTION] = {"@option ", "\tPackage has option: "},
    [BLDDEP] = {"@blddep ", "\tPackage depends exactly on: "}};
  bool ignored = false;
  if (!quiet) printf("%s%s", lead, title);
  for (size_t at = 0; at < plist->count; at++) {
    struct entry entry = plist->entries[at];
    if (only_prefixes && entry.kind != CWD) continue;
    printf("%s%s%s\n", quiet ? names[entry.kind].brief : names[entry.kind].full,
      entry.kind == IGNORE ? "" : entry.text, ignored && !quiet ? " (ignored)" : "");
    ignored = entry.kind == IGNORE;
  }
}

static void show_files(const struct plist *plist) {
  const char *directory = ".";
  if (!quiet) printf("%sFiles:\n", lead);
  for (size_t at = 0; at < plist->count; at++) {
    if (plist->entries[at].kind == IGNORE) at++;
    else if (plist->entries[at].kind == CWD) directory = plist->entries[at].text;
    else if (plist->entries[at].kind == FILE_ENTRY) printf("%s/%s\n", directory, plist->entries[at].text);
  }
}

static void add_dependents(struct list *all, const char *text) {
  struct list lines = lines_of(text ? text : "");
  for (size_t at = 0; at < lines.count; at++) {
    if (has(all, lines.items[at])) continue;
    add_dependents(all, read_entry(lines.items[at]).texts[REQUIRED_BY]);
    append(all, lines.items[at]);
  }
}

static void show_all_dependents(const struct package *package) {
  struct list all = {0};
  if (!package->installed) return;
  add_dependents(&all, package->texts[REQUIRED_BY]);
  if (!quiet) printf("%sFull required by list:\n", lead);
  for (size_t at = all.count; at-- > 0;) puts(all.items[at]);
  if (!quiet) printf("\n");
}

static void show_as_variable(const char *name, const char *text) {
  struct list lines = lines_of(text ? text : "");
  for (size_t at = 0; at < lines.count; at++) printf("%s=%s\n", name, lines.items[at]);
}

static void show_build_info(const char *text) {
  static const char *const names[] = {"PKGPATH", "CATEGORIES", "PROVIDES", "REQUIRES", "PKG_OPTIONS", "OPSYS",
    "OS_VERSION", "MACHINE_ARCH", "LICENSE", "HOMEPAGE", "PKGTOOLS_VERSION", "BUILD_DATE", "PREV_PKGPATH",
    "SUPERSEDES"};
  struct list lines = lines_of(text);
  for (size_t at = 0; at < lines.count; at++) {
    size_t length = strcspn(lines.items[at], "=");
    for (size_t name = 0; name < sizeof names / sizeof *names; name++)
      if (strlen(names[name]) == length && strncmp(names[name], lines.items[at], length) == 0)
        puts(lines.items[at]);
  }
}

static void show_summary(const struct package *package) {
  for (size_t at = 0; at < package->plist.count; at++) {
    struct entry entry = package->plist.entries[at];
    if (entry.kind == NAME) printf("PKGNAME=%s\n", entry.text);
    if (entry.kind == PKGDEP) printf("DEPENDS=%s\n", entry.text);
    if (entry.kind == PKGCFL) printf("CONFLICTS=%s\n", entry.text);
  }
  show_as_variable("COMMENT", package->texts[COMMENTED]);
  show_as_variable("SIZE_PKG", package->texts[SIZE_PKG]);
  if (package->texts[BUILD_INFO]) show_build_info(package->texts[BUILD_INFO]);
  else warnx("Build information missing");
  struct stat status;
  if (package->file && stat(package->file, &status) == 0) {
    const char *slash = strrchr(package->file, '/');
    printf("FILE_NAME=%s\nFILE_SIZE=%lld\n", slash ? slash + 1 : package->file, (long long)status.st_size);
  }
  show_as_variable("DESCRIPTION", package->texts[DESC]);
  putchar('\n');
}

static void show_parts(const struct package *package) {
  char *const *texts = package->texts;
  if (!quiet) printf("%sInformation for %s:\n\n", lead, package->name);
  if (!quiet && texts[PRESERVE]) puts("*** PACKAGE MAY NOT BE DELETED ***");
  if (show('c')) show_file(texts[COMMENTED], "Comment:\n");
  if (show('n')) show_entries(&package->plist, PKGDEP, "Requires:\n");
  if (show('N')) show_entries(&package->plist, BLDDEP, "Built using:\n");
  if (show('R')) show_file(texts[REQUIRED_BY], "Required by:\n");
  if (show('r')) show_all_dependents(package);
  if (show('d')) show_file(texts[DESC], "Description:\n");
  if (show('D')) show_file(texts[SHOWN], "Install notice:\n");
  if (show('f')) show_plist(&package->plist, false, "Packing list:\n");
  if (show('i')) show_file(texts[INSTALL], "Install script:\n");
  if (show('k')) show_file(texts[DEINSTALL], "De-Install script:\n");
  if (show('m')) show_file(texts[MTREE], "mtree file:\n");
  if (show('p')) show_plist(&package->plist, true, "Prefix(s):\n");
  if (show('L')) show_files(&package->plist);
  if (show('b')) show_file(texts[BUILD_VERSION], "Build version:\n");
  if (show('B')) show_file(texts[BUILD_INFO], "Build information:\n");
  if (show('B')) show_file(texts[INSTALLED_INFO], "Installed information:\n");
  if (show('s')) show_file(texts[SIZE_PKG], "Size of this package in bytes: ");
  if (show('S')) show_file(texts[SIZE_ALL], "Size in bytes including required pkgs: ");
  if (!quiet && texts[PRESERVE]) puts("*** PACKAGE MAY NOT BE DELETED ***\n");
  if (!quiet) puts(lead);
}

static void show_variable(const struct package *package) {
  bool own = strpbrk(variable, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == NULL;
  char *text = package->texts[own ? INSTALLED_INFO : BUILD_INFO];
  if (!text && !own) warnx("Build information missing");
  char *value = text ? variable_in(text, variable) : NULL;
  if (value) puts(value);
}

static void show_package(struct package *package) {
  if (index_only) {
    if (!quiet) printf("%s%-19s ", lead, package->name);
    size_t length = strlen(package->texts[COMMENTED]);
    printf("%s%s", package->texts[COMMENTED],
      length && package->texts[COMMENTED][length - 1] == '\n' ? "" : "\n");
    return;
  }
  if (variable) {
    show_variable(package);
    return;
  }
  package->plist = plist_of(package->texts[CONTENTS]);
  if (summary) show_summary(package);
  else show_parts(package);
}

static int tell(const char *name) {
  struct package package;
  if (is_url(name) || is_file(name)) {
    struct archive *archive = open_archive(name);
    if (!archive) {
      warnx("can't find package `%s', skipped", name);
      return -1;
    }
    package = read_archive(archive, name);
    if (!package.name) {
      warnx("invalid package `%s' skipped", name);
      return 1;
    }
  } else {
    char *directory = entry_directory(name);
    if (!is_directory(directory) && !link_to_directory(directory)) {
      struct list found = {0};
      if (!entries_named(name, &found)) errx(EXIT_FAILURE, "Error during search in pkgdb for %s", name);
      int failures = 0;
      for (size_t at = 0; at < found.count; at++) failures += tell(found.items[at]);
      if (!found.count) warnx("can't find package `%s'", name);
      return found.count ? failures : 1;
    }
    package = read_entry(name);
  }
  show_package(&package);
  return 0;
}

static int print_matches(const char *pattern) {
  struct list all = {0};
  bool found = false;
  if (!entries(&all)) {
    warnx("cannot iterate pkgdb");
    return 1;
  }
  for (size_t at = 0; at < all.count; at++) {
    if (!matches(pattern, all.items[at])) continue;
    if (!quiet) puts(all.items[at]);
    found = true;
  }
  return !found;
}

static int print_best(const char *pattern) {
  char *best = best_entry(pattern);
  if (best && !quiet) puts(best);
  return !best;
}

static const char *owner_of(const char *path) {
  const char *owner = index_get(path);
  if (!owner) errx(EXIT_FAILURE, "No matching pkg for %s.", path);
  return owner;
}

static int tell_named(int count, char **names) {
  int failures = 0;
  struct list chosen = {0};
  if (count == 0) {
    warnx("missing package name(s)");
    usage();
  }
  if (by_file && !index_open(false)) err(EXIT_FAILURE, "cannot open pkgdb");
  for (int at = 0; at < count; at++) {
    size_t before = chosen.count, root = strlen(database());
    if (by_file) append(&chosen, strdup(owner_of(names[at])));
    else if (is_pattern(names[at])) {
      if (!entries_matching(names[at], &chosen)) errx(EXIT_FAILURE, "Error during search in pkgdb for %s", names[at]);
      if (chosen.count == before) errx(EXIT_FAILURE, "No matching pkg for %s.", names[at]);
    } else append(&chosen, strncmp(names[at], database(), root) == 0 && names[at][root] == '/'
        ? names[at] + root + 1 : names[at]);
  }
  for (size_t at = 0; at < chosen.count; at++) failures += tell(chosen.items[at]);
  return failures;
}

static int tell_all(void) {
  struct list all = {0};
  int failures = 0;
  if (by_file) return !index_dump();
  if (!entries(&all)) return 1;
  for (size_t at = 0; at < all.count; at++)
    if (which == ALL || !automatic(all.items[at])) failures += tell(all.items[at]);
  return failures;
}

struct questions { const char *matching, *best; };

static void take_option(int option, struct questions *questions) {
  switch (option) {
  case 'a': which = ALL; break;
  case 'u': which = BY_USER; break;
  case 'E': questions->best = optarg; break;
  case 'e': questions->matching = optarg; break;
  case 'F': by_file = true; break;
  case 'I': index_only = true; break;
  case 'K': set_database(optarg, 3); break;
  case 'l': lead = optarg; break;
  case 'Q': variable = optarg; break;
  case 'q': quiet = true; break;
  case 'V': puts(kit_version()); exit(0);
  case 'v': strcpy(shown, "cdfikDmRNnsS"); break;
  case 'X': summary = true; break;
  case 'h': usage(); break;
  case '.': break;
  default: if (strlen(shown) < sizeof shown - 1) shown[strlen(shown)] = (char)option;
  }
}

int pkg_info(int count, char **arguments) {
  struct questions asked = {0};
  for (int option; (option = next_option(count, arguments, ".aBbcDde:E:fFhIiK:kLl:mNnpQ:qrRsSuvVX", usage)) != -1;)
    take_option(option, &asked);
  read_configuration();
  count -= optind, arguments += optind;
  bool nothing = !*shown && !index_only && !variable && !summary;
  if (count == 0 && nothing && !asked.matching) {
    index_only = true;
    if (which == NAMED) which = ALL;
  }
  if (asked.matching && asked.best) warnx("-E and -e are mutally exlusive"), usage();
  if (count != 0 && asked.matching) warnx("can't give any additional arguments to -e"), usage();
  if (count != 0 && asked.best) warnx("can't give any additional arguments to -E"), usage();
  if (count != 0 && which != NAMED) warnx("can't use both -a/-u and package name"), usage();
  if (nothing && !index_only) strcpy(shown, "cdRnD");
  if (asked.matching && by_file) {
    if (!index_open(false)) err(EXIT_FAILURE, "cannot open pkgdb");
    asked.matching = strdup(owner_of(asked.matching));
  }
  if (asked.matching) return print_matches(asked.matching);
  if (asked.best) return print_best(asked.best);
  return which == NAMED ? tell_named(count, arguments) : tell_all();
}
