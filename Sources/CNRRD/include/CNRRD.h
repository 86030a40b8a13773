#ifndef CNRRD_H
#define CNRRD_H

#include <stddef.h>
#include <stdint.h>

// A C interface to Teem's reader of NRRD files.

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
  int32_t size[3];         // numbers of voxels along the file's axes; the first axis varies fastest
  int32_t type;            // type of the voxels, one of the constants above
  int32_t is_placed;       // whether the file gives the directions of its axes
  double direction[3][3];  // vector along each axis in mm to the right, the front and the head
  double origin[3];        // centre of the first voxel, in the same coordinates
  void *samples;           // raw voxels in this machine's byte order; the caller frees them
} cnrrd_volume;

// Reads the bytes of a NRRD file that holds its own voxels.
//
// Returns 0 on success, and the caller then frees `samples`; 1 for damaged bytes; 2 for valid bytes
// that are not supported. After 1 and 2 `message` holds a sentence that begins with a verb. At most
// `max_voxels` voxels are allocated, and only if `bytes` can hold as many. Only one thread may call
// it at a time, because Teem's list of errors is global.
int32_t cnrrd_read(const uint8_t *bytes, size_t count, uint64_t max_voxels, cnrrd_volume *volume,
                   char message[CNRRD_MESSAGE_LENGTH]);

void cnrrd_free(void *samples);

#endif
