import Errors
import Foundation

extension Image {
  /// Decodes the bytes of an image file that holds a mask; the pixels are its labels.
  ///
  /// In a PNG file with a palette they are the indices. If only the alpha channel varies, it is the
  /// mask.
  ///
  /// - Parameters:
  ///   - bytes: the bytes of the file.
  ///   - name: the name of the file in errors.
  /// - Throws: `DipperError` of code `imageMalformed` or `imageUnsupported`; the latter also for a
  ///   PNG file with colours that stand for unknown labels.
  public init(decodingLabels bytes: Data, name: String) throws {
    self =
      try isPNG(bytes)
      ? DecodedPNG(bytes, name: name).labels(name: name) : Image(decoding: bytes, name: name)
  }
}

extension Mask {
  /// Decodes the bytes of an image file; a pixel is inside if its label exceeds half of the
  /// largest.
  ///
  /// - Parameters:
  ///   - bytes: the bytes of the file.
  ///   - name: the name of the file in errors.
  /// - Throws: `DipperError` of code `imageMalformed` or `imageUnsupported`.
  public init(decoding bytes: Data, name: String) throws {
    let image = try Image(decodingLabels: bytes, name: name)
    self.init(thresholding: image, above: max(0, (image.pixels.max() ?? 0) / 2))
  }

  /// Reads the mask in an image file; a pixel is inside if its label exceeds half of the largest.
  ///
  /// - Throws: `DipperError` of code `imageUnreadable`, `imageMalformed` or `imageUnsupported`.
  public init(contentsOf file: URL) throws {
    try self.init(decoding: readFile(file), name: file.path)
  }

  /// Decodes the bytes of an image file that must hold two values, such as a ground truth.
  ///
  /// A label image is refused: nothing says which of its labels is the object, and a wrong guess
  /// would be scored without notice.
  ///
  /// - Parameters:
  ///   - bytes: the bytes of the file.
  ///   - name: the name of the file in errors.
  /// - Throws: `DipperError` of code `imageMalformed` or `imageUnsupported`; of code `gridMismatch`
  ///   if the image does not have two values.
  public init(decodingTwoValued bytes: Data, name: String) throws {
    try self.init(twoValued: Image(decodingLabels: bytes, name: name), name: name)
  }

  /// Creates the mask of a decoded image that must hold two values; the larger one is inside.
  ///
  /// - Parameters:
  ///   - image: the decoded image.
  ///   - name: the name of the image in errors.
  /// - Throws: `DipperError` of code `gridMismatch` if the image has one value or more than two.
  public init(twoValued image: Image, name: String) throws {
    let values = Set(image.pixels).sorted()
    guard values.count == 2 else {
      throw DipperError(.gridMismatch, "the mask \(name) has " + mismatch(of: values))
    }
    self.init(thresholding: image, above: values[0])
  }
}

/// Describes the values of an image that is no mask of two values.
private func mismatch(of values: [Float]) -> String {
  let expected = "and a mask has two: one outside of the object and a larger one inside"
  if values.count == 1 {
    return "one value, \(values[0].shortest), in every pixel, \(expected); an empty or full "
      + "mask cannot be scored"
  }
  return "\(values.count) different values (\(listed(values.map(\.shortest)))), \(expected)"
}

/// Joins the first words with commas; three dots stand for the others.
package func listed(_ words: [String], atMost limit: Int = 8) -> String {
  words.prefix(limit).joined(separator: ", ") + (words.count > limit ? ", ..." : "")
}

extension Float {
  /// The number in decimal digits, without a decimal point if it is whole.
  package var shortest: String { self == rounded() && abs(self) < 1e9 ? "\(Int(self))" : "\(self)" }
}
