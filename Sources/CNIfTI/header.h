#ifndef CNIFTI_HEADER_H
#define CNIFTI_HEADER_H

#include <nifti1_io.h>
#include <stddef.h>
#include <stdint.h>

// The names are not prefixed, so they are hidden from other libraries.
#pragma GCC visibility push(hidden)

typedef struct {
  const uint8_t *bytes;
  size_t count;
  int compressed;
} source;

// Describes the bytes of a file, which may be gzipped.
source source_of(const uint8_t *bytes, size_t count);

// Reads at most `capacity` decompressed bytes from the start of the file and returns their number.
// If `intact` is not NULL, it tells whether the whole file is complete, as far as its format shows.
size_t read_prefix(const source *from, uint8_t *out, size_t capacity, int *intact);

// Returns an upper bound of the number of decompressed bytes of the file.
uint64_t max_decoded_size(const source *from);

// Reads a header into this machine's byte order and checks the fields that niftilib does not.
// `swapped` tells whether the file has the other byte order.
int32_t read_header(const source *from, nifti_1_header *header, int *swapped, char *message);

// Returns the file's unit of length in mm.
double unit_length(const nifti_image *nim);

// Returns the bytes of a file: the header, four zero bytes for "no extension", and the voxels. The
// caller frees them; NULL if memory runs out.
uint8_t *encode_file(nifti_1_header header, const void *voxels, size_t length, size_t *count);

#pragma GCC visibility pop

#endif
