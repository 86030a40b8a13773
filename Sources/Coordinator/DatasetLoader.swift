import Experiments
import Foundation
import Imaging

/// Brings data sets into memory and finds everything that is wrong with them before any work begins.
enum DatasetLoader {
  /// Problems that are listed; more are counted.
  private static let mostProblems = 10

  /// Loads a data set.
  ///
  /// - Throws: `CoordinatorError` of code `data` that lists the problems, each with its file and case.
  static func load(_ source: DatasetSource) throws -> LoadedDataset {
    switch source {
    case .folder(let path): try load(folder: URL(filePath: path, directoryHint: .isDirectory))
    case .phantom(let specification): try draw(specification)
    }
  }

  private static func load(folder: URL) throws -> LoadedDataset {
    let file = folder.appending(path: "dataset.json")
    guard let json = try? Data(contentsOf: file) else {
      throw CoordinatorError(
        .data, "\(file.path) cannot be read; a data set is a folder with a dataset.json")
    }
    let descriptor = try DatasetDescriptor(json: json, file: file.path)
    var problems: [String] = []
    let cases = descriptor.cases.compactMap { one -> LoadedCase? in
      do { return try load(one, in: folder) } catch {
        problems.append("case \(one.id): \(error)")
        return nil
      }
    }
    guard problems.isEmpty else { throw unusable(descriptor.name, problems) }
    return LoadedDataset(name: descriptor.name, window: descriptor.window, cases: cases)
  }

  private static func unusable(_ name: String, _ problems: [String]) -> CoordinatorError {
    let listed = problems.prefix(mostProblems).map { "\n  \($0)" }.joined()
    let rest = problems.count - mostProblems
    return CoordinatorError(
      .data,
      "data set \(name) cannot be used:\(listed)" + (rest > 0 ? "\n  and \(rest) more" : ""))
  }

  private static func load(_ one: DatasetDescriptor.Case, in folder: URL) throws -> LoadedCase {
    let (imageFile, truthFile) = (
      folder.appending(path: one.image), folder.appending(path: one.truth)
    )
    let markerFile = folder.appending(path: one.markers)
    let image = try Image(contentsOf: imageFile)
    let truth = try Mask(contentsOf: truthFile)
    guard (image.width, image.height) == (truth.width, truth.height) else {
      throw ImagingError(
        .mismatch,
        "the image \(imageFile.path) has \(image.width) x \(image.height) pixels, its mask "
          + "\(truthFile.path) \(truth.width) x \(truth.height); they must share a grid")
    }
    guard truth.area > 0 else {
      throw ImagingError(.mismatch, "the mask \(truthFile.path) is empty: nothing can be scored")
    }
    try MarkerSet(contentsOf: markerFile).validate(
      width: image.width, height: image.height, name: markerFile.path)
    return LoadedCase(
      id: one.id, split: one.split, imageBytes: try Data(contentsOf: imageFile),
      markerBytes: try Data(contentsOf: markerFile), truth: truth)
  }

  private static func draw(_ phantom: PhantomSpecification) throws -> LoadedDataset {
    let cases = try (0..<phantom.train + phantom.test).map { index in
      let drawn = try phantom.draw(index)
      return LoadedCase(
        id: "\(phantom.kind.rawValue)-\(index + 1 < 10 ? "0" : "")\(index + 1)",
        split: index < phantom.train ? .train : .test,
        imageBytes: try drawn.image.scaled(by: PNGDepth.sixteen.maximum)
          .encodedPNG(depth: .sixteen),
        markerBytes: drawn.markers.encoded(), truth: drawn.truth)
    }
    return LoadedDataset(name: phantom.name, window: .minmax, cases: cases)
  }
}

extension PhantomSpecification {
  fileprivate func draw(_ index: Int) throws -> Phantom {
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
