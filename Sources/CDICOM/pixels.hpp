#pragma once

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include "CDICOM.h"

// Decodes the voxels of the file into `image.samples`, as integers of 8, 16 or 32 bits or as
// floating-point numbers. Colours are made grey, and lookup tables are applied.
void read_pixels(DcmDataset *set, cdicom_image &image);
