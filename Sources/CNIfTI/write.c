#include <nifti1_io.h>
#include <stdlib.h>
#include <string.h>

#include "CNIfTI.h"
#include "failure.h"
#include "gzip.h"

static void place(nifti_image *nim, double dx, double dy) {
  nim->dx = nim->pixdim[1] = (float)dx;
  nim->dy = nim->pixdim[2] = (float)dy;
  nim->xyz_units = NIFTI_UNITS_MM;
  nim->sform_code = NIFTI_XFORM_SCANNER_ANAT;
  memset(&nim->sto_xyz, 0, sizeof nim->sto_xyz);
  // Raw axes run to the left and to the back; world coordinates to the right and to the front.
  nim->sto_xyz.m[0][0] = (float)-dx;
  nim->sto_xyz.m[1][1] = (float)-dy;
  nim->sto_xyz.m[2][2] = nim->sto_xyz.m[3][3] = 1;
}

// Header, four zero bytes that say "no extension", pixels.
static uint8_t *lay_out(const nifti_image *nim, const void *pixels, size_t *count) {
  nifti_1_header header = nifti_convert_nim2nhdr(nim);
  size_t offset = sizeof header + 4, length = nim->nvox * (size_t)nim->nbyper;
  header.vox_offset = (float)offset;
  memcpy(header.magic, "n+1", 4);
  uint8_t *bytes = calloc(offset + length, 1);
  if (!bytes) return NULL;
  memcpy(bytes, &header, sizeof header);
  memcpy(bytes + offset, pixels, length);
  *count = offset + length;
  return bytes;
}

int32_t cnifti_write(const float *values, const uint8_t *labels, int32_t width, int32_t height,
                     double dx, double dy, int32_t compressed, uint8_t **bytes, size_t *count,
                     char message[CNIFTI_MESSAGE_LENGTH]) {
  int dimensions[8] = {3, width, height, 1, 1, 1, 1, 1};
  nifti_set_debug_level(0);
  nifti_image *nim = nifti_make_new_nim(dimensions, values ? DT_FLOAT32 : DT_UINT8, 0);
  if (!nim) return say(message, damaged, "does not fit into memory");
  place(nim, dx, dy);
  *bytes = lay_out(nim, values ? (const void *)values : labels, count);
  nifti_image_free(nim);
  if (*bytes && compressed) {
    uint8_t *plain = *bytes;
    *bytes = gzip_whole(plain, *count, count);
    free(plain);
  }
  return *bytes ? whole : say(message, damaged, "does not fit into memory");
}
