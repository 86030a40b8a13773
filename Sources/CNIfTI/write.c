#include <stdlib.h>
#include <string.h>

#include "CNIfTI.h"
#include "failure.h"
#include "gzip.h"
#include "header.h"

// Returns the bytes of a file: the header, four zero bytes for "no extension", and the voxels. The
// caller frees them; NULL if memory runs out.
static uint8_t *encode_file(any_header *header, const void *voxels, size_t length, size_t *count) {
  size_t size = header_length(header->version), offset = size + 4;
  if (header->version == 2) {
    header->fields.two.vox_offset = (int64_t)offset;
    memcpy(header->fields.two.magic, "n+2\0\r\n\032\n", 8);
  } else {
    header->fields.one.vox_offset = (float)offset;
    memcpy(header->fields.one.magic, "n+1", 4);
  }
  uint8_t *bytes = calloc(offset + length, 1);
  if (!bytes) return NULL;
  memcpy(bytes, &header->fields, size);
  memcpy(bytes + offset, voxels, length);
  *count = offset + length;
  return bytes;
}

// Replaces a buffer by its gzipped contents, or by NULL if memory runs out.
static void compress_buffer(uint8_t **bytes, size_t *count) {
  uint8_t *plain = *bytes;
  if (plain) *bytes = gzip_buffer(plain, *count, count);
  free(plain);
}

static void set_geometry(nifti_image *nim, const cnifti_volume *volume) {
  nim->dx = nim->pixdim[1] = volume->pixdim[0];
  nim->dy = nim->pixdim[2] = volume->pixdim[1];
  nim->dz = nim->pixdim[3] = volume->pixdim[2];
  nim->xyz_units = volume->unit == 1 ? NIFTI_UNITS_MM : NIFTI_UNITS_UNKNOWN;
  nim->sform_code = nim->qform_code = volume->sform_code;
  if (!volume->sform_code) return;
  for (int row = 0; row < 3; row++)
    for (int column = 0; column < 4; column++)
      nim->sto_xyz.m[row][column] = volume->sform[row][column];
  nim->sto_xyz.m[3][0] = nim->sto_xyz.m[3][1] = nim->sto_xyz.m[3][2] = 0;
  nim->sto_xyz.m[3][3] = 1;
  nifti_dmat44_to_quatern(nim->sto_xyz, &nim->quatern_b, &nim->quatern_c, &nim->quatern_d,
                          &nim->qoffset_x, &nim->qoffset_y, &nim->qoffset_z, &nim->dx, &nim->dy,
                          &nim->dz, &nim->qfac);
  nim->pixdim[1] = nim->dx, nim->pixdim[2] = nim->dy, nim->pixdim[3] = nim->dz;
}

// Creates a header for a volume that was not read from a NIfTI file. A side over 32767 needs
// version 2.
static int32_t make_header(const cnifti_volume *volume, any_header *header, char *message) {
  int64_t dimensions[8] = {3, volume->size[0], volume->size[1], volume->size[2], 1, 1, 1, 1};
  nifti_image *nim = nifti_make_new_nim(dimensions, DT_UINT8, 0);
  if (!nim) return fail(message, damaged, "does not fit into memory");
  set_geometry(nim, volume);
  header->version = 1;
  for (int axis = 0; axis < 3; axis++)
    if (volume->size[axis] > INT16_MAX) header->version = 2;
  int status = header->version == 2 ? nifti_convert_nim2n2hdr(nim, &header->fields.two)
                                    : nifti_convert_nim2n1hdr(nim, &header->fields.one);
  nifti_image_free(nim);
  return status ? fail(message, damaged, "cannot be described") : success;
}

static int32_t find_header(const cnifti_volume *volume, any_header *header, char *message) {
  memset(header, 0, sizeof *header);
  if (!volume->header_length) return make_header(volume, header, message);
  header->version = volume->header_length == (int32_t)header_length(2) ? 2 : 1;
  memcpy(&header->fields, volume->header, (size_t)volume->header_length);
  return success;
}

// Sets the fields about voxels: their type, without scaling, range and intent, of one volume.
#define DESCRIBE_VOXELS(header, code, bytes) \
  (header).datatype = (short)(code);         \
  (header).bitpix = (short)(8 * (bytes));    \
  (header).scl_slope = 1;                    \
  (header).scl_inter = 0;                    \
  (header).cal_max = (header).cal_min = 0;   \
  (header).intent_code = NIFTI_INTENT_NONE;  \
  for (int axis = 4; axis <= 7; axis++)      \
    if (axis <= (header).dim[0]) (header).dim[axis] = 1;

static int32_t sample_length(int32_t type) {
  int bytes = 0, swapped = 0;
  nifti_datatype_sizes(type, &bytes, &swapped);
  return bytes;
}

int32_t cnifti_write(const cnifti_volume *volume, int32_t type, const void *samples,
                     int32_t compressed, uint8_t **bytes, size_t *count,
                     char message[CNIFTI_MESSAGE_LENGTH]) {
  any_header header;
  nifti_set_debug_level(0);
  int32_t status = find_header(volume, &header, message), length = sample_length(type);
  if (status != success) return status;
  if (header.version == 2) {
    DESCRIBE_VOXELS(header.fields.two, type, length)
  } else {
    DESCRIBE_VOXELS(header.fields.one, type, length)
  }
  size_t voxels = (size_t)volume->size[0] * (size_t)volume->size[1] * (size_t)volume->size[2];
  *bytes = encode_file(&header, samples, voxels * (size_t)length, count);
  if (compressed) compress_buffer(bytes, count);
  return *bytes ? success : fail(message, damaged, "does not fit into memory");
}
