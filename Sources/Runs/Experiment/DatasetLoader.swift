import Errors
import Experiments
import Foundation
import Imaging
import Jobs

/// Reads data sets and reports all their problems before any job is planned.
enum DatasetLoader {
  /// The largest number of problems that an error lists. It gives only the number of further ones.
  private static let maximumListedProblems = 10

  /// Reads and checks a data set case by case.
  ///
  /// - Throws: `DipperError` of code `datasetUnusable` that lists the problems, each with its file
  ///   and case.
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
      throw DipperError(
        .datasetUnusable, "\(file.path) cannot be read; a data set is a folder with a dataset.json")
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
    problems += imagesInBothSplits(of: cases)
    guard problems.isEmpty else { throw unusable(descriptor.name, problems: problems) }
    return CheckedDataset(name: descriptor.name, window: descriptor.window, cases: cases)
  }

  /// Returns a sentence for each test image that is a training image too. Its score would say nothing
  /// of unseen images.
  private static func imagesInBothSplits(of cases: [CheckedCase]) -> [String] {
    var trained: [Digest: String] = [:]
    for one in cases where one.split == .train { trained[one.planned.input.image] = one.planned.id }
    return cases.filter { $0.split == .test }.compactMap { one in
      trained[one.planned.input.image].map {
        "case \(one.planned.id) has the same image as the training case \($0); leave one of them out"
      }
    }
  }

  private static func unusable(_ name: String, problems: [String]) -> DipperError {
    let listed = problems.prefix(maximumListedProblems).map { "\n  \($0)" }.joined()
    let rest = problems.count - maximumListedProblems
    return DipperError(
      .datasetUnusable,
      "data set \(name) cannot be used:\(listed)" + (rest > 0 ? "\n  and \(rest) more" : ""))
  }

  private static func load(_ one: DatasetDescriptor.Case, in folder: URL) throws -> CheckedCase {
    let files = CaseFiles(one, in: folder)
    let contents = try files.read()
    try files.check(contents)
    return CheckedCase(id: one.id, split: one.split, contents: contents, reading: files.read)
  }

  private static func draw(_ phantom: PhantomSpecification) throws -> CheckedDataset {
    let cases = try (0..<phantom.train + phantom.test).map { index in
      CheckedCase(
        id: "\(phantom.kind.rawValue)-\(index + 1 < 10 ? "0" : "")\(index + 1)",
        split: index < phantom.train ? .train : .test, contents: try phantom.contents(index)
      ) { try phantom.contents(index) }
    }
    return CheckedDataset(name: phantom.name, window: .minmax, cases: cases)
  }
}

/// The paths of a case's files.
private struct CaseFiles {
  let image: URL
  let groundTruth: URL
  let markers: URL

  init(_ one: DatasetDescriptor.Case, in folder: URL) {
    image = folder.appending(path: one.image)
    groundTruth = folder.appending(path: one.truth)
    markers = folder.appending(path: one.markers)
  }

  @Sendable func read() throws -> CaseContents {
    try CaseContents(
      image: workerImage(contentsOf: image), markers: readFile(markers),
      groundTruth: Mask(
        decodingTwoValued: workerImage(contentsOf: groundTruth), name: groundTruth.path))
  }

  func check(_ contents: CaseContents) throws {
    let image = try Image(decoding: contents.image, name: self.image.path)
    let groundTruth = contents.groundTruth
    guard image.width == groundTruth.width, image.height == groundTruth.height else {
      throw DipperError(
        .gridMismatch,
        "the image \(self.image.path) has \(image.width) x \(image.height) pixels, its mask "
          + "\(self.groundTruth.path) \(groundTruth.width) x \(groundTruth.height); they must share a grid"
      )
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
      markers: drawn.markers.encoded(), groundTruth: drawn.groundTruth)
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
