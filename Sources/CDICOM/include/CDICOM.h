#ifndef CDICOM_H
#define CDICOM_H

#include <stddef.h>
#include <stdint.h>

// A C interface to DCMTK's reader, and to OpenJPEG for the JPEG 2000 images that DCMTK cannot
// decode; no C++ type and no exception leaves it.

#ifdef __cplusplus
extern "C" {
#endif

#define CDICOM_MESSAGE_LENGTH 200
#define CDICOM_NAME_LENGTH 65  // length of a unique id or a label with its terminator

typedef struct {
  double position[3];       // centre of the first voxel, in mm to the patient's left, back and head
  double orientation[6];    // directions along a row, then down a column
  double down, across;      // spacing of rows and of columns in mm; 0 if the file does not say
  double thickness;         // thickness of the slice in mm; 0 if the file does not say
  double between;           // distance to the next slice in mm; 0 if the file does not say
  double slope, intercept;  // the value of a voxel is slope * raw + intercept
  int32_t segment;          // number of the segment that the frame of a segmentation shows; else 0
  int32_t stack, time;      // indices of the stack and the time point of the frame; else 0
  int32_t is_placed;        // whether the file gives `position`
  int32_t is_oriented;      // whether the file gives `orientation`
} cdicom_frame;

typedef struct {
  int32_t number;
  char label[CDICOM_NAME_LENGTH];  // UTF-8 or Latin-1
} cdicom_segment;

// What was found while a file was read, as bits of `cdicom_image.findings`.
enum {
  cdicom_decimal_comma = 1 << 0,          // numbers with decimal commas were read
  cdicom_no_number = 1 << 1,              // texts that are no numbers count as missing
  cdicom_slope_of_zero = 1 << 2,          // a slope of 0 counts as 1
  cdicom_modality_lut = 1 << 3,           // the values went through the Modality LUT
  cdicom_palette = 1 << 4,                // the colours of a palette were made grey
  cdicom_colours = 1 << 5,                // colours were made grey
  cdicom_inverted = 1 << 6,               // MONOCHROME1: the smallest value is meant to be white
  cdicom_spacing_at_detector = 1 << 7,    // the spacing given is that at the detector
  cdicom_only_detector_spacing = 1 << 8,  // the file gives no spacing but that at the detector
  cdicom_only_scanned_spacing = 1 << 9,   // the file gives no spacing but that of a film scanner
  cdicom_only_aspect_ratio = 1 << 10      // the file gives the ratio of the spacings alone
};

typedef enum { cdicom_scan, cdicom_segments, cdicom_label_map } cdicom_kind;

typedef struct {
  int32_t columns, rows, frames;
  int32_t bits;       // bits per voxel of `samples`: 8, 16, 32 or 64
  int32_t is_signed;  // whether the voxels are signed integers
  int32_t is_real;    // whether the voxels are floating-point numbers of 32 or 64 bits
  int32_t kind;       // a `cdicom_kind`; in `cdicom_segments` the voxels are 0 and 1, or fractions
  double largest_fraction;  // fraction that stands for 1; 0 if the voxels are no fractions
  uint32_t findings;
  char series[CDICOM_NAME_LENGTH];
  cdicom_frame *placement;   // one element for each frame
  cdicom_segment *segments;  // descriptions of the segments; null for scans
  int32_t segment_count;
  void *samples;  // voxels frame by frame and row by row, in this machine's byte order
} cdicom_image;

// Reads the bytes of a DICOM file: one slice, an enhanced multi-frame image, or a segmentation.
//
// Returns 0 on success, and the caller then frees the image with `cdicom_free`; 1 for damaged
// bytes; 2 for valid bytes that are not supported. After 1 and 2 `message` holds a sentence that
// begins with a verb, and nothing needs to be freed. At most `max_voxels` voxels are allocated.
// Several threads may call it at once.
int32_t cdicom_read(const uint8_t *bytes, size_t count, uint64_t max_voxels, cdicom_image *image,
                    char message[CDICOM_MESSAGE_LENGTH]);

// Frees what the image holds. The caller may take `samples` away by setting it to null before.
void cdicom_free(cdicom_image *image);

// Frees samples that were taken from an image.
void cdicom_free_samples(void *samples);

#ifdef __cplusplus
}
#endif

#endif
