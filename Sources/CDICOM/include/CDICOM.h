#ifndef CDICOM_H
#define CDICOM_H

#include <stddef.h>
#include <stdint.h>

// A C interface to DCMTK's reader; no C++ type and no exception leaves it.

#ifdef __cplusplus
extern "C" {
#endif

#define CDICOM_MESSAGE_LENGTH 200
#define CDICOM_NAME_LENGTH 65  // length of a unique id with its terminator

typedef struct {
  double position[3];  // centre of the first voxel, in mm to the patient's left, back and head
  int32_t segment;     // number of the segment that the frame of a segmentation shows; else 0
  int32_t is_placed;   // whether the file gives `position`
} cdicom_frame;

typedef struct {
  int32_t columns, rows, frames;
  int32_t bits;             // bits per voxel of `samples`: 8 or 16
  int32_t is_signed;        // whether the voxels are signed integers
  int32_t is_segmentation;  // whether the file is a segmentation, with voxels of 0 and 1
  int32_t is_oriented;      // whether the file gives `orientation`
  double slope, intercept;  // the value of a voxel is slope * raw + intercept
  double orientation[6];    // directions along a row, then down a column
  double down, across;      // spacing of rows and of columns in mm; 0 if the file does not say
  double thickness;         // thickness of a slice in mm; 0 if the file does not say
  char series[CDICOM_NAME_LENGTH];
  cdicom_frame *placement;  // one element for each frame
  void *samples;            // voxels frame by frame and row by row, in this machine's byte order
} cdicom_image;

// Reads the bytes of a DICOM file: one slice, an enhanced multi-frame image, or a segmentation.
//
// Returns 0 on success, and the caller then frees the image with `cdicom_free`; 1 for damaged
// bytes; 2 for valid bytes that are not supported. After 1 and 2 `message` holds a sentence that
// begins with a verb, and nothing needs to be freed. At most `max_voxels` voxels are allocated.
// Several threads may call it at once.
int32_t cdicom_read(const uint8_t *bytes, size_t count, uint64_t max_voxels, cdicom_image *image,
                    char message[CDICOM_MESSAGE_LENGTH]);

void cdicom_free(cdicom_image *image);

#ifdef __cplusplus
}
#endif

#endif
