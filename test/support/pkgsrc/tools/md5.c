/* MD5 (RFC 1321), which +CONTENTS uses for every file. */
#include "double.h"
#include <math.h>
#include <stdint.h>

static const unsigned char turns[64] = {7, 12, 17, 22, 7, 12, 17, 22, 7, 12, 17, 22, 7, 12, 17, 22,
  5, 9, 14, 20, 5, 9, 14, 20, 5, 9, 14, 20, 5, 9, 14, 20, 4, 11, 16, 23, 4, 11, 16, 23, 4, 11, 16, 23, 4, 11, 16, 23,
  6, 10, 15, 21, 6, 10, 15, 21, 6, 10, 15, 21, 6, 10, 15, 21};

static void block(uint32_t state[4], const unsigned char *bytes, const uint32_t sines[64]) {
  uint32_t a = state[0], b = state[1], c = state[2], d = state[3], words[16];
  memcpy(words, bytes, 64);
  for (int step = 0; step < 64; step++) {
    uint32_t mixed;
    int word;
    if (step < 16) mixed = (b & c) | (~b & d), word = step;
    else if (step < 32) mixed = (d & b) | (~d & c), word = (5 * step + 1) % 16;
    else if (step < 48) mixed = b ^ c ^ d, word = (3 * step + 5) % 16;
    else mixed = c ^ (b | ~d), word = (7 * step) % 16;
    uint32_t sum = a + mixed + sines[step] + words[word];
    a = d, d = c, c = b;
    b += sum << turns[step] | sum >> (32 - turns[step]);
  }
  state[0] += a, state[1] += b, state[2] += c, state[3] += d;
}

char *md5_of_file(const char *path) {
  FILE *file = fopen(path, "r");
  if (!file) return NULL;
  uint32_t sines[64], state[4] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
  for (int at = 0; at < 64; at++) sines[at] = (uint32_t)floor(fabs(sin(at + 1)) * 4294967296.0);
  unsigned char bytes[128];
  uint64_t bits = 0;
  size_t got;
  while ((got = fread(bytes, 1, 64, file)) == 64) {
    bits += 512;
    block(state, bytes, sines);
  }
  fclose(file);
  bits += got * 8;
  size_t end = got < 56 ? 64 : 128;
  memset(bytes + got, 0, end - got);
  bytes[got] = 0x80;
  memcpy(bytes + end - 8, &bits, 8);
  for (size_t at = 0; at < end; at += 64) block(state, bytes + at, sines);
  char *text = malloc(33);
  for (int at = 0; at < 16; at++) sprintf(text + 2 * at, "%02x", state[at / 4] >> (at % 4 * 8) & 255);
  return text;
}
