import Experiments
import Foundation
import Imaging
import Jobs

/// Looks through data sets and finds everything that is wrong with them before any work begins.
enum DatasetLoader {
  /// Problems that are listed; more are counted.
  private static let mostProblems = 10

  /// Reads a data set once, case by case.
  ///
  /// - Throws: `CoordinatorError` of code `data` that lists the problems, each with its file and case.
  static func load(_ source: DatasetSource) throws -> CheckedDataset {
    switch source {
    case .folder(let path, let train):
      try load(folder: URL(filePath: path, directoryHint: .isDirectory), train: train)
    case .phantom(let specification): try draw(specification)
    }
  }

  private static func load(folder: URL, train: [String]?) throws -> CheckedDataset {
    let file = folder.appending(path: "dataset.json")
    guard let json = try? Data(contentsOf: file) else {
      throw CoordinatorError(
        .data, "\(file.path) cannot be read; a data set is a folder with a dataset.json")
    }
    var descriptor = try DatasetDescriptor(json: json, file: file.path)
    if let train { descriptor = try descriptor.learning(from: train, file: file.path) }
    var problems: [String] = []
    let cases = descriptor.cases.compactMap { one -> CheckedCase? in
      do { return try load(one, in: folder) } catch {
        problems.append("case \(one.id): \(error)")
        return nil
      }
    }
    guard problems.isEmpty else { throw unusable(descriptor.name, problems) }
    return CheckedDataset(name: descriptor.name, window: descriptor.window, cases: cases)
  }

  private static func unusable(_ name: String, _ problems: [String]) -> CoordinatorError {
    let listed = problems.prefix(mostProblems).map { "\n  \($0)" }.joined()
    let rest = problems.count - mostProblems
    return CoordinatorError(
      .data,
      "data set \(name) cannot be used:\(listed)" + (rest > 0 ? "\n  and \(rest) more" : ""))
  }

  private static func load(_ one: DatasetDescriptor.Case, in folder: URL) throws -> CheckedCase {
    let files = CaseFiles(one, in: folder)
    let contents = try files.read()
    try files.check(contents)
    return CheckedCase(id: one.id, split: one.split, contents, reading: files.read)
  }

  private static func draw(_ phantom: PhantomSpecification) throws -> CheckedDataset {
    let cases = try (0..<phantom.train + phantom.test).map { index in
      CheckedCase(
        id: "\(phantom.kind.rawValue)-\(index + 1 < 10 ? "0" : "")\(index + 1)",
        split: index < phantom.train ? .train : .test, try phantom.contents(index)
      ) { try phantom.contents(index) }
    }
    return CheckedDataset(name: phantom.name, window: .minmax, cases: cases)
  }
}

/// Where the parts of a case lie.
private struct CaseFiles {
  let image: URL
  let truth: URL
  let markers: URL

  init(_ one: DatasetDescriptor.Case, in folder: URL) {
    (image, truth) = (folder.appending(path: one.image), folder.appending(path: one.truth))
    markers = folder.appending(path: one.markers)
  }

  @Sendable func read() throws -> CaseContents {
    try CaseContents(
      image: readFile(image), markers: readFile(markers), truth: twoValuedMask())
  }

  /// The truth. Of several labels none is the object rather than another, and a slice of the image in
  /// its place would be scored without a word.
  private func twoValuedMask() throws -> Mask {
    let bytes = try readFile(truth)
    let values = Set(try Image(decoding: bytes, name: truth.path).pixels)
    guard values.count <= 2 else {
      let some = values.sorted().prefix(4).map { "\($0)" }.joined(separator: ", ")
      throw ImagingError(
        .mismatch,
        "the mask \(truth.path) has \(values.count) different values (\(some)...), and a mask has "
          + "two: one outside of the object and a larger one inside")
    }
    return try Mask(decoding: bytes, name: truth.path)
  }

  func check(_ contents: CaseContents) throws {
    let image = try Image(decoding: contents.image, name: self.image.path)
    let truth = contents.truth
    guard (image.width, image.height) == (truth.width, truth.height) else {
      throw ImagingError(
        .mismatch,
        "the image \(self.image.path) has \(image.width) x \(image.height) pixels, its mask "
          + "\(self.truth.path) \(truth.width) x \(truth.height); they must share a grid")
    }
    guard truth.area > 0 else {
      throw ImagingError(.mismatch, "the mask \(self.truth.path) is empty: nothing can be scored")
    }
    try MarkerSet(decoding: contents.markers, name: markers.path).validate(
      width: image.width, height: image.height, name: markers.path)
  }
}

extension PhantomSpecification {
  fileprivate func contents(_ index: Int) throws -> CaseContents {
    let drawn = try draw(index)
    return try CaseContents(
      image: try drawn.image.scaled(by: PNGDepth.sixteen.maximum).encodedPNG(depth: .sixteen),
      markers: drawn.markers.encoded(), truth: drawn.groundTruth)
  }

  private func draw(_ index: Int) throws -> Phantom {
    let seed = seed &* 1_000_003 &+ UInt64(index)
    switch kind {
    case .chest: return try Phantom.chest(size: size, noise: noise, seed: seed)
    case .liver: return try Phantom.liver(size: size, noise: noise, seed: seed)
    }
  }
}

extension Image {
  fileprivate func scaled(by factor: Float) -> Image {
    var scaled = self
    scaled.pixels = pixels.map { $0 * factor }
    return scaled
  }
}
