#ifndef CNIFTI_GZIP_H
#define CNIFTI_GZIP_H

#include <stddef.h>
#include <stdint.h>

// Decompresses at most `capacity` bytes into `out` and returns their number.
//
// If `intact` is not NULL, the rest is decompressed and dropped, and `intact` tells whether the
// file is complete and its checksums are correct.
size_t gunzip(const uint8_t *bytes, size_t count, uint8_t *out, size_t capacity, int *intact);

// Compresses bytes into a gzip member without time and name, so that equal input gives equal bytes.
// Returns a buffer that the caller frees, or NULL if memory runs out.
uint8_t *gzip_buffer(const uint8_t *bytes, size_t count, size_t *compressed);

#endif
