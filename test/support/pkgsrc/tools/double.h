/*
 * A double of pkgsrc's package tools, for tests: pkg_add, pkg_delete, pkg_info and pkg_admin in one program.
 *
 * It does what pkg_install 20160410 does, in the same order of system calls and with the same texts, because the
 * job that runs at a site has to live with its faults: no locking, entries registered before their files, file
 * modes that ignore the umask. It is written in C, as the tools are: a job calls them dozens of times, under
 * accounts that cannot read this checkout, and kills them at any instant.
 *
 * Memory is never freed: a tool lives for some milliseconds.
 */
#ifndef DOUBLE_H
#define DOUBLE_H

#define _GNU_SOURCE
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

/* What a kit is built for; the places are filled in when a kit is made, so that it cannot be moved. */
const char *kit_prefix(void);
const char *kit_database(void);
const char *kit_version(void);

/* text.c */
struct list { char **items; size_t count; };
char *format(const char *pattern, ...) __attribute__((format(printf, 1, 2)));
char *copy(const char *text, size_t length);
void append(struct list *list, char *item);
bool has(const struct list *list, const char *item);
char *slurp(const char *path);
char *slurp_descriptor(int descriptor, size_t *length);
struct list lines_of(const char *text);
bool exists(const char *path);
bool is_file(const char *path);
bool is_directory(const char *path);
bool link_to_directory(const char *path);
bool broken_link(const char *path);
bool empty_directory(const char *path);
int make_path(const char *path);
int remove_tree(const char *path);
int next_option(int count, char **arguments, const char *options, void (*usage)(void));

/* md5.c: the digest of a file in hexadecimal, or NULL. */
char *md5_of_file(const char *path);

/* match.c */
bool is_pattern(const char *text);
bool matches(const char *pattern, const char *package);
/* 0: neither, 1: the first is the better match, 2: the second. */
int better(const char *pattern, const char *first, const char *second);

/* plist.c */
enum kind { FILE_ENTRY, CWD, EXEC, UNEXEC, MODE, OWNER, GROUP, SRC, COMMENT, IGNORE, NAME, DISPLAY, PKGDEP, PKGCFL,
  PKGDIR, DIRRM, OPTION, BLDDEP };
struct entry { enum kind kind; char *text; };
struct plist { struct entry *entries; size_t count; };
struct plist plist_of(const char *text);
const char *first_of(const struct plist *plist, enum kind kind);
void set_prefix(struct plist *plist, const char *prefix);
char *text_of(const struct plist *plist);
char *command_of(const char *pattern, const char *prefix, const char *last);
bool delete_files(const struct plist *plist, bool unregister);

/* database.c */
extern bool fake, verbose;
extern int force;
void set_database(const char *directory, int priority);
const char *database(void);
char *entry_directory(const char *package);
char *entry_file(const char *package, const char *file);
/* Names of all entries in the order of the directory; false with errno when it cannot be read. */
bool entries(struct list *list);
bool entries_matching(const char *pattern, struct list *list);
bool entries_named(const char *base, struct list *list);
char *best_entry(const char *pattern);
void remove_metadata(const char *directory);
char *variable_in(const char *text, const char *name);
int set_variable(const char *package, const char *name, const char *value);
bool automatic(const char *package);

/* byfile.c: the index from files to packages. */
bool index_open(bool write);
void index_close(void);
const char *index_get(const char *path);
void index_put(const char *path, const char *package);
void index_drop(const char *path);
bool index_dump(void);
void index_add_directory(const char *package, const char *prefix, const char *path);
void index_drop_directory(const char *package, const char *prefix, const char *path);
bool index_is_directory(const char *path);
char *index_path(void);

/* configuration.c */
extern const char *configuration_file;
void read_configuration(void);
const char *setting(const char *name);

/* archive.c */
struct archive;
struct member { char *name; mode_t mode; uid_t uid; gid_t gid; long long size; char *link; };
struct reply { int status; char *reason; char *body; size_t length; bool sized; };
bool is_url(const char *text);
/* errno or an HTTP status; the reason is a text for people. */
struct reply fetch(const char *url, const char *since);
struct archive *open_archive(const char *place);
struct archive *find_archive(const char *name, bool top);
char *best_package(const char *toplevel, const char *pattern, bool path);
void use_package_path(void);
/* 1: there is one, 0: the end, -1: damaged. */
int next_member(struct archive *archive, struct member *member);
/* Up to `size` bytes of the member; -1: damaged. */
long read_member(struct archive *archive, char *buffer, size_t size);
char *member_text(struct archive *archive, const struct member *member);

/* vulnerabilities.c */
/* How a finding is told: its package's name, or a sentence to standard output or error. */
enum telling { NAMES, SENTENCES, COMPLAINTS };
bool vulnerable(const char *package, const char *type, enum telling telling);
void read_vulnerabilities(void);
int vulnerabilities_command(int count, char **arguments, int loud, bool quiet, void (*usage)(void));

int pkg_add(int count, char **arguments);
int pkg_delete(int count, char **arguments);
int pkg_info(int count, char **arguments);
int pkg_admin(int count, char **arguments);

#endif
