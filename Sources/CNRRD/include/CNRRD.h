#ifndef CNRRD_H
#define CNRRD_H

#include <stddef.h>
#include <stdint.h>

// Teem's NRRD reader behind one plain function.

#define CNRRD_MESSAGE_LENGTH 200

enum {
  cnrrd_int8,
  cnrrd_uint8,
  cnrrd_int16,
  cnrrd_uint16,
  cnrrd_int32,
  cnrrd_uint32,
  cnrrd_int64,
  cnrrd_uint64,
  cnrrd_float32,
  cnrrd_float64
};

typedef struct {
  int32_t size[3];         // voxels along the file's axes, the fastest first
  int32_t type;            // of a voxel
  int32_t is_placed;       // the file says where its axes point
  double direction[3][3];  // one step along each axis, mm to the right, the front, the head
  double origin[3];        // of the first voxel's centre, in the same axes
  void *samples;           // in the file's order and this machine's byte order
} cnrrd_volume;

// Reads the bytes of a NRRD file that holds its own voxels.
//
// Returns 0 on success, and the caller then frees `samples`; 1 for damaged bytes; 2 for valid ones
// that are not handled. After 1 and 2 `message` holds a sentence that begins with a verb. At most
// `most_voxels` are allocated, and only where `bytes` can hold as many. One thread at a time: Teem
// keeps its errors in one place.
int32_t cnrrd_read(const uint8_t *bytes, size_t count, uint64_t most_voxels, cnrrd_volume *volume,
                   char message[CNRRD_MESSAGE_LENGTH]);

void cnrrd_free(void *samples);

#endif
