#pragma once

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include "CDICOM.h"

// Fills in what the file says of each frame: its position, its spacing, its scaling, its segment.
// An enhanced file says it for each frame or for all of them, another file at the top level. The
// pixels must have been read, because values from a table are not scaled.
void describe_frames(DcmDataset *set, cdicom_image &image);

// Fills in the descriptions of the segments of a segmentation.
void describe_segments(DcmDataset *set, cdicom_image &image);
