#include <math.h>
#include <nifti1_io.h>
#include <stdlib.h>
#include <string.h>

#include "CNIfTI.h"
#include "failure.h"
#include "header.h"

static int32_t check_size(const nifti_image *nim, uint64_t available, uint64_t max_voxels,
                          char *message) {
  // Each side is at most 32767, so the product fits into 64 bits.
  uint64_t voxels = (uint64_t)nim->nx * (uint64_t)nim->ny * (uint64_t)nim->nz;
  if (nim->nvox != voxels)
    return fail(message, unsupported, "holds more than one volume; extract one into a file first");
  if (voxels > max_voxels)
    return fail(message, unsupported, "is too large: %d x %d x %d voxels", nim->nx, nim->ny,
                nim->nz);
  if (nim->iname_offset < (int)sizeof(nifti_1_header) ||
      (uint64_t)nim->iname_offset + voxels * (uint64_t)nim->nbyper > available)
    return fail(message, damaged, "is truncated: it cannot hold %d x %d x %d voxels of %d bytes",
                nim->nx, nim->ny, nim->nz, nim->nbyper);
  return success;
}

static void find_geometry(const nifti_image *nim, cnifti_volume *volume) {
  mat44 affine = nim->sform_code > 0 ? nim->sto_xyz : nim->qto_xyz;
  double unit = unit_length(nim);
  for (int row = 0; row < 3; row++)
    for (int column = 0; column < 4; column++)
      volume->affine[row][column] = (double)affine.m[row][column] * unit;
  volume->is_placed = nim->sform_code > 0 || nim->qform_code > 0;
  if (volume->is_placed) return;
  double steps[3] = {nim->dx, nim->dy, nim->dz};
  memset(volume->affine, 0, sizeof volume->affine);
  for (int axis = 0; axis < 3; axis++) {
    double length = fabs(steps[axis]) * unit;
    volume->affine[axis][axis] = isfinite(length) && length > 0 ? length : 1;
  }
}

static int32_t read_voxels(const source *from, const nifti_image *nim, int swapped,
                           cnifti_volume *volume, char *message) {
  size_t offset = (size_t)nim->iname_offset, length = nim->nvox * (size_t)nim->nbyper;
  uint8_t *file = malloc(offset + length);
  if (!file) return fail(message, damaged, "does not fit into memory");
  int intact = 0;
  if (read_prefix(from, file, offset + length, &intact) < offset + length || !intact) {
    free(file);
    return fail(message, damaged, "is truncated or damaged: its voxels end too early");
  }
  memmove(file, file + offset, length);  // the start of the buffer is aligned for every type
  if (swapped && nim->swapsize > 1)
    nifti_swap_Nbytes(length / (size_t)nim->swapsize, nim->swapsize, file);
  volume->samples = file;
  return success;
}

int32_t cnifti_read_volume(const uint8_t *bytes, size_t count, uint64_t max_voxels,
                           cnifti_volume *volume, char message[CNIFTI_MESSAGE_LENGTH]) {
  source from = source_of(bytes, count);
  nifti_1_header header;
  int swapped = 0;
  memset(volume, 0, sizeof *volume);
  nifti_set_debug_level(0);
  int32_t status = read_header(&from, &header, &swapped, message);
  if (status != success) return status;
  nifti_image *nim = nifti_convert_nhdr2nim(header, NULL);
  if (!nim) return fail(message, damaged, "has a damaged header");
  status = check_size(nim, max_decoded_size(&from), max_voxels, message);
  if (status == success) {
    memcpy(volume->header, &header, sizeof header);
    volume->size[0] = nim->nx, volume->size[1] = nim->ny, volume->size[2] = nim->nz;
    volume->type = nim->datatype;
    volume->slope = nim->scl_slope == 0 ? 1 : nim->scl_slope;
    volume->intercept = nim->scl_slope == 0 ? 0 : nim->scl_inter;
    find_geometry(nim, volume);
    status = read_voxels(&from, nim, swapped, volume, message);
  }
  nifti_image_free(nim);
  return status;
}
