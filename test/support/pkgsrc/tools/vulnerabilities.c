/* The list of vulnerabilities: fetched, checked, and held against packages. */
#include "double.h"
#include <sys/wait.h>
#include <time.h>

struct advisory { char *pattern, *type, *url; };

static struct advisory *advisories;
static size_t count;
static const char *only_type;
static bool newer_only;

static char *list_path(void) { return format("%s/pkg-vulnerabilities", setting("PKGVULNDIR")); }

static bool starts(const char *text, const char *with) { return strncmp(text, with, strlen(with)) == 0; }

/* The digest of a text by one of coreutils' programs. */
static char *digest_by(const char *program, const char *text, size_t length) {
  FILE *file = tmpfile();
  int ends[2];
  fwrite(text, 1, length, file);
  fflush(file);
  rewind(file);
  if (pipe(ends) != 0) err(2, "pipe");
  if (fork() == 0) {
    dup2(fileno(file), 0);
    dup2(ends[1], 1);
    execlp(program, program, (char *)NULL);
    _exit(127);
  }
  close(ends[1]);
  char *digest = slurp_descriptor(ends[0], NULL);
  wait(NULL);
  return copy(digest, strcspn(digest, " "));
}

static void check_digest(const char *text, const char *line) {
  struct list lines = lines_of(text);
  char *counted = "", name[16], value[256];
  if (sscanf(line, "#CHECKSUM %15s %255s", name, value) != 2) errx(EXIT_FAILURE, "Invalid #CHECKSUM");
  bool sha1 = strcmp(name, "SHA1") == 0;
  if (!sha1 && strcmp(name, "SHA512") != 0) errx(EXIT_FAILURE, "Unknown #CHECKSUM hash");
  for (size_t at = 0; at < lines.count; at++) {
    const char *item = lines.items[at];
    if (*item && !starts(item, "Hash:") && !starts(item, "# $NetBSD") && !starts(item, "#CHECKSUM"))
      counted = format("%s%s\n", counted, item);
  }
  if (strcmp(digest_by(sha1 ? "sha1sum" : "sha512sum", counted, strlen(counted)), value) != 0)
    errx(EXIT_FAILURE, "%s hash doesn't match", name);
}

static bool blank(const char *text) { return text[strspn(text, " \t\r")] == 0; }

static void add_advisory(char *line) {
  struct advisory advisory = {.pattern = strsep(&line, " \t")};
  while (line && isspace((unsigned char)*line)) line++;
  if (!line || !*line) errx(EXIT_FAILURE, "Input error: missing classification");
  advisory.type = strsep(&line, " \t");
  while (line && isspace((unsigned char)*line)) line++;
  if (!line || !*line) errx(EXIT_FAILURE, "Input error: missing URL");
  advisory.url = copy(line, strcspn(line, " \t\r"));
  advisories = realloc(advisories, (count + 1) * sizeof *advisories);
  advisories[count++] = advisory;
}

static void check_header(const char *line) {
  if (line[0] == '#' && (!line[1] || isspace((unsigned char)line[1]))) {
    if (!blank(line + 1)) errx(EXIT_FAILURE, "Invalid header");
  } else if (!starts(line, "#FORMAT")) errx(EXIT_FAILURE, "Input header is malformed");
  else if (!starts(line, "#FORMAT 1.1.0") || !blank(line + 13)) errx(EXIT_FAILURE, "Input #FORMAT");
}

static void parse(char *text) {
  bool formatted = false;
  size_t length = strlen(text);
  if (length && text[length - 1] != '\n') errx(EXIT_FAILURE, "Missing newline in pkg-vulnerabilities");
  struct list lines = lines_of(text);
  for (size_t at = 0; at < lines.count; at++) {
    char *line = lines.items[at];
    if (!*line || (!formatted && (starts(line, "Hash:") || starts(line, "# $NetBSD")))) continue;
    if (!formatted) {
      check_header(line);
      formatted = starts(line, "#FORMAT");
    } else if (starts(line, "#CHECKSUM")) check_digest(text, line);
    else if (*line != '#') add_advisory(line);
  }
  if (!formatted) errx(EXIT_FAILURE, "Missing #CHECKSUM or content");
}

/* A list may be compressed. */
static void parse_bytes(const char *bytes, size_t length) {
  char *text = copy(bytes, length);
  if (length > 1 && !memcmp(bytes, "\x1f\x8b", 2)) {
    FILE *file = tmpfile();
    int ends[2];
    fwrite(bytes, 1, length, file);
    fflush(file);
    rewind(file);
    if (pipe(ends) != 0) err(2, "pipe");
    if (fork() == 0) {
      dup2(fileno(file), 0);
      dup2(ends[1], 1);
      execl("/bin/gzip", "gzip", "-dc", (char *)NULL);
      _exit(127);
    }
    close(ends[1]);
    text = slurp_descriptor(ends[0], &length);
    int status;
    if (wait(&status) < 0 || status != 0) errx(EXIT_FAILURE, "Cannot read pkg_vulnerabilities: truncated gzip input");
  }
  if (strlen(text) != length) errx(1, "Invalid input (NUL character found)");
  parse(text);
}

static void read_file(const char *path) {
  int file = open(path, O_RDONLY);
  size_t length;
  if (file < 0) err(EXIT_FAILURE, "Cannot open %s", path);
  char *bytes = slurp_descriptor(file, &length);
  parse_bytes(bytes, length);
}

void read_vulnerabilities(void) { read_file(list_path()); }

static bool ignored(const char *url) {
  struct list urls = lines_of(setting("IGNORE_URL") ? setting("IGNORE_URL") : "");
  return has(&urls, url);
}

bool vulnerable(const char *package, const char *type, enum telling telling) {
  bool found = false;
  FILE *output = telling == COMPLAINTS ? stderr : stdout;
  for (size_t at = 0; at < count; at++) {
    struct advisory advisory = advisories[at];
    bool old = strcmp(advisory.type, "eol") == 0;
    if (ignored(advisory.url) || (type && strcmp(type, advisory.type) != 0)) continue;
    if (!matches(advisory.pattern, package) || (old && strcasecmp(setting("CHECK_END_OF_LIFE"), "yes") != 0)) continue;
    found = true;
    if (telling == NAMES) puts(package);
    else if (old) fprintf(output, "Package %s has reached end-of-life (eol), see "
      "http://ftp.NetBSD.org/pub/NetBSD/packages/vulns/eol-packages\n", package);
    else fprintf(output, "Package %s has a %s vulnerability, see %s\n", package, advisory.type, advisory.url);
  }
  return found;
}

static void take_options(int arguments_count, char **arguments, const char *options, void (*usage)(void)) {
  optind = 1;
  for (int option; (option = next_option(arguments_count, arguments, options, usage)) != -1;) {
    if (option == 't') only_type = optarg;
    if (option == 'u') newer_only = true;
    if (option == 's') errx(EXIT_FAILURE, "cannot read keyring: No such file or directory");
  }
}

static int fetch_list(int loud) {
  const char *url = setting("PKGVULNURL");
  struct stat status;
  char since[64];
  bool newer = newer_only && stat(list_path(), &status) == 0;
  if (loud >= 2) fprintf(stderr, "Fetching %s\n", url);
  if (newer) strftime(since, sizeof since, "%a, %d %b %Y %H:%M:%S GMT", gmtime(&status.st_mtime));
  struct reply reply = fetch(url, newer ? since : NULL);
  if (newer && reply.status == 304) {
    if (loud >= 1) fprintf(stderr, "%s is not newer\n", url);
    return EXIT_SUCCESS;
  }
  if (reply.status != 200) errx(EXIT_FAILURE, "Could not fetch vulnerability file: %s", reply.reason);
  if (!reply.sized) errx(EXIT_FAILURE, "Truncated pkg-vulnerabilities received");
  parse_bytes(reply.body, reply.length);
  int file = open(list_path(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (file < 0) err(EXIT_FAILURE, "Cannot create pkg-vulnerability file %s", list_path());
  if (write(file, reply.body, reply.length) != (ssize_t)reply.length)
    err(EXIT_FAILURE, "Cannot write pkg-vulnerability file");
  close(file);
  return EXIT_SUCCESS;
}

static bool history_matches(const char *pattern, const char *name) {
  const char *open = strchr(pattern, '{');
  if (open) {
    const char *close = strchr(open, '}');
    if (!close) errx(EXIT_FAILURE, "Unbalanced {} in pattern %s", pattern);
    char *choices = copy(open + 1, close - open - 1);
    for (char *choice; (choice = strsep(&choices, ","));)
      if (history_matches(format("%.*s%s%s", (int)(open - pattern), pattern, choice, close + 1), name)) return true;
    return false;
  }
  size_t length = strcspn(pattern, "<>");
  if (!pattern[length]) {
    const char *end = strpbrk(pattern, "[") ? strpbrk(pattern, "[") : pattern + length;
    while (end > pattern && *end != '-') end--;
    length = end - pattern;
  }
  return strlen(name) == length && strncmp(pattern, name, length) == 0;
}

static void tell_history(const char *name) {
  for (size_t at = 0; at < count; at++)
    if (strcmp(advisories[at].type, "eol") != 0 && history_matches(advisories[at].pattern, name))
      printf("%s %s %s\n", advisories[at].pattern, advisories[at].type, advisories[at].url);
}

static void report_age(int loud) {
  struct stat status;
  if (stat(list_path(), &status) != 0)
    errx(EXIT_FAILURE, errno == ENOENT ? "pkg-vulnerabilities not found, run pkg_admin -d"
      : "pkg-vulnerabilities not readable");
  long days = (time(NULL) - status.st_mtime) / 86400;
  if (days > 7) warnx("pkg-vulnerabilities is out of date (%ld days old)", days);
  else if (loud >= 2) warnx("pkg-vulnerabilities is %ld day%s old", days, days == 1 ? "" : "s");
}

/* The packages that an argument of audit, audit-pkg or audit-batch stands for. */
static struct list packages_of(const char *command, const char *argument) {
  struct list packages = {0};
  if (strcmp(command, "audit") == 0) entries_matching(argument, &packages);
  else if (strcmp(command, "audit-pkg") == 0) append(&packages, strdup(argument));
  else {
    char *text = slurp(argument);
    if (!text) err(EXIT_FAILURE, "Failed to open input file %s", argument);
    packages = lines_of(text);
  }
  return packages;
}

static int audit(int count_left, char **arguments, const char *command, int loud, bool quiet) {
  bool found = false;
  static char *everything[] = {"*"};
  if (count_left == 0 && strcmp(command, "audit") == 0) count_left = 1, arguments = everything;
  for (int at = 0; at < count_left; at++) {
    struct list packages = packages_of(command, arguments[at]);
    for (size_t package = 0; package < packages.count; package++)
      if (vulnerable(packages.items[package], only_type, quiet ? NAMES : SENTENCES)) found = true;
  }
  if (!found && loud >= 1) fputs("No vulnerabilities found\n", stderr);
  return found ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* -1 when the command is none of these. */
int vulnerabilities_command(int arguments_count, char **arguments, int loud, bool quiet, void (*usage)(void)) {
  const char *command = arguments[0];
  if (strcmp(command, "fetch-pkg-vulnerabilities") == 0) {
    take_options(arguments_count, arguments, "su", usage);
    return fetch_list(loud);
  }
  if (strcmp(command, "check-pkg-vulnerabilities") == 0) {
    take_options(arguments_count, arguments, "s", usage);
    if (arguments_count != optind + 1) usage();
    read_file(arguments[optind]);
    return EXIT_SUCCESS;
  }
  if (!starts(command, "audit")) return -1;
  bool history = strcmp(command, "audit-history") == 0;
  take_options(arguments_count, arguments, history ? "st:" : "est:", usage);
  if (loud >= 1) report_age(loud);
  read_vulnerabilities();
  if (!history) return audit(arguments_count - optind, arguments + optind, command, loud, quiet);
  for (int at = optind; at < arguments_count; at++) tell_history(arguments[at]);
  return EXIT_SUCCESS;
}
