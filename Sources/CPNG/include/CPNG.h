#ifndef CPNG_H
#define CPNG_H

#include <stddef.h>
#include <stdint.h>

// A C interface to libpng, whose errors use longjmp, which must not cross Swift frames. Every
// function returns 0 on success; otherwise `message` holds a sentence. The caller frees returned
// buffers with `cpng_free`.

#define CPNG_MESSAGE_LENGTH 160

#define CPNG_PALETTE_SIZE 256

typedef struct {
  uint32_t width;
  uint32_t height;
  uint8_t channels;        // 1 grey or index, 2 grey and alpha, 3 RGB, 4 RGB and alpha
  uint8_t bits;            // bits per sample in `samples`: 8, or 16 in this machine's byte order
  uint16_t palette_count;  // the number of colours; 0 if the samples are no indices
  uint8_t palette[3 * CPNG_PALETTE_SIZE];  // red, green and blue of each colour
  void *samples;  // width * height * channels samples as stored, interleaved, row-major
} cpng_image;

// Reads a PNG of any colour type with its samples as they are stored: of 1, 2 or 4 bits, they are
// unpacked but not scaled. Gamma and a single transparent colour are ignored. At most `max_pixels`
// pixels are allocated.
int32_t cpng_decode(const uint8_t *bytes, size_t count, uint64_t max_pixels, cpng_image *image,
                    char message[CPNG_MESSAGE_LENGTH]);

// Encodes samples of `depth` 8 or 16 bits, row-major, with 1 channel (grey) or 3 interleaved ones
// (RGB).
int32_t cpng_encode(const uint16_t *samples, uint32_t width, uint32_t height, uint8_t channels,
                    uint8_t depth, uint8_t **bytes, size_t *count,
                    char message[CPNG_MESSAGE_LENGTH]);

void cpng_free(void *memory);

#endif
