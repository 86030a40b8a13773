#include "CNIfTI.h"

#include <nifti1_io.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { whole = 0, damaged = 1, unhandled = 2 };

static int32_t say(char *message, int32_t status, const char *text) {
  snprintf(message, CNIFTI_MESSAGE_LENGTH, "%s", text);
  return status;
}

static int32_t check_shape(const nifti_image *header, uint64_t available, uint64_t most_pixels,
                           char *message) {
  if (header->nx <= 0 || header->ny <= 0 || header->nbyper <= 0)
    return say(message, damaged, "has a damaged header: no size or data type");
  uint64_t pixels = (uint64_t)header->nx * (uint64_t)header->ny;
  if (pixels > most_pixels) return say(message, damaged, "has an impossible size");
  if (header->nvox != pixels) {
    snprintf(message, CNIFTI_MESSAGE_LENGTH,
             "holds a volume of %lld voxels; extract one slice of %d x %d into a file first",
             (long long)header->nvox, header->nx, header->ny);
    return unhandled;
  }
  if (pixels * (uint64_t)header->nbyper > available) {
    snprintf(message, CNIFTI_MESSAGE_LENGTH, "is truncated: %d x %d pixels of %d bytes are missing",
             header->nx, header->ny, header->nbyper);
    return damaged;
  }
  return whole;
}

// Display orientation of an axial slice: columns towards the left, rows towards the back.
static void find_orientation(const nifti_image *header, cnifti_slice *slice) {
  if (header->sform_code <= 0 && header->qform_code <= 0) return;
  int axes[3];
  nifti_mat44_to_orientation(header->sform_code > 0 ? header->sto_xyz : header->qto_xyz, &axes[0],
                             &axes[1], &axes[2]);
  int first_sideways = axes[0] == NIFTI_L2R || axes[0] == NIFTI_R2L;
  int second_sideways = axes[1] == NIFTI_L2R || axes[1] == NIFTI_R2L;
  int first_lengthways = axes[0] == NIFTI_P2A || axes[0] == NIFTI_A2P;
  int second_lengthways = axes[1] == NIFTI_P2A || axes[1] == NIFTI_A2P;
  slice->transposed = first_lengthways && second_sideways;
  if (!slice->transposed && !(first_sideways && second_lengthways)) return;  // not axial: as stored
  int across = slice->transposed ? axes[1] : axes[0];
  int down = slice->transposed ? axes[0] : axes[1];
  slice->flipped_columns = across == NIFTI_L2R;
  slice->flipped_rows = down == NIFTI_P2A;
}

static int32_t copy_samples(const nifti_image *header, float *out, char *message) {
  double slope = header->scl_slope == 0 ? 1 : header->scl_slope;
  double intercept = header->scl_slope == 0 ? 0 : header->scl_inter;
#define COPY(code, type)                                                                  \
  case code:                                                                              \
    for (size_t i = 0; i < header->nvox; i++)                                             \
      out[i] = (float)((double)((const type *)header->data)[i] * slope + intercept);      \
    return whole;
  switch (header->datatype) {
    COPY(DT_UINT8, uint8_t)
    COPY(DT_INT8, int8_t)
    COPY(DT_UINT16, uint16_t)
    COPY(DT_INT16, int16_t)
    COPY(DT_UINT32, uint32_t)
    COPY(DT_INT32, int32_t)
    COPY(DT_UINT64, uint64_t)
    COPY(DT_INT64, int64_t)
    COPY(DT_FLOAT32, float)
    COPY(DT_FLOAT64, double)
  }
#undef COPY
  return say(message, unhandled, "has a data type other than integers and real numbers");
}

int32_t cnifti_read(const char *path, uint64_t available, uint64_t most_pixels,
                    cnifti_slice *slice, char message[CNIFTI_MESSAGE_LENGTH]) {
  memset(slice, 0, sizeof *slice);
  nifti_set_debug_level(0);
  nifti_image *header = nifti_image_read(path, 0);
  if (!header) return say(message, damaged, "is neither PNG nor NIfTI, or its header is damaged");
  int32_t status = check_shape(header, available, most_pixels, message);
  if (status == whole && (nifti_image_load(header) != 0 || !header->data))
    status = say(message, damaged, "is truncated: its pixels end too early");
  if (status == whole) {
    slice->width = header->nx;
    slice->height = header->ny;
    slice->dx = header->dx > 0 ? header->dx : 1;
    slice->dy = header->dy > 0 ? header->dy : 1;
    find_orientation(header, slice);
    slice->samples = malloc(sizeof(float) * header->nvox);
    status = slice->samples ? copy_samples(header, slice->samples, message)
                            : say(message, damaged, "does not fit into memory");
  }
  if (status != whole) {
    free(slice->samples);
    slice->samples = NULL;
  }
  nifti_image_free(header);
  return status;
}

static void place(nifti_image *header, double dx, double dy) {
  header->dx = header->pixdim[1] = (float)dx;
  header->dy = header->pixdim[2] = (float)dy;
  header->xyz_units = NIFTI_UNITS_MM;
  header->sform_code = NIFTI_XFORM_SCANNER_ANAT;
  memset(&header->sto_xyz, 0, sizeof header->sto_xyz);
  // Raw axes run to the left and to the back; world coordinates to the right and to the front.
  header->sto_xyz.m[0][0] = (float)-dx;
  header->sto_xyz.m[1][1] = (float)-dy;
  header->sto_xyz.m[2][2] = header->sto_xyz.m[3][3] = 1;
}

int32_t cnifti_write(const char *path, const float *values, const uint8_t *labels, int32_t width,
                     int32_t height, double dx, double dy, char message[CNIFTI_MESSAGE_LENGTH]) {
  int dimensions[8] = {3, width, height, 1, 1, 1, 1, 1};
  nifti_set_debug_level(0);
  nifti_image *header = nifti_make_new_nim(dimensions, values ? DT_FLOAT32 : DT_UINT8, 1);
  if (!header) return say(message, damaged, "does not fit into memory");
  memcpy(header->data, values ? (const void *)values : labels, header->nvox * header->nbyper);
  place(header, dx, dy);
  int32_t status = nifti_set_filenames(header, path, 0, 1) == 0
                       ? whole
                       : say(message, damaged, "has a name that NIfTI does not allow");
  if (status == whole) nifti_image_write(header);
  nifti_image_free(header);
  return status;
}

void cnifti_free(void *memory) { free(memory); }
