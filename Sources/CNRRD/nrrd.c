#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <teem/nrrd.h>

#include "CNRRD.h"

enum { success = 0, damaged = 1, unsupported = 2 };

// The largest ratio of decompressed to compressed bytes that deflate can reach. bzip2 exceeds it
// for one long run only.
enum { max_deflate_ratio = 1032 };

__attribute__((format(printf, 3, 4))) static int32_t fail(char *message, int32_t status,
                                                          const char *format, ...) {
  va_list values;
  va_start(values, format);
  vsnprintf(message, CNRRD_MESSAGE_LENGTH, format, values);
  va_end(values);
  return status;
}

static int is_detached(const NrrdIoState *state) {
  return state->detachedHeader || state->dataFNFormat || state->dataFNArr->len;
}

static int32_t refuse(const NrrdIoState *state, char *message) {
  if (biffCheck(NRRD)) biffDone(NRRD);
  if (is_detached(state))
    return fail(message, unsupported,
                "keeps its voxels in another file; convert it to a .nrrd file that holds them");
  return fail(message, damaged, "is damaged or truncated, or it is not a NRRD file");
}

// Reads the header alone or the header and the voxels.
static int read_pass(const uint8_t *bytes, size_t count, Nrrd *nrrd, NrrdIoState *state,
                     int header_only) {
  FILE *file = fmemopen((void *)bytes, count, "rb");
  if (!file) return 1;
  state->skipData = header_only;
  int failed = nrrdRead(nrrd, file, state);
  fclose(file);
  return failed;
}

static int32_t check_header(const Nrrd *nrrd, const NrrdIoState *state, size_t count,
                            uint64_t max_voxels, char *message) {
  if (is_detached(state)) return refuse(state, message);
  if (nrrd->dim != 2 && nrrd->dim != 3)
    return fail(message, unsupported, "has %u axes; volumes of 2 or 3 are read", nrrd->dim);
  if (nrrd->type <= nrrdTypeUnknown || nrrd->type > nrrdTypeDouble)
    return fail(message, unsupported, "holds voxels that are not numbers");
  uint64_t voxels = 1;
  for (unsigned axis = 0; axis < nrrd->dim; axis++) {
    size_t size = nrrd->axis[axis].size;
    if (size < 1 || size > INT32_MAX || voxels > max_voxels / size)
      return fail(message, unsupported, "is too large");
    voxels *= size;
  }
  int is_packed = state->encoding == nrrdEncodingGzip || state->encoding == nrrdEncodingBzip2;
  if (voxels > (uint64_t)count * (is_packed ? max_deflate_ratio : 1))
    return fail(message, damaged, "is truncated: it cannot hold its voxels");
  return success;
}

static double sign_towards(int space, int axis) {
  switch (space) {
    case nrrdSpaceRightAnteriorSuperior: return 1;
    case nrrdSpaceLeftAnteriorSuperior: return axis == 0 ? -1 : 1;
    case nrrdSpaceLeftPosteriorSuperior: return axis == 2 ? 1 : -1;
    default: return 0;
  }
}

// Returns the spacing along an axis in mm for a file that gives no directions.
static double spacing_of(const Nrrd *nrrd, unsigned axis) {
  double spacing = axis < nrrd->dim ? fabs(nrrd->axis[axis].spacing) : 1;
  return isfinite(spacing) && spacing > 0 ? spacing : 1;
}

static void find_geometry(const Nrrd *nrrd, cnrrd_volume *volume) {
  // A file with two axes gives no direction from slice to slice.
  volume->is_placed = sign_towards(nrrd->space, 0) != 0 && nrrd->dim == 3;
  for (unsigned axis = 0; axis < 3; axis++) {
    for (int world = 0; world < 3; world++) {
      double sign = sign_towards(nrrd->space, world);
      volume->direction[axis][world] = volume->is_placed
                                           ? nrrd->axis[axis].spaceDirection[world] * sign
                                       : axis == (unsigned)world ? spacing_of(nrrd, axis)
                                                                 : 0;
      double origin = volume->is_placed ? nrrd->spaceOrigin[world] * sign : 0;
      volume->origin[world] = isfinite(origin) ? origin : 0;
    }
  }
}

static int32_t type_of(const Nrrd *nrrd) {
  switch (nrrd->type) {
    case nrrdTypeChar: return cnrrd_int8;
    case nrrdTypeUChar: return cnrrd_uint8;
    case nrrdTypeShort: return cnrrd_int16;
    case nrrdTypeUShort: return cnrrd_uint16;
    case nrrdTypeInt: return cnrrd_int32;
    case nrrdTypeUInt: return cnrrd_uint32;
    case nrrdTypeLLong: return cnrrd_int64;
    case nrrdTypeULLong: return cnrrd_uint64;
    case nrrdTypeFloat: return cnrrd_float32;
    default: return cnrrd_float64;
  }
}

static int32_t read_whole(const uint8_t *bytes, size_t count, uint64_t max_voxels, Nrrd *nrrd,
                          NrrdIoState *state, cnrrd_volume *volume, char *message) {
  if (count < 8 || memcmp(bytes, "NRRD", 4) || read_pass(bytes, count, nrrd, state, 1))
    return refuse(state, message);
  int32_t status = check_header(nrrd, state, count, max_voxels, message);
  if (status != success) return status;
  nrrdIoStateInit(state);
  if (read_pass(bytes, count, nrrd, state, 0) || !nrrd->data) return refuse(state, message);
  for (unsigned axis = 0; axis < 3; axis++)
    volume->size[axis] = axis < nrrd->dim ? (int32_t)nrrd->axis[axis].size : 1;
  volume->type = type_of(nrrd);
  find_geometry(nrrd, volume);
  volume->samples = nrrd->data;
  return success;
}

int32_t cnrrd_read(const uint8_t *bytes, size_t count, uint64_t max_voxels, cnrrd_volume *volume,
                   char message[CNRRD_MESSAGE_LENGTH]) {
  memset(volume, 0, sizeof *volume);
  nrrdStateVerboseIO = 0;
  Nrrd *nrrd = nrrdNew();
  NrrdIoState *state = nrrdIoStateNew();
  int32_t status = read_whole(bytes, count, max_voxels, nrrd, state, volume, message);
  nrrdIoStateNix(state);
  // On success the caller owns the voxels, so only the description is freed.
  if (status == success)
    nrrdNix(nrrd);
  else
    nrrdNuke(nrrd);
  return status;
}

void cnrrd_free(void *samples) { free(samples); }
