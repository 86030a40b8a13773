#include "fragments.hpp"

#include <dcmtk/dcmdata/dcpixel.h>
#include <dcmtk/dcmdata/dcpixseq.h>
#include <dcmtk/dcmdata/dcpxitem.h>

#include "refusal.hpp"

namespace {

// Walks the segments of a JPEG before its frame header as DCMTK does, which never gets past a
// marker TEM. Markers that restart a scan are misplaced there too.
void check_segments(const uint8_t *bytes, size_t count) {
  size_t offset = 0;
  auto word = [&](size_t index) { return bytes[index] << 8 | bytes[index + 1]; };
  while (offset + 4 < count) {
    int marker = word(offset);
    bool is_bare = marker == 0xff01 || (marker >= 0xffd0 && marker <= 0xffd7);
    if (is_bare) throw Refusal{damaged, "holds a damaged JPEG image"};
    bool is_frame_header = marker >= 0xffc0 && marker <= 0xffcf && marker != 0xffc4 &&
                           marker != 0xffc8 && marker != 0xffcc;
    if (is_frame_header || marker <= 0xff00) return;
    bool has_length = marker >= 0xffc0 && marker != 0xffd8 && marker != 0xffd9;
    if (marker == 0xffff)
      offset += 1;
    else
      offset += has_length ? size_t(word(offset + 2)) + 2 : 2;
  }
}

// Returns the smallest number of bytes to which the frames can be compressed.
double min_compressed_size(E_TransferSyntax syntax, const cdicom_image &image) {
  double rows = double(image.rows) * image.frames, voxels = rows * image.columns;
  switch (syntax) {
    case EXS_RLELossless: return voxels / 64;  // two bytes for a run of 128
    case EXS_JPEGLSLossless:
    case EXS_JPEGLSLossy: return rows / 8;  // one bit for a row that equals the one above
    case EXS_JPEGProcess1:
    case EXS_JPEGProcess2_4:
    case EXS_JPEGProcess6_8:
    case EXS_JPEGProcess10_12:
    case EXS_JPEGProcess14:
    case EXS_JPEGProcess14SV1: return voxels / 512;  // one bit for a block of 8 x 8
    default: return 0;                               // the syntax is not decoded
  }
}

}  // namespace

DcmPixelSequence *fragments_of(DcmDataset *set, E_TransferSyntax &syntax) {
  DcmElement *element = nullptr;
  if (set->findAndGetElement(DCM_PixelData, element).bad() || element->ident() != EVR_PixelData)
    return nullptr;
  auto *pixels = static_cast<DcmPixelData *>(element);
  const DcmRepresentationParameter *parameter = nullptr;
  pixels->getOriginalRepresentationKey(syntax, parameter);
  DcmPixelSequence *sequence = nullptr;
  if (!DcmXfer(syntax).isEncapsulated() ||
      pixels->getEncapsulatedRepresentation(syntax, parameter, sequence).bad())
    return nullptr;
  return sequence;
}

void check_fragments(DcmDataset *set, const cdicom_image &image) {
  E_TransferSyntax syntax = EXS_Unknown;
  DcmPixelSequence *sequence = fragments_of(set, syntax);
  if (!sequence) return;
  double total = 0;
  for (unsigned long i = 0; i < sequence->card(); i++) {
    DcmPixelItem *item = nullptr;
    Uint8 *bytes = nullptr;
    if (sequence->getItem(item, i).bad() || item->getUint8Array(bytes).bad() || !bytes) continue;
    total += item->getLength();
    if (syntax != EXS_RLELossless) check_segments(bytes, item->getLength());
  }
  if (total < min_compressed_size(syntax, image)) throw truncated;
}
