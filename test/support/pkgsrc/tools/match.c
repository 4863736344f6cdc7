/* Package patterns and versions. */
#include "double.h"
#include <fnmatch.h>

struct version { int parts[256]; int count; int revision; };

static const struct { const char *word; int value; } words[] = {
  {"alpha", -3}, {"beta", -2}, {"pre", -1}, {"rc", -1}, {"pl", 0}, {"_", 0}, {".", 0}};

static const char *number(const char *text, int *value) {
  unsigned made = 0;
  for (; isdigit((unsigned char)*text); text++) made = made * 10 + (*text - '0');
  *value = (int)made;
  return text;
}

static void add_part(struct version *version, int part) {
  if (version->count < 256) version->parts[version->count++] = part;
}

/* Takes one component and returns what is left. */
static const char *component(struct version *version, const char *text) {
  if (isdigit((unsigned char)*text)) {
    int value;
    text = number(text, &value);
    add_part(version, value);
    return text;
  }
  for (size_t at = 0; at < sizeof words / sizeof *words; at++) {
    size_t length = strlen(words[at].word);
    if (strncasecmp(text, words[at].word, length) != 0) continue;
    add_part(version, words[at].value);
    return text + length;
  }
  if (strncasecmp(text, "nb", 2) == 0) return number(text + 2, &version->revision);
  if (isalpha((unsigned char)*text)) {
    add_part(version, 0);
    add_part(version, tolower((unsigned char)*text) - 'a' + 1);
  }
  return text + 1;
}

static struct version version_of(const char *text) {
  struct version version = {.count = 0, .revision = 0};
  while (*text) text = component(&version, text);
  return version;
}

static int compare(const char *left, const char *right) {
  struct version a = version_of(left), b = version_of(right);
  for (int at = 0; at < a.count || at < b.count; at++) {
    int x = at < a.count ? a.parts[at] : 0, y = at < b.count ? b.parts[at] : 0;
    /* The tools subtract, with the overflow of 32 bits. */
    int difference = (int)((unsigned)x - (unsigned)y);
    if (difference != 0) return difference;
  }
  return (int)((unsigned)a.revision - (unsigned)b.revision);
}

static bool holds(const char *version, const char *operator, const char *bound) {
  int order = compare(version, bound);
  if (strncmp(operator, "<=", 2) == 0) return order <= 0;
  if (strncmp(operator, ">=", 2) == 0) return order >= 0;
  return *operator == '<' ? order < 0 : order > 0;
}

static bool relation(const char *pattern, const char *package) {
  const char *version = strrchr(package, '-'), *sign = strpbrk(pattern, "<>");
  if (!version || sign - pattern != version - package) return false;
  if (strncmp(pattern, package, sign - pattern) != 0) return false;
  version++;
  const char *bound = sign + 1 + (sign[1] == '=');
  const char *upper = *sign == '>' ? strchr(bound, '<') : NULL;
  if (!upper) return holds(version, sign, bound);
  return holds(version, upper, upper + 1 + (upper[1] == '=')) && holds(version, sign, copy(bound, upper - bound));
}

static bool alternatives(const char *pattern, const char *package) {
  const char *open = strchr(pattern, '{'), *start = open + 1, *at = open;
  struct list choices = {0};
  int depth = 0;
  for (; *at; at++) {
    if (*at == '{') depth++;
    bool end = *at == '}' && --depth == 0;
    if (end || (*at == ',' && depth == 1)) {
      append(&choices, copy(start, at - start));
      start = at + 1;
    }
    if (end) break;
  }
  if (!*at) errx(EXIT_FAILURE, "Malformed alternate `%s'", pattern);
  bool found = false;
  for (size_t choice = 0; choice < choices.count; choice++)
    if (matches(format("%.*s%s%s", (int)(open - pattern), pattern, choices.items[choice], at + 1), package))
      found = true;
  return found;
}

bool is_pattern(const char *text) { return strpbrk(text, "<>[]?*{") != NULL; }

static bool plain(char sign) { return isalnum((unsigned char)sign) || sign == '-'; }

bool matches(const char *pattern, const char *package) {
  for (int at = 0; at < 2 && plain(pattern[at]); at++)
    if (pattern[at] != package[at]) return false;
  if (strchr(pattern, '{')) return alternatives(pattern, package);
  if (strpbrk(pattern, "<>")) return relation(pattern, package);
  if (strpbrk(pattern, "*?[]") && fnmatch(pattern, package, FNM_PERIOD) == 0) return true;
  if (strcmp(pattern, package) == 0) return true;
  return fnmatch(format("%s-[0-9]*", pattern), package, FNM_PERIOD) == 0;
}

int better(const char *pattern, const char *first, const char *second) {
  bool one = first && matches(pattern, first), two = second && matches(pattern, second);
  if (!one || !two) return one ? 1 : two ? 2 : 0;
  const char *left = strrchr(first, '-'), *right = strrchr(second, '-');
  if (!left || !right) return left ? 1 : 2;
  int order = compare(left + 1, right + 1);
  if (order != 0) return order > 0 ? 1 : 2;
  return strcmp(first, second) < 0 ? 1 : 2;
}
