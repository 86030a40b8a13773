#ifndef CNIFTI_HEADER_H
#define CNIFTI_HEADER_H

#include <nifti1_io.h>
#include <stddef.h>
#include <stdint.h>

// Plain names: not to be taken for a function of another library.
#pragma GCC visibility push(hidden)

typedef struct {
  const uint8_t *bytes;
  size_t count;
  int compressed;
} source;

// The bytes of a file, gzipped or not.
source source_of(const uint8_t *bytes, size_t count);

// The file's bytes from its start, at most `capacity` of them; returns how many there are. `intact`
// may be NULL; else it says whether the whole file is, as far as its format can tell.
size_t read_prefix(const source *from, uint8_t *out, size_t capacity, int *intact);

// The most bytes that the file can hold.
uint64_t most_bytes(const source *from);

// Reads a header and checks what niftilib does not. `swapped` says that the file has another byte
// order than this machine; the header then has this machine's.
int32_t read_header(const source *from, nifti_1_header *header, int *swapped, char *message);

// How many mm are one unit of length in the file.
double unit_length(const nifti_image *nim);

// Header, four zero bytes that say "no extension", voxels. The caller frees; NULL without memory.
uint8_t *lay_out(nifti_1_header header, const void *voxels, size_t length, size_t *count);

#pragma GCC visibility pop

#endif
