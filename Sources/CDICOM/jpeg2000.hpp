#pragma once

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include "CDICOM.h"

// Decodes the JPEG 2000 images of a compressed file with OpenJPEG into new memory, which the caller
// frees: `channels` interleaved samples for each voxel, in `image.bits` bits.
void *decode_jpeg2000(DcmPixelSequence &fragments, const cdicom_image &image, int32_t channels);
