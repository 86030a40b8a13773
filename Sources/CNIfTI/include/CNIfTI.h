#ifndef CNIFTI_H
#define CNIFTI_H

#include <stddef.h>
#include <stdint.h>

// niftilib behind plain functions: its own header needs an include path that modules importing it
// would have to repeat. Every function returns 0 on success, 1 for a damaged or truncated file, 2
// for a valid one that is not handled; then `message` holds a sentence that begins with a verb.

#define CNIFTI_MESSAGE_LENGTH 200

typedef struct {
  int32_t width, height;      // raw axes 1 and 2
  double dx, dy;              // mm along them; 1 where the file says nothing
  int32_t transposed;         // raw axis 1 runs down the display
  int32_t flipped_columns;    // display columns run against their raw axis
  int32_t flipped_rows;       // display rows run against their raw axis
  float *samples;             // width * height values, slope and intercept applied; caller frees
} cnifti_slice;

// Reads a file of one slice. `available` bounds the bytes of pixels that the file can hold and
// `most_pixels` what is allocated, so that a hostile header allocates nothing.
int32_t cnifti_read(const char *path, uint64_t available, uint64_t most_pixels,
                    cnifti_slice *slice, char message[CNIFTI_MESSAGE_LENGTH]);

// Writes one slice, axes L, P, S: float32 from `values`, or uint8 from `labels` (the other NULL).
int32_t cnifti_write(const char *path, const float *values, const uint8_t *labels, int32_t width,
                     int32_t height, double dx, double dy, char message[CNIFTI_MESSAGE_LENGTH]);

void cnifti_free(void *memory);

#endif
