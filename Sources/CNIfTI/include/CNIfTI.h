#ifndef CNIFTI_H
#define CNIFTI_H

#include <stddef.h>
#include <stdint.h>

// A C interface to niftilib, whose own header needs an include path that every importing module
// would have to repeat. niftilib translates only the headers: its reader of pixels needs files,
// prints to standard error, and silently turns NaN into 0.
//
// Every function returns 0 on success, 1 for damaged or truncated bytes, and 2 for valid bytes that
// are not supported; after 1 and 2 `message` holds a sentence that begins with a verb.

#define CNIFTI_MESSAGE_LENGTH 200

typedef struct {
  int32_t width, height;    // numbers of pixels along raw axes 1 and 2
  double dx, dy;            // spacings along them in mm; 1 if the file does not say
  int32_t transposed;       // whether raw axis 1 runs down the display
  int32_t flipped_columns;  // whether display columns run against their raw axis
  int32_t flipped_rows;     // whether display rows run against their raw axis
  float *samples;           // width * height scaled values; the caller frees them
} cnifti_slice;

// Reads the bytes of a .nii or .nii.gz file of one slice. At most `max_pixels` pixels are
// allocated, and only if `bytes` can hold as many, so a hostile header allocates nothing.
int32_t cnifti_read(const uint8_t *bytes, size_t count, uint64_t max_pixels, cnifti_slice *slice,
                    char message[CNIFTI_MESSAGE_LENGTH]);

// Encodes one slice with axes to the patient's left, back and head as a .nii file, or as a .nii.gz
// file if `compressed`. The pixels are float32 from `values` or uint8 from `labels`; the other one
// is NULL. The caller frees `bytes`.
int32_t cnifti_write(const float *values, const uint8_t *labels, int32_t width, int32_t height,
                     double dx, double dy, int32_t compressed, uint8_t **bytes, size_t *count,
                     char message[CNIFTI_MESSAGE_LENGTH]);

typedef struct {
  int32_t size[3];      // numbers of voxels along the raw axes; the first axis varies fastest
  int32_t type;         // NIfTI's code of the voxels' type
  int32_t is_placed;    // whether the file gives the directions of its axes
  double affine[3][4];  // transform from raw indices to mm to the right, the front and the head;
                        // if the file is not placed, a diagonal of spacings
  double slope, intercept;  // the value of a voxel is slope * raw + intercept
  uint8_t header[348];      // the header in this machine's byte order
  void *samples;            // raw voxels in this machine's byte order; the caller frees them
} cnifti_volume;

// Reads the bytes of a .nii or .nii.gz file of one slice or volume, with the same bounds on memory.
int32_t cnifti_read_volume(const uint8_t *bytes, size_t count, uint64_t max_voxels,
                           cnifti_volume *volume, char message[CNIFTI_MESSAGE_LENGTH]);

// Encodes uint8 `labels` on the grid of `volume` as a .nii.gz file. Its header is that of the
// volume except the fields about voxels, or a new one with the volume's affine if `header` is
// empty. The caller frees `bytes`.
int32_t cnifti_write_labels(const cnifti_volume *volume, const uint8_t *labels, uint8_t **bytes,
                            size_t *count, char message[CNIFTI_MESSAGE_LENGTH]);

void cnifti_free(void *memory);

#endif
