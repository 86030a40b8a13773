#ifndef CTIFF_H
#define CTIFF_H

#include <stddef.h>
#include <stdint.h>

// A C interface to libtiff. Nothing is printed, and the bytes of a file are read from memory.

#define CTIFF_MESSAGE_LENGTH 200

typedef struct {
  int32_t width, height, pages;
  int32_t channels;        // numbers for each pixel, interleaved
  int32_t bits;            // bits per number of `samples`: 8, 16, 32 or 64
  int32_t is_signed;       // whether the numbers are signed integers
  int32_t is_real;         // whether the numbers are floating-point numbers of 32 or 64 bits
  int32_t is_colour;       // whether the first three channels are red, green and blue
  int32_t is_palette;      // whether the numbers are indices of a palette
  int32_t is_inverted;     // whether the file calls 0 white; `samples` are as stored
  int32_t has_alpha;       // whether the last channel is transparency
  int32_t has_resolution;  // whether the file gives pixels per inch or per centimetre
  int32_t depth;           // bits per number in the file: 1, 2, 4, 8, 16, 32 or 64
  void *samples;           // page by page and row by row, in this machine's byte order
} ctiff_image;

// Reads the pages of a TIFF file, which must have one size and type; pages of reduced resolution
// are left out.
//
// Returns 0 on success, and the caller then frees `samples` with `ctiff_free`; 1 for damaged bytes;
// 2 for valid bytes that are not supported. After 1 and 2 `message` holds a sentence that begins
// with a verb. At most `max_numbers` numbers are allocated.
int32_t ctiff_read(const uint8_t *bytes, size_t count, uint64_t max_numbers, ctiff_image *image,
                   char message[CTIFF_MESSAGE_LENGTH]);

void ctiff_free(void *samples);

#endif
