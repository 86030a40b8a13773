#include <nifti1_io.h>
#include <stdlib.h>
#include <string.h>

#include "CNIfTI.h"
#include "failure.h"
#include "gzip.h"
#include "header.h"

static void set_geometry(nifti_image *nim, double dx, double dy) {
  nim->dx = nim->pixdim[1] = (float)dx;
  nim->dy = nim->pixdim[2] = (float)dy;
  nim->xyz_units = NIFTI_UNITS_MM;
  nim->sform_code = NIFTI_XFORM_SCANNER_ANAT;
  memset(&nim->sto_xyz, 0, sizeof nim->sto_xyz);
  // Raw axes run to the left and the back, world coordinates to the right and the front.
  nim->sto_xyz.m[0][0] = (float)-dx;
  nim->sto_xyz.m[1][1] = (float)-dy;
  nim->sto_xyz.m[2][2] = nim->sto_xyz.m[3][3] = 1;
}

// Replaces a buffer by its gzipped contents, or by NULL if memory runs out.
static void compress_buffer(uint8_t **bytes, size_t *count) {
  uint8_t *plain = *bytes;
  if (plain) *bytes = gzip_buffer(plain, *count, count);
  free(plain);
}

int32_t cnifti_write(const float *values, const uint8_t *labels, int32_t width, int32_t height,
                     double dx, double dy, int32_t compressed, uint8_t **bytes, size_t *count,
                     char message[CNIFTI_MESSAGE_LENGTH]) {
  int dimensions[8] = {3, width, height, 1, 1, 1, 1, 1};
  nifti_set_debug_level(0);
  nifti_image *nim = nifti_make_new_nim(dimensions, values ? DT_FLOAT32 : DT_UINT8, 0);
  if (!nim) return fail(message, damaged, "does not fit into memory");
  set_geometry(nim, dx, dy);
  *bytes = encode_file(nifti_convert_nim2nhdr(nim), values ? (const void *)values : labels,
                       nim->nvox * (size_t)nim->nbyper, count);
  nifti_image_free(nim);
  if (compressed) compress_buffer(bytes, count);
  return *bytes ? success : fail(message, damaged, "does not fit into memory");
}

// Creates a header for a volume that was read from a file of another format.
static int32_t make_header(const cnifti_volume *volume, nifti_1_header *header, char *message) {
  int dimensions[8] = {3, volume->size[0], volume->size[1], volume->size[2], 1, 1, 1, 1};
  nifti_image *nim = nifti_make_new_nim(dimensions, DT_UINT8, 0);
  if (!nim) return fail(message, damaged, "does not fit into memory");
  nim->xyz_units = NIFTI_UNITS_MM;
  nim->sform_code = nim->qform_code = volume->is_placed ? NIFTI_XFORM_SCANNER_ANAT : 0;
  for (int row = 0; row < 3; row++)
    for (int column = 0; column < 4; column++)
      nim->sto_xyz.m[row][column] = (float)volume->affine[row][column];
  nim->sto_xyz.m[3][3] = 1;
  nifti_mat44_to_quatern(nim->sto_xyz, &nim->quatern_b, &nim->quatern_c, &nim->quatern_d,
                         &nim->qoffset_x, &nim->qoffset_y, &nim->qoffset_z, &nim->dx, &nim->dy,
                         &nim->dz, &nim->qfac);
  nim->pixdim[1] = nim->dx, nim->pixdim[2] = nim->dy, nim->pixdim[3] = nim->dz;
  *header = nifti_convert_nim2nhdr(nim);
  nifti_image_free(nim);
  return success;
}

// Sets the fields about voxels for labels: type uint8, without scaling, range and intent.
static void describe_labels(nifti_1_header *header) {
  header->datatype = DT_UINT8;
  header->bitpix = 8;
  header->scl_slope = 1;
  header->scl_inter = 0;
  header->cal_max = header->cal_min = 0;
  header->intent_code = NIFTI_INTENT_NONE;
}

int32_t cnifti_write_labels(const cnifti_volume *volume, const uint8_t *labels, uint8_t **bytes,
                            size_t *count, char message[CNIFTI_MESSAGE_LENGTH]) {
  nifti_1_header header;
  memcpy(&header, volume->header, sizeof header);
  int32_t status = header.sizeof_hdr ? success : make_header(volume, &header, message);
  if (status != success) return status;
  describe_labels(&header);
  size_t voxels = (size_t)volume->size[0] * (size_t)volume->size[1] * (size_t)volume->size[2];
  *bytes = encode_file(header, labels, voxels, count);
  compress_buffer(bytes, count);
  return *bytes ? success : fail(message, damaged, "does not fit into memory");
}
