#ifndef CPNG_H
#define CPNG_H

#include <stddef.h>
#include <stdint.h>

// A C interface to libpng, whose errors use longjmp, which must not cross Swift frames. Every
// function returns 0 on success; otherwise `message` holds a sentence. The caller frees returned
// buffers with `cpng_free`.

#define CPNG_MESSAGE_LENGTH 160

typedef struct {
  uint32_t width;
  uint32_t height;
  uint8_t depth;      // bits per sample of the file: 1, 2, 4, 8 or 16
  uint16_t *samples;  // width * height grey samples, row-major, 0...(2^depth - 1)
} cpng_image;

// Reads a PNG of any colour type as grey samples: colours become their luminance (Rec. 709),
// palettes are expanded, transparency and gamma are ignored. At most `max_pixels` pixels are
// allocated.
int32_t cpng_decode(const uint8_t *bytes, size_t count, uint64_t max_pixels, cpng_image *image,
                    char message[CPNG_MESSAGE_LENGTH]);

// Encodes samples of `depth` 8 or 16 bits, row-major, with 1 channel (grey) or 3 interleaved ones
// (RGB).
int32_t cpng_encode(const uint16_t *samples, uint32_t width, uint32_t height, uint8_t channels,
                    uint8_t depth, uint8_t **bytes, size_t *count,
                    char message[CPNG_MESSAGE_LENGTH]);

void cpng_free(void *memory);

#endif
