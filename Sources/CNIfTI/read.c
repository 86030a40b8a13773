#include <stdlib.h>
#include <string.h>

#include "CNIfTI.h"
#include "failure.h"
#include "header.h"

static int32_t check_size(const nifti_image *nim, uint64_t first, uint64_t available,
                          uint64_t max_voxels, char *message) {
  for (int axis = 1; axis <= nim->ndim; axis++)
    if (nim->dim[axis] < 1)
      return fail(message, damaged, "has a damaged header: an axis has no voxels");
  uint64_t voxels = (uint64_t)nim->nvox;
  if (voxels > max_voxels)
    return fail(message, unsupported, "is too large: %lld x %lld x %lld voxels", (long long)nim->nx,
                (long long)nim->ny, (long long)nim->nz);
  if (nim->iname_offset < (int64_t)first ||
      (uint64_t)nim->iname_offset + voxels * (uint64_t)nim->nbyper > available)
    return fail(message, damaged,
                "is truncated: it cannot hold %lld x %lld x %lld voxels of %d bytes",
                (long long)nim->nx, (long long)nim->ny, (long long)nim->nz, nim->nbyper);
  return success;
}

static void copy_affine(const nifti_dmat44 *from, double to[3][4]) {
  for (int row = 0; row < 3; row++)
    for (int column = 0; column < 4; column++) to[row][column] = from->m[row][column];
}

static double unit_length(const nifti_image *nim) {
  switch (nim->xyz_units) {
    case NIFTI_UNITS_METER: return 1000;
    case NIFTI_UNITS_MM: return 1;
    case NIFTI_UNITS_MICRON: return 0.001;
  }
  return 0;
}

// Returns the number of voxels along an axis, counted from 1. The header's numbers of axes that the
// volume does not have may be anything, often 0.
static int64_t size_along(const nifti_image *nim, int axis) {
  return axis <= nim->ndim ? nim->dim[axis] : 1;
}

static void describe(const nifti_image *nim, const any_header *header, cnifti_volume *volume) {
  volume->layers = nim->nvox;
  for (int axis = 0; axis < 3; axis++) {
    volume->size[axis] = size_along(nim, axis + 1);
    volume->layers /= volume->size[axis];
  }
  volume->type = nim->datatype;
  // niftilib replaces spacings of 0 by 1, so they are taken from the header itself.
  for (int axis = 0; axis < 3; axis++)
    volume->pixdim[axis] = header->version == 2 ? header->fields.two.pixdim[axis + 1]
                                                : (double)header->fields.one.pixdim[axis + 1];
  volume->unit = unit_length(nim);
  volume->sform_code = nim->sform_code;
  volume->qform_code = nim->qform_code;
  copy_affine(&nim->sto_xyz, volume->sform);
  copy_affine(&nim->qto_xyz, volume->qform);
  volume->slope = nim->scl_slope == 0 ? 1 : nim->scl_slope;
  volume->intercept = nim->scl_slope == 0 ? 0 : nim->scl_inter;
  volume->header_length = (int32_t)header_length(header->version);
  memcpy(volume->header, &header->fields, header_length(header->version));
}

static int32_t read_voxels(const source *from, const nifti_image *nim, int swapped,
                           cnifti_volume *volume, char *message) {
  size_t offset = (size_t)nim->iname_offset, length = (size_t)nim->nvox * (size_t)nim->nbyper;
  uint8_t *file = malloc(offset + length);
  if (!file) return fail(message, damaged, "does not fit into memory");
  int intact = 0;
  if (read_prefix(from, file, offset + length, &intact) < offset + length || !intact) {
    free(file);
    return fail(message, damaged, "is truncated or damaged: its voxels end too early");
  }
  memmove(file, file + offset, length);  // the start of the buffer is aligned for every type
  if (swapped && nim->swapsize > 1)
    nifti_swap_Nbytes((int64_t)(length / (size_t)nim->swapsize), nim->swapsize, file);
  volume->samples = file;
  return success;
}

// Chooses the file that holds the voxels: the one of the header, or the other one of a pair.
static int32_t find_voxels(const any_header *header, const source *own, const source *other,
                           source *chosen, char *message) {
  if (header->detached && !other->bytes)
    return fail(message, unsupported,
                "is a header without voxels; give the .hdr file together with its .img file, or a "
                ".nii or .nii.gz file");
  if (!header->detached && other->bytes)
    return fail(message, damaged,
                "holds voxels itself, and beside it lies an .img file; which of "
                "them are right is unknown, so move one of them away");
  *chosen = header->detached ? *other : *own;
  return success;
}

int32_t cnifti_read(const uint8_t *bytes, size_t count, const uint8_t *voxels, size_t voxel_bytes,
                    uint64_t max_voxels, cnifti_volume *volume,
                    char message[CNIFTI_MESSAGE_LENGTH]) {
  source own = source_of(bytes, count), chosen;
  source other = voxels ? source_of(voxels, voxel_bytes) : (source){NULL, 0, 0};
  any_header header;
  memset(volume, 0, sizeof *volume);
  nifti_set_debug_level(0);
  int32_t status = read_header(&own, &header, message);
  if (status == success) status = find_voxels(&header, &own, &other, &chosen, message);
  if (status != success) return status;
  nifti_image *nim = translated(&header);
  if (!nim) return fail(message, damaged, "has a damaged header");
  size_t first = header.detached ? 0 : header_length(header.version);
  status = check_size(nim, first, max_decoded_size(&chosen), max_voxels, message);
  if (status == success) {
    describe(nim, &header, volume);
    status = read_voxels(&chosen, nim, header.swapped, volume, message);
  }
  nifti_image_free(nim);
  return status;
}

void cnifti_free(void *memory) { free(memory); }
