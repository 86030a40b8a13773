#include <math.h>
#include <nifti1_io.h>
#include <stdlib.h>
#include <string.h>

#include "CNIfTI.h"
#include "failure.h"
#include "header.h"

static int32_t check_size(const nifti_image *nim, uint64_t available, uint64_t max_pixels,
                          char *message) {
  uint64_t pixels = (uint64_t)nim->nx * (uint64_t)nim->ny;
  if (nim->nvox != pixels)
    return fail(message, unsupported,
                "holds a volume of %d x %d x %d voxels; extract one slice into a file first",
                nim->nx, nim->ny, nim->nz);
  if (pixels > max_pixels)
    return fail(message, unsupported, "is too large: %d x %d pixels", nim->nx, nim->ny);
  if (nim->iname_offset < (int)sizeof(nifti_1_header) ||
      (uint64_t)nim->iname_offset + pixels * (uint64_t)nim->nbyper > available)
    return fail(message, damaged, "is truncated: it cannot hold %d x %d pixels of %d bytes",
                nim->nx, nim->ny, nim->nbyper);
  return success;
}

static double millimetres(const nifti_image *nim, float step) {
  double length = fabs((double)step) * unit_length(nim);
  return isfinite(length) && length > 0 ? length : 1;
}

// Finds how an axial slice is turned for display, with columns towards the patient's left and rows
// towards the back.
static void find_orientation(const nifti_image *nim, cnifti_slice *slice) {
  if (nim->sform_code <= 0 && nim->qform_code <= 0) return;
  int axes[3];
  nifti_mat44_to_orientation(nim->sform_code > 0 ? nim->sto_xyz : nim->qto_xyz, &axes[0], &axes[1],
                             &axes[2]);
  int first_sideways = axes[0] == NIFTI_L2R || axes[0] == NIFTI_R2L;
  int second_sideways = axes[1] == NIFTI_L2R || axes[1] == NIFTI_R2L;
  int first_lengthways = axes[0] == NIFTI_P2A || axes[0] == NIFTI_A2P;
  int second_lengthways = axes[1] == NIFTI_P2A || axes[1] == NIFTI_A2P;
  slice->transposed = first_lengthways && second_sideways;
  // A slice that is not axial is displayed as it is stored.
  if (!slice->transposed && !(first_sideways && second_lengthways)) return;
  int across = slice->transposed ? axes[1] : axes[0];
  int down = slice->transposed ? axes[0] : axes[1];
  slice->flipped_columns = across == NIFTI_L2R;
  slice->flipped_rows = down == NIFTI_P2A;
}

static void copy_samples(const nifti_image *nim, const void *pixels, float *out) {
  double slope = nim->scl_slope == 0 ? 1 : nim->scl_slope;
  double intercept = nim->scl_slope == 0 ? 0 : nim->scl_inter;
#define COPY(code, type)                                                       \
  case code:                                                                   \
    for (size_t i = 0; i < nim->nvox; i++)                                     \
      out[i] = (float)((double)((const type *)pixels)[i] * slope + intercept); \
    break;
  switch (nim->datatype) {
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
}

static int32_t read_samples(const source *from, const nifti_image *nim, int swapped,
                            cnifti_slice *slice, char *message) {
  size_t offset = (size_t)nim->iname_offset, length = nim->nvox * (size_t)nim->nbyper;
  uint8_t *file = malloc(offset + length), *pixels = malloc(length);
  slice->samples = malloc(sizeof(float) * nim->nvox);
  int32_t status = file && pixels && slice->samples
                       ? success
                       : fail(message, damaged, "does not fit into memory");
  int intact = 0;
  if (status == success &&
      (read_prefix(from, file, offset + length, &intact) < offset + length || !intact))
    status = fail(message, damaged, "is truncated or damaged: its pixels end too early");
  if (status == success) {
    memcpy(pixels, file + offset, length);  // the copy is aligned for every type
    if (swapped && nim->swapsize > 1)
      nifti_swap_Nbytes(length / (size_t)nim->swapsize, nim->swapsize, pixels);
    copy_samples(nim, pixels, slice->samples);
  }
  free(file);
  free(pixels);
  return status;
}

int32_t cnifti_read(const uint8_t *bytes, size_t count, uint64_t max_pixels, cnifti_slice *slice,
                    char message[CNIFTI_MESSAGE_LENGTH]) {
  source from = source_of(bytes, count);
  nifti_1_header header;
  int swapped = 0;
  memset(slice, 0, sizeof *slice);
  nifti_set_debug_level(0);
  int32_t status = read_header(&from, &header, &swapped, message);
  if (status != success) return status;
  nifti_image *nim = nifti_convert_nhdr2nim(header, NULL);
  if (!nim) return fail(message, damaged, "has a damaged header");
  status = check_size(nim, max_decoded_size(&from), max_pixels, message);
  if (status == success) {
    slice->width = nim->nx;
    slice->height = nim->ny;
    slice->dx = millimetres(nim, nim->dx);
    slice->dy = millimetres(nim, nim->dy);
    find_orientation(nim, slice);
    status = read_samples(&from, nim, swapped, slice, message);
  }
  if (status != success) {
    free(slice->samples);
    slice->samples = NULL;
  }
  nifti_image_free(nim);
  return status;
}

void cnifti_free(void *memory) { free(memory); }
