import Foundation

/// The first bytes of a file, from which its kind is recognised.
struct FileContent {
  /// The number of bytes that are looked at. The class of a DICOM object stands within them.
  static let length = 2048

  private let bytes: [UInt8]

  init(_ bytes: Data) { self.bytes = [UInt8](bytes.prefix(Self.length)) }

  /// The kind of the file; nil if the bytes are those of no image that is known.
  var kind: FileKind? {
    if isDICOM { return dicomKind }
    if isNIfTI || hasMagic || isMetaImage { return .volume }
    return nil
  }

  /// Whether the file is compressed by gzip.
  var isGzip: Bool { begins([0x1f, 0x8b]) }

  private func begins(_ magic: [UInt8], at offset: Int = 0) -> Bool {
    bytes.dropFirst(offset).starts(with: magic)
  }

  private var hasMagic: Bool {
    let magics: [[UInt8]] = [
      Array("NRRD000".utf8), [0x89, 0x50, 0x4e, 0x47], [0xff, 0xd8, 0xff],
      [0x49, 0x49, 0x2a, 0], [0x4d, 0x4d, 0, 0x2a], [0x49, 0x49, 0x2b, 0], [0x4d, 0x4d, 0, 0x2b],
    ]
    return magics.contains { begins($0) }
  }

  private var isNIfTI: Bool {
    begins(Array("n+1\0".utf8), at: 344) || begins(Array("n+2\0".utf8), at: 4)
  }

  private var isMetaImage: Bool {
    ["ObjectType", "NDims"].contains { begins(Array($0.utf8)) }
      && text.contains("ElementType")
  }

  /// The bytes as text, in which every byte is one character.
  private var text: String { String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) })) }

  /// Whether the file is DICOM, by its magic number or by the first element of a file without one.
  private var isDICOM: Bool {
    if begins(Array("DICM".utf8), at: 128) { return true }
    // The first bytes are a little-endian tag of group 0002 or 0008 with an element below 0x20. No
    // other format begins with such bytes.
    return bytes.count > 132 && [2, 8].contains(bytes[0]) && bytes[1] == 0 && bytes[2] < 0x20
      && bytes[3] == 0
  }

  /// The kind of a DICOM file, by the class of its object.
  private var dicomKind: FileKind {
    let text = text
    if text.contains("1.2.840.10008.1.3.10") {
      return .unusable("is a DICOM directory and no image", isData: false)
    }
    guard let match = text.firstMatch(of: /1\.2\.840\.10008\.5\.1\.4\.1\.1\.([0-9.]+)/) else {
      return .slice
    }
    return Self.kind(ofClass: String(match.1))
  }

  /// Returns the kind of a DICOM object by the end of its class, which follows
  /// `1.2.840.10008.5.1.4.1.1.`.
  private static func kind(ofClass end: String) -> FileKind {
    let parts = end.split(separator: ".").compactMap { Int($0) }
    // Segmentations, and those as label maps.
    if [[66, 4], [66, 7]].contains(parts) { return .segmentation }
    if [[66, 5], [481, 3]].contains(parts) {
      return .unusable(
        "is a DICOM object of contours or surfaces, which are not read; convert it to a mask",
        isData: true)
    }
    let isPlan = [[481, 4], [481, 5], [481, 8]].contains(parts)
    let isWithoutImage = isPlan || [9, 11, 66, 88, 104].contains(parts.first)
    if isWithoutImage { return .unusable("is a DICOM object without an image", isData: false) }
    return .slice
  }
}
