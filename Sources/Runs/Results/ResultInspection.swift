import Blobs
import Errors
import Foundation
import Imaging
import Jobs

/// Checks that the results of workers can be read. A job whose result cannot be read must not count
/// as done, because the reports and the choice of a sweep's settings need every result.
package struct ResultInspection {
  private struct GridSize: Hashable {
    var width: Int
    var height: Int
  }

  private let blobs: BlobFolder
  /// The sizes of images by digest. A nil marks an image that cannot be read here; masks of it are
  /// not checked, because the worker is not the cause.
  private var sizes: [Digest: GridSize?] = [:]

  package init(in blobs: BlobFolder) { self.blobs = blobs }

  /// Returns the reason why a job's result cannot be used, or nil if it can.
  ///
  /// - Throws: `DipperError` of code `blobStorageFailed` if the disk cannot be read.
  package mutating func validationError(in result: JobResult, of job: Job) throws -> String? {
    for output in result.outputs {
      do {
        try inspect(output, of: job)
      } catch let error as DipperError where error.code == .blobStorageFailed {
        throw error
      } catch {
        return "\(error)"
      }
    }
    return nil
  }

  private mutating func inspect(_ output: JobOutput, of job: Job) throws {
    switch output.role {
    case .weights: break
    case .curve:
      _ = try TrainingCurve(csv: blobs.get(output.blob.digest), name: "its curve")
    case .mask(let index):
      guard job.inputs.indices.contains(index), let size = size(of: job.inputs[index].image) else {
        return
      }
      _ = try Mask(
        decodingPNG: blobs.get(output.blob.digest), width: size.width, height: size.height,
        name: "its mask \(index + 1)")
    }
  }

  private mutating func size(of digest: Digest) -> GridSize? {
    if let known = sizes[digest] { return known }
    let image = try? Image(decoding: blobs.get(digest), name: "the image \(digest.short)")
    let size = image.map { GridSize(width: $0.width, height: $0.height) }
    sizes[digest] = .some(size)
    return size
  }
}
