#ifndef CNIFTI_H
#define CNIFTI_H

#include <stddef.h>
#include <stdint.h>

// niftilib behind plain functions: its own header needs an include path that modules importing it
// would have to repeat. niftilib translates headers; the pixels pass through memory, because its
// own reader wants files, prints to standard error, and silently turns NaN into 0.
//
// Every function returns 0 on success, 1 for damaged or truncated bytes, 2 for valid ones that are
// not handled; then `message` holds a sentence that begins with a verb.

#define CNIFTI_MESSAGE_LENGTH 200

typedef struct {
  int32_t width, height;    // raw axes 1 and 2
  double dx, dy;            // mm along them; 1 where the file says nothing
  int32_t transposed;       // raw axis 1 runs down the display
  int32_t flipped_columns;  // display columns run against their raw axis
  int32_t flipped_rows;     // display rows run against their raw axis
  float *samples;           // width * height values, slope and intercept applied; caller frees
} cnifti_slice;

// Reads the bytes of a .nii or .nii.gz file of one slice. At most `most_pixels` are allocated, and
// only where `bytes` can hold as many, so that a hostile header allocates nothing.
int32_t cnifti_read(const uint8_t *bytes, size_t count, uint64_t most_pixels, cnifti_slice *slice,
                    char message[CNIFTI_MESSAGE_LENGTH]);

// The bytes of a .nii file, or a .nii.gz file if `compressed`, of one slice with axes L, P, S:
// float32 from `values`, or uint8 from `labels` (the other NULL). The caller frees `bytes`.
int32_t cnifti_write(const float *values, const uint8_t *labels, int32_t width, int32_t height,
                     double dx, double dy, int32_t compressed, uint8_t **bytes, size_t *count,
                     char message[CNIFTI_MESSAGE_LENGTH]);

typedef struct {
  int32_t size[3];          // voxels along the raw axes, the first the fastest
  int32_t type;             // NIfTI's code of a voxel's type
  int32_t is_placed;        // the file says where its axes point
  double affine[3][4];      // raw indices to mm to the right, the front and the head; where it is
                            // not placed only the spacing, on the diagonal
  double slope, intercept;  // what a voxel means
  uint8_t header[348];      // in this machine's byte order
  void *samples;            // in the file's order and this machine's byte order; caller frees
} cnifti_volume;

// Reads the bytes of a .nii or .nii.gz file of one slice or volume, under the same bounds.
int32_t cnifti_read_volume(const uint8_t *bytes, size_t count, uint64_t most_voxels,
                           cnifti_volume *volume, char message[CNIFTI_MESSAGE_LENGTH]);

// The bytes of a .nii.gz file of uint8 `labels` on the grid of `volume`: the header of the volume's
// own file, but for what describes the voxels, or one of its affine where `header` is empty. The
// caller frees `bytes`.
int32_t cnifti_write_labels(const cnifti_volume *volume, const uint8_t *labels, uint8_t **bytes,
                            size_t *count, char message[CNIFTI_MESSAGE_LENGTH]);

void cnifti_free(void *memory);

#endif
