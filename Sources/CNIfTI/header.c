#include "header.h"

#include <stdlib.h>
#include <string.h>

#include "CNIfTI.h"
#include "failure.h"
#include "gzip.h"

// The largest ratio of decompressed to compressed bytes that deflate can reach.
enum { max_deflate_ratio = 1032 };

source source_of(const uint8_t *bytes, size_t count) {
  source from = {bytes, count, count > 1 && bytes[0] == 0x1f && bytes[1] == 0x8b};
  return from;
}

size_t read_prefix(const source *from, uint8_t *out, size_t capacity, int *intact) {
  if (from->compressed) return gunzip(from->bytes, from->count, out, capacity, intact);
  if (intact) *intact = 1;
  size_t count = from->count < capacity ? from->count : capacity;
  memcpy(out, from->bytes, count);
  return count;
}

uint64_t max_decoded_size(const source *from) {
  return (uint64_t)from->count * (from->compressed ? max_deflate_ratio : 1);
}

// Checks the fields about which niftilib would print to standard error.
static int32_t check_header(const nifti_1_header *header, char *message) {
  if (!memcmp(header->magic, "ni1", 4))
    return fail(message, unsupported, "is a header without pixels; give a .nii or .nii.gz file");
  if (memcmp(header->magic, "n+1", 4))
    return fail(message, damaged, "is neither PNG nor NIfTI, or its header is damaged");
  if (header->dim[0] < 1 || header->dim[0] > 7 || header->dim[1] < 1)
    return fail(message, damaged, "has a damaged header: no size");
  for (int axis = 2; axis <= header->dim[0]; axis++)
    if (header->dim[axis] < 1) return fail(message, damaged, "has a damaged header: no size");
  switch (header->datatype) {
    case DT_UINT8:
    case DT_INT8:
    case DT_UINT16:
    case DT_INT16:
    case DT_UINT32:
    case DT_INT32:
    case DT_UINT64:
    case DT_INT64:
    case DT_FLOAT32:
    case DT_FLOAT64: return success;
  }
  return fail(message, unsupported,
              "holds pixels of type %s; only integers and real numbers of at most 64 bits are read",
              nifti_datatype_string(header->datatype));
}

int32_t read_header(const source *from, nifti_1_header *header, int *swapped, char *message) {
  if (read_prefix(from, (uint8_t *)header, sizeof *header, NULL) < sizeof *header)
    return fail(message, damaged, "is neither PNG nor NIfTI, or it is truncated");
  *swapped = header->dim[0] < 1 || header->dim[0] > 7;
  if (*swapped) swap_nifti_header(header, 1);
  return check_header(header, message);
}

double unit_length(const nifti_image *nim) {
  return nim->xyz_units == NIFTI_UNITS_METER    ? 1000
         : nim->xyz_units == NIFTI_UNITS_MICRON ? 0.001
                                                : 1;
}

uint8_t *encode_file(nifti_1_header header, const void *voxels, size_t length, size_t *count) {
  size_t offset = sizeof header + 4;
  header.vox_offset = (float)offset;
  memcpy(header.magic, "n+1", 4);
  uint8_t *bytes = calloc(offset + length, 1);
  if (!bytes) return NULL;
  memcpy(bytes, &header, sizeof header);
  memcpy(bytes + offset, voxels, length);
  *count = offset + length;
  return bytes;
}
