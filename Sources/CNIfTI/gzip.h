#ifndef CNIFTI_GZIP_H
#define CNIFTI_GZIP_H

#include <stddef.h>
#include <stdint.h>

// Decompresses the first `capacity` bytes. Returns how many there are in `out`.
//
// If `intact` is not NULL, goes on to the end, past what fits into `out`, and says whether all was
// there and the check sums held.
size_t gunzip(const uint8_t *bytes, size_t count, uint8_t *out, size_t capacity, int *intact);

// Compresses into a gzip member without time or name: equal input, equal bytes. Returns a buffer
// that the caller frees, or NULL where memory runs out.
uint8_t *gzip_whole(const uint8_t *bytes, size_t count, size_t *compressed);

#endif
