#pragma once

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include "CDICOM.h"

// Checks what DCMTK's decoders trust: that the fragments are large enough for the frames, and that
// the segments of JPEG fragments are well formed.
void check_fragments(DcmDataset *set, const cdicom_image &image);

// Finds the fragments of a compressed image and how they are compressed; null if it is not
// compressed.
DcmPixelSequence *fragments_of(DcmDataset *set, E_TransferSyntax &syntax);
