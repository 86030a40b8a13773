#ifndef CCOMPRESSION_H
#define CCOMPRESSION_H

#include <stddef.h>
#include <stdint.h>

// A C interface to the decompressors of zlib and libbz2.

// Decompresses a sequence of gzip or zlib streams into `out`; what follows the voxels is ignored.
// Returns 0 if `capacity` bytes were written and no check failed.
int32_t ccompression_inflate(const uint8_t *bytes, size_t count, uint8_t *out, size_t capacity);

// Does the same for a sequence of bzip2 streams.
int32_t ccompression_bunzip2(const uint8_t *bytes, size_t count, uint8_t *out, size_t capacity);

#endif
