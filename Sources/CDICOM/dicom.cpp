#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcrledrg.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmjpeg/djdecode.h>
#include <dcmtk/dcmjpls/djdecode.h>
#include <dcmtk/oflog/oflog.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>
#include <string>

#include "CDICOM.h"
#include "attributes.hpp"
#include "frames.hpp"
#include "pixels.hpp"
#include "refusal.hpp"
#include "stream.hpp"

namespace {

// Registers DCMTK's decoders and silences its log before the first file is read.
void prepare() {
  static const bool prepared = [] {
    OFLog::configure(OFLogger::OFF_LOG_LEVEL);
    DcmRLEDecoderRegistration::registerCodecs();
    DJDecoderRegistration::registerCodecs();
    DJLSDecoderRegistration::registerCodecs();
    return true;
  }();
  if (!prepared || !dcmDataDict.isDictionaryLoaded())
    throw Refusal{unsupported,
                  "cannot be read: DCMTK finds no data dictionary (Debian's libdcmtk)"};
}

// The largest number of frames that is read, which bounds the memory for their descriptions.
constexpr int32_t max_frames = 1 << 18;

// The largest ratio of decompressed to compressed bytes that is believed; it is that of deflate.
constexpr double max_ratio = 1032;

void read_size(DcmDataset *set, size_t count, uint64_t max_voxels, cdicom_image &image) {
  image.rows = unsigned_short(set, DCM_Rows);
  image.columns = unsigned_short(set, DCM_Columns);
  if (image.rows < 1 || image.columns < 1) throw Refusal{unsupported, "holds no image"};
  double frames = decimal(set, DCM_NumberOfFrames, 1, image.findings);
  if (!(frames >= 1)) throw Refusal{damaged, "has a damaged header: no frames"};
  if (frames > max_frames || frames > double(max_voxels) / image.rows / image.columns)
    throw Refusal{unsupported, "is too large"};
  image.frames = int32_t(frames);
  double bits = frames * image.rows * image.columns * unsigned_short(set, DCM_BitsAllocated);
  if (bits / 8 > max_ratio * double(count)) throw truncated;
}

int32_t kind_of(DcmDataset *set) {
  std::string kind = text(set, DCM_SOPClassUID);
  if (kind == UID_SegmentationStorage) return cdicom_segments;
  // DCMTK 3.6.7 does not know this class: Label Map Segmentation Storage.
  return kind == "1.2.840.10008.5.1.4.1.1.66.7" ? cdicom_label_map : cdicom_scan;
}

void read_image(const uint8_t *bytes, size_t count, uint64_t max_voxels, cdicom_image &image) {
  Bytes stream(bytes, count);
  DcmFileFormat file;
  file.transferInit();
  bool is_bad = file.read(stream).bad();
  if (stream.is_too_short())
    throw Refusal{damaged, "is truncated: one of its elements is longer than the rest of the file"};
  if (is_bad) throw Refusal{damaged, "is not a DICOM file, or it is damaged"};
  file.transferEnd();
  DcmDataset *set = file.getDataset();
  read_size(set, count, max_voxels, image);
  image.kind = kind_of(set);
  std::snprintf(image.series, sizeof image.series, "%s", text(set, DCM_SeriesInstanceUID).c_str());
  // A file that lacks its pixels is refused before each of its frames takes time.
  read_pixels(set, image);
  describe_frames(set, image);
  describe_segments(set, image);
}

int32_t fail(char *message, int32_t status, const char *sentence) noexcept {
  std::snprintf(message, CDICOM_MESSAGE_LENGTH, "%s", sentence);
  return status;
}

}  // namespace

extern "C" int32_t cdicom_read(const uint8_t *bytes, size_t count, uint64_t max_voxels,
                               cdicom_image *image, char message[CDICOM_MESSAGE_LENGTH]) {
  std::memset(image, 0, sizeof *image);
  int32_t status = 0;
  try {
    prepare();
    read_image(bytes, count, max_voxels, *image);
  } catch (const Refusal &refusal) {
    status = fail(message, refusal.status, refusal.sentence);
  } catch (const std::bad_alloc &) {
    status = fail(message, damaged, "does not fit into memory, or its header is damaged");
  } catch (...) {
    status = fail(message, damaged, "is a damaged DICOM file");
  }
  if (status != 0) cdicom_free(image);
  return status;
}

extern "C" void cdicom_free(cdicom_image *image) {
  std::free(image->placement);
  std::free(image->segments);
  std::free(image->samples);
  image->placement = nullptr;
  image->segments = nullptr;
  image->samples = nullptr;
}

extern "C" void cdicom_free_samples(void *samples) { std::free(samples); }
