#ifndef CDICOM_H
#define CDICOM_H

#include <stddef.h>
#include <stdint.h>

// DCMTK behind one plain function: no C++ type and no exception leaves it.

#ifdef __cplusplus
extern "C" {
#endif

#define CDICOM_MESSAGE_LENGTH 200
#define CDICOM_NAME_LENGTH 65  // of a UID, with its terminator

typedef struct {
  double position[3];  // of the first voxel's centre, mm in DICOM's axes (to the left, back, head)
  int32_t segment;     // number of the segment that a segmentation's frame belongs to; else 0
  int32_t is_placed;   // `position` was given
} cdicom_frame;

typedef struct {
  int32_t columns, rows, frames;
  int32_t bits;  // per voxel of `samples`: 8, 16 or 32
  int32_t is_signed;
  int32_t is_segmentation;  // voxels are 0 or 1
  int32_t is_oriented;      // `orientation` was given
  double slope, intercept;  // what a voxel means
  double orientation[6];    // directions along a row, then down a column, in DICOM's axes
  double down, across;      // mm from row to row, from column to column; 0 where not given
  double thickness;         // mm of a slice; 0 where not given
  char series[CDICOM_NAME_LENGTH];
  cdicom_frame *placement;  // one for each frame
  void *samples;            // frame by frame, row by row, in this machine's byte order
} cdicom_image;

// Reads the bytes of a DICOM file: one slice, an enhanced multi-frame image, or a segmentation.
//
// Returns 0 on success, and the caller then frees with `cdicom_free`; 1 for damaged bytes; 2 for
// valid ones that are not handled. After 1 and 2 `message` holds a sentence that begins with a verb
// and there is nothing to free. At most `most_voxels` are allocated. Threads may call it at once.
int32_t cdicom_read(const uint8_t *bytes, size_t count, uint64_t most_voxels, cdicom_image *image,
                    char message[CDICOM_MESSAGE_LENGTH]);

void cdicom_free(cdicom_image *image);

#ifdef __cplusplus
}
#endif

#endif
