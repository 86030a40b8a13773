#ifndef CPNG_H
#define CPNG_H

#include <stddef.h>
#include <stdint.h>

// libpng behind plain functions, because its errors travel by longjmp, which must not cross Swift
// frames. Every function returns 0 on success; otherwise `message` holds a sentence. Buffers that
// come out are freed by the caller with cpng_free.

#define CPNG_MESSAGE_LENGTH 160

typedef struct {
  uint32_t width;
  uint32_t height;
  uint8_t depth;      // of the file's samples: 1, 2, 4, 8 or 16
  uint16_t *samples;  // width * height grey samples, row-major, 0...(2^depth - 1)
} cpng_image;

// Reads a PNG of any colour type as grey; colour becomes its luminance (Rec. 709), palettes are
// expanded, transparency is ignored. No gamma is applied. At most `most_pixels` are allocated.
int32_t cpng_decode(const uint8_t *bytes, size_t count, uint64_t most_pixels, cpng_image *image,
                    char message[CPNG_MESSAGE_LENGTH]);

// Writes `channels` = 1 (grey) or 3 (RGB) samples of `depth` 8 or 16 bits, row-major, interleaved.
int32_t cpng_encode(const uint16_t *samples, uint32_t width, uint32_t height, uint8_t channels,
                    uint8_t depth, uint8_t **bytes, size_t *count,
                    char message[CPNG_MESSAGE_LENGTH]);

void cpng_free(void *memory);

#endif
