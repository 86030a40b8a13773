#pragma once

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <cstdint>
#include <string>
#include <vector>

#include "CDICOM.h"

// Returns the numbers of a text element such as `1.5\-2`, at most `limit` of them, or none if one
// of them is no number. Decimal commas are read, and both they and texts that are no numbers are
// added to `findings`.
std::vector<double> decimals(DcmItem *set, const DcmTagKey &tag, uint32_t &findings,
                             size_t limit = 7);

double decimal(DcmItem *set, const DcmTagKey &tag, double otherwise, uint32_t &findings);

// Returns the value of an element of type unsigned short, or -1 if it is missing.
int32_t unsigned_short(DcmItem *set, const DcmTagKey &tag, unsigned long index = 0);

// Returns the text of an element, or an empty one if it is missing.
std::string text(DcmItem *set, const DcmTagKey &tag);

// Returns an item of a sequence, or null if it is missing.
DcmItem *item(DcmItem *set, const DcmTagKey &tag, signed long index = 0);
