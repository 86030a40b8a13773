#pragma once

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include "CDICOM.h"

// Sends the stored values through the file's Modality LUT, if it has one.
void apply_modality_lut(DcmDataset *set, cdicom_image &image);

// Replaces the indices of a palette by the luminance of its colours, 0...255.
void apply_palette(DcmDataset *set, cdicom_image &image);

// Replaces colours of `channels` samples by their luminance (Rec. 709), in the same type.
//
// `is_planar` tells whether the samples of a channel are together in each frame. If `is_luminance`,
// the first channel is the luminance already.
void make_grey(cdicom_image &image, int32_t channels, bool is_planar, bool is_luminance);
