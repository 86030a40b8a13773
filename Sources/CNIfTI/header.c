#include "header.h"

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

size_t header_length(int version) {
  return version == 2 ? sizeof(nifti_2_header) : sizeof(nifti_1_header);
}

static int32_t check_dimensions(const int64_t dim[8], char *message) {
  int64_t voxels = 1;
  for (int axis = 1; axis <= dim[0]; axis++) {
    if (dim[axis] < 1) return fail(message, damaged, "has a damaged header: no size");
    if (__builtin_mul_overflow(voxels, dim[axis], &voxels) || voxels > INT64_MAX / 8)
      return fail(message, damaged, "has a damaged header: its size is impossible");
  }
  return success;
}

static int32_t check_type(int datatype, char *message) {
  switch (datatype) {
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
              "holds voxels of type %s; only integers and real numbers of at most 64 bits are read",
              nifti_datatype_string(datatype));
}

// Checks the fields about which niftilib would print to standard error.
static int32_t check_header(const any_header *header, char *message) {
  int64_t dim[8];
  for (int axis = 0; axis < 8; axis++)
    dim[axis] = header->version == 2 ? header->fields.two.dim[axis] : header->fields.one.dim[axis];
  if (dim[0] < 1 || dim[0] > 7) return fail(message, damaged, "has a damaged header: no size");
  int32_t status = check_dimensions(dim, message);
  if (status != success) return status;
  int type = header->version == 2 ? header->fields.two.datatype : header->fields.one.datatype;
  return check_type(type, message);
}

// The length of a header is its own first field, which tells version and byte order.
static void find_version(const uint8_t *bytes, any_header *header) {
  int32_t length;
  memcpy(&length, bytes, sizeof length);
  int32_t turned = (int32_t)__builtin_bswap32((uint32_t)length);
  header->version = length == 540 || turned == 540 ? 2 : 1;
}

static int32_t check_magic(any_header *header, char *message) {
  const char *magic = header->version == 2 ? header->fields.two.magic : header->fields.one.magic;
  char expected = (char)('0' + header->version);
  if (magic[0] != 'n' || (magic[1] != '+' && magic[1] != 'i') || magic[2] != expected || magic[3])
    return fail(message, damaged, "is neither PNG nor NIfTI, or its header is damaged");
  header->detached = magic[1] == 'i';
  return success;
}

int32_t read_header(const source *from, any_header *header, char *message) {
  uint8_t bytes[sizeof(nifti_2_header)];
  size_t count = read_prefix(from, bytes, sizeof bytes, NULL);
  if (count < sizeof(nifti_1_header))
    return fail(message, damaged, "is neither PNG nor NIfTI, or it is truncated");
  memset(header, 0, sizeof *header);
  find_version(bytes, header);
  if (count < header_length(header->version)) return fail(message, damaged, "is truncated");
  memcpy(&header->fields, bytes, header_length(header->version));
  int32_t status = check_magic(header, message);
  if (status != success) return status;
  int64_t axes = header->version == 2 ? header->fields.two.dim[0] : header->fields.one.dim[0];
  header->swapped = axes < 1 || axes > 7;
  if (header->swapped) swap_nifti_header(&header->fields, header->version);
  return check_header(header, message);
}

nifti_image *translated(const any_header *header) {
  return header->version == 2 ? nifti_convert_n2hdr2nim(header->fields.two, NULL)
                              : nifti_convert_n1hdr2nim(header->fields.one, NULL);
}

int32_t cnifti_file_count(const uint8_t *bytes, size_t count) {
  char message[CNIFTI_MESSAGE_LENGTH];
  source from = source_of(bytes, count);
  any_header header;
  nifti_set_debug_level(0);
  if (read_header(&from, &header, message) != success) return 0;
  return header.detached ? 2 : 1;
}
