#ifndef CNIFTI_HEADER_H
#define CNIFTI_HEADER_H

#include <nifti2_io.h>
#include <stddef.h>
#include <stdint.h>

// The names are not prefixed, so they are hidden from other libraries.
#pragma GCC visibility push(hidden)

typedef struct {
  const uint8_t *bytes;
  size_t count;
  int compressed;
} source;

// The header of a file of either version, in this machine's byte order.
typedef struct {
  int version;   // 1 or 2
  int swapped;   // whether the file has the other byte order
  int detached;  // whether the voxels are in another file
  union {
    nifti_1_header one;
    nifti_2_header two;
  } fields;
} any_header;

// Describes the bytes of a file, which may be gzipped.
source source_of(const uint8_t *bytes, size_t count);

// Reads at most `capacity` decompressed bytes from the start of the file and returns their number.
// If `intact` is not NULL, it tells whether the whole file is complete, as far as its format shows.
size_t read_prefix(const source *from, uint8_t *out, size_t capacity, int *intact);

// Returns an upper bound of the number of decompressed bytes of the file.
uint64_t max_decoded_size(const source *from);

// Reads a header into this machine's byte order and checks the fields that niftilib does not.
int32_t read_header(const source *from, any_header *header, char *message);

// Returns the number of bytes of a header of that version.
size_t header_length(int version);

// Translates a header; the caller frees the result with `nifti_image_free`. NULL if it is damaged.
nifti_image *translated(const any_header *header);

#pragma GCC visibility pop

#endif
