#ifndef CJPEG_H
#define CJPEG_H

#include <stddef.h>
#include <stdint.h>

// A C interface to libjpeg, whose errors use longjmp, which must not cross Swift frames.

#define CJPEG_MESSAGE_LENGTH 200

typedef struct {
  int32_t width, height;
  int32_t channels;  // 1 of a grey image, or 3: red, green and blue, interleaved
  uint8_t *samples;  // row by row
} cjpeg_image;

// Reads a JPEG image.
//
// Returns 0 on success, and the caller then frees `samples` with `cjpeg_free`; 1 for damaged bytes;
// 2 for valid bytes that are not supported. After 1 and 2 `message` holds a sentence that begins
// with a verb. At most `max_pixels` pixels are allocated.
int32_t cjpeg_read(const uint8_t *bytes, size_t count, uint64_t max_pixels, cjpeg_image *image,
                   char message[CJPEG_MESSAGE_LENGTH]);

void cjpeg_free(void *samples);

#endif
