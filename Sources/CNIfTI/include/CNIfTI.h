#ifndef CNIFTI_H
#define CNIFTI_H

#include <stddef.h>
#include <stdint.h>

// A C interface to niftilib, whose own header needs an include path that every importing module
// would have to repeat. niftilib translates only the headers: its reader of voxels needs files,
// prints to standard error, and silently turns NaN into 0.
//
// Every function returns 0 on success, 1 for damaged or truncated bytes, and 2 for valid bytes that
// are not supported; after 1 and 2 `message` holds a sentence that begins with a verb.

#define CNIFTI_MESSAGE_LENGTH 200
#define CNIFTI_HEADER_LENGTH 540

typedef struct {
  int64_t size[3];          // numbers of voxels along the raw axes; the first axis varies fastest
  int64_t layers;           // number of volumes in the file, one after the other: the axes 4 to 7
  int32_t type;             // NIfTI's code of the voxels' type
  double pixdim[3];         // spacings along the raw axes in the file's unit, as they are stored
  double unit;              // the file's unit of length in mm; 0 if the file names none
  int32_t sform_code;       // whether `sform` is set, and to which space it leads; 0 if it is not
  int32_t qform_code;       // the same for `qform`
  double sform[3][4];       // transform from raw indices to the right, the front and the head,
  double qform[3][4];       //   in the file's unit
  double slope, intercept;  // the value of a voxel is slope * raw + intercept
  int32_t header_length;    // 348 for NIfTI-1, 540 for NIfTI-2, 0 if there is no header
  uint8_t header[CNIFTI_HEADER_LENGTH];  // the header in this machine's byte order
  void *samples;  // raw voxels in this machine's byte order; the caller frees them
} cnifti_volume;

// Reads the bytes of a .nii file, or of a .hdr file together with the `voxels` of its .img file,
// which are NULL otherwise; each may be gzipped. At most `max_voxels` voxels are allocated, and
// only if the bytes can hold as many, so a hostile header allocates nothing.
int32_t cnifti_read(const uint8_t *bytes, size_t count, const uint8_t *voxels, size_t voxel_bytes,
                    uint64_t max_voxels, cnifti_volume *volume,
                    char message[CNIFTI_MESSAGE_LENGTH]);

// Returns the number of files that hold a NIfTI image whose header is at the start of these bytes:
// 1 for a .nii file, 2 for a .hdr file, whose voxels are in another one, and 0 for other bytes.
int32_t cnifti_file_count(const uint8_t *bytes, size_t count);

// Encodes one volume as a .nii file, or as a .nii.gz file if `compressed`. `samples` are of `type`,
// NIfTI's code. The header is that of `volume` except the fields about voxels; if it has none, a
// new one is made from its size, `pixdim`, `unit` and, if `sform_code` is set, `sform`. The caller
// frees `bytes`.
int32_t cnifti_write(const cnifti_volume *volume, int32_t type, const void *samples,
                     int32_t compressed, uint8_t **bytes, size_t *count,
                     char message[CNIFTI_MESSAGE_LENGTH]);

void cnifti_free(void *memory);

#endif
