import Foundation
import Jobs

/// The source of a data set.
public enum DatasetSource: Hashable, Sendable {
  /// A folder with a `dataset.json`, with its path as the user wrote it. `train` lists the training
  /// cases, in this order, instead of those that the file names.
  case folder(path: String, train: [String]? = nil)
  /// Phantoms that Dipper draws.
  case phantom(PhantomSpecification)

  /// Returns the source with an absolute path; relative paths start at `folder`, the folder of the
  /// configuration file.
  public func resolved(relativeTo folder: URL) -> DatasetSource {
    guard case .folder(let path, let train) = self else { return self }
    let base = URL(filePath: folder.path, directoryHint: .isDirectory)
    let absolute = URL(filePath: path, relativeTo: base).standardizedFileURL.path
    return .folder(path: absolute, train: train)
  }

  /// Reads an entry of `datasets`. It has either `folder: PATH`, optionally with `train: [CASE,
  /// ...]`, or `phantom: {...}`, and optionally sections of parameters.
  ///
  /// - Parameters:
  ///   - reader: The entry.
  ///   - parameters: The parameters, some of which the sections replace.
  init(_ reader: ConfigurationReader, parameters: inout MethodSettings) throws {
    let folder = try reader.text("folder")
    let train = folder == nil ? nil : try reader.fileNames("train")
    let phantom = try reader.section("phantom")
    try parameters.update(from: reader)
    try reader.finish()
    switch (folder, phantom) {
    case (let folder?, nil): self = .folder(path: folder, train: train)
    case (nil, let phantom?): self = .phantom(try PhantomSpecification(phantom))
    default: throw reader.refused("must hold either folder or phantom")
    }
  }
}

/// A data set of drawn images, a pure function of these values.
public struct PhantomSpecification: Hashable, Sendable, Codable {
  /// The object that is drawn.
  public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
    /// A chest with lungs, vessels and nodules; the object is the left lung.
    case chest
    /// A liver with lesions; the object is one of them.
    case liver
  }

  /// The data set's name.
  public var name: String
  /// The object that is drawn.
  public var kind: Kind
  /// The side of the images in pixels.
  public var size = 128
  /// The standard deviation of the noise, for intensities in `[0, 1]`.
  public var noise = 0.05
  /// The number of training cases.
  public var train = 2
  /// The number of test cases.
  public var test = 4
  /// The seed of the shapes and of the noise.
  public var seed: UInt64 = 1

  init(_ reader: ConfigurationReader) throws {
    kind = try reader.required(reader.choice("kind", of: Kind.self), key: "kind")
    name = try reader.fileName("name") ?? kind.rawValue
    size = try reader.whole("size", in: 32...1024) ?? size
    noise = try reader.number("noise", in: 0...1) ?? noise
    train = try reader.whole("train", in: 0...1000) ?? train
    test = try reader.whole("test", in: 1...1000) ?? test
    seed = UInt64(try reader.whole("seed", in: 0...Int.max) ?? 1)
    try reader.finish()
  }
}
