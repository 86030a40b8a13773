#pragma once

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcistrmb.h>

#include <cstddef>
#include <cstdint>

// A stream over the bytes of a file that DCMTK can reopen. DCMTK skips long elements of such a
// stream until they are requested, and thereby notices if they are truncated; for other streams it
// allocates the length that the file claims.
class Bytes : public DcmInputBufferStream {
 public:
  Bytes(const uint8_t *bytes, size_t count)
      : bytes(bytes), count(count), filter(ESC_none), filtered(0), is_short(false) {
    setBuffer(bytes, offile_off_t(count));
    setEos();
  }

  // Marks the position after which the bytes are compressed; `tell` then counts decompressed bytes.
  OFCondition installCompressionFilter(E_StreamCompression type) override {
    filter = type;
    filtered = tell();
    return DcmInputBufferStream::installCompressionFilter(type);
  }

  DcmInputStreamFactory *newFactory() const override { return new Element(*this); }

  offile_off_t skip(offile_off_t wanted) override {
    offile_off_t skipped = DcmInputBufferStream::skip(wanted);
    is_short = is_short || skipped < wanted;
    return skipped;
  }

  // Tells whether an element is longer than the rest of the file.
  bool is_too_short() const { return is_short; }

 private:
  // The position at which an element begins.
  class Element : public DcmInputStreamFactory {
   public:
    explicit Element(const Bytes &stream)
        : bytes(stream.bytes),
          count(stream.count),
          filter(stream.filter),
          filtered(stream.filtered),
          offset(stream.tell()) {}

    DcmInputStream *create() const override {
      auto *stream = new Bytes(bytes, count);
      if (filter != ESC_none) {
        (void)stream->skip(filtered);
        (void)stream->installCompressionFilter(filter);
      }
      (void)stream->skip(offset - stream->tell());
      return stream;
    }

    DcmInputStreamFactory *clone() const override { return new Element(*this); }
    DcmInputStreamFactoryType ident() const override { return DFT_DcmInputFileStreamFactory; }

   private:
    const uint8_t *bytes;
    size_t count;
    E_StreamCompression filter;
    offile_off_t filtered, offset;
  };

  const uint8_t *bytes;
  size_t count;
  E_StreamCompression filter;
  offile_off_t filtered;
  bool is_short;
};
